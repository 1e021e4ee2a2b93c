//! A person as all services see them.

use std::{fmt, str::FromStr};

use access::Roles;
use events::{Event, EventType};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::time_zone::today_in;

/// Employment status of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// Works.
    Active,
    /// Away for longer, such as parental leave; may sign in.
    OnLeave,
    /// Barred for now; may not sign in.
    Suspended,
    /// Gone; history stays. Final.
    Terminated,
}

impl EmploymentStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::OnLeave, Self::Suspended, Self::Terminated];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OnLeave => "on_leave",
            Self::Suspended => "suspended",
            Self::Terminated => "terminated",
        }
    }

    /// Whether somebody with this status may sign in and use a token.
    pub const fn may_sign_in(self) -> bool {
        match self {
            Self::Active | Self::OnLeave => true,
            Self::Suspended | Self::Terminated => false,
        }
    }
}

impl fmt::Display for EmploymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EmploymentStatus {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|status| status.as_str() == text).ok_or(())
    }
}

/// Type of an employment contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    /// Full time.
    FullTime,
    /// Less than full time.
    PartTime,
    /// For a term or a task.
    Contract,
    /// To learn.
    Intern,
}

/// What of the contract other services count with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractTerms {
    /// Kind of employment.
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points: 10000 is full time.
    pub fte_bp: u16,
    /// Standard day length in minutes: 480 is eight hours.
    pub day_minutes: Minutes,
}

/// A person, without what only some may read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id.
    pub id: EmployeeId,
    /// The organisation's own number for the person, upper case.
    pub employee_code: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Work e-mail, lower case.
    pub email: String,
    /// Status.
    pub status: EmploymentStatus,
    /// Department.
    pub department_id: DepartmentId,
    /// Title, as the seed's `role`.
    pub job_title: String,
    /// Whom the person reports to; nobody at the top.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Work site, a slug such as `berlin`.
    pub site: String,
    /// IANA time zone of the work site.
    pub time_zone: String,
    /// Contract.
    #[serde(flatten)]
    pub contract: ContractTerms,
    /// First day.
    pub hire_date: Date,
    /// Last day, once known.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination_date: Option<Date>,
    /// Access roles; `employee` always among them.
    pub roles: Roles,
    /// Grows with every change of roles or status that ends what tokens say.
    pub role_version: u64,
}

impl Person {
    /// Today, where the person works.
    pub fn today(&self, at: Timestamp) -> Date {
        today_in(&self.time_zone, at)
    }
}

/// The person that an event shows; `None` where it is about something else.
pub fn person_of(event: &Event) -> kernel::Result<Option<Person>> {
    let about_a_person = matches!(
        event.event_type(),
        Some(
            EventType::EmployeeCreated
                | EventType::EmployeeUpdated
                | EventType::EmployeeStatusChanged
                | EventType::EmployeeDeleted
        )
    );
    let values = event.new_values.as_ref().filter(|_| about_a_person);
    values.map(|values| serde_json::from_value(values.clone()).map_err(Error::internal)).transpose()
}
