//! Person as all services read them.

use std::{borrow::Cow, fmt, str::FromStr};

use access::Roles;
use events::{Event, EventType};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    contract::ContractTerms,
    terms::{DatedTerms, PatternDay, WorkPattern},
    time_zone::today_in,
};

/// Employment status of a person.
///
/// - `active`: employed and working
/// - `on_leave`: absent for a long time, such as on parental leave; may sign in
/// - `suspended`: blocked for now; may not sign in
/// - `terminated`: the employment has ended; the record is kept, and HR can reinstate the person within 30 days
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentStatus {
    /// Employed and working.
    Active,
    /// Absent for a long time, such as on parental leave; may sign in.
    OnLeave,
    /// Blocked for now; may not sign in.
    Suspended,
    /// The employment has ended; the record is kept, and HR can reinstate the person within 30 days.
    Terminated,
}

impl EmploymentStatus {
    /// All employment statuses.
    pub const ALL: [Self; 4] = [Self::Active, Self::OnLeave, Self::Suspended, Self::Terminated];

    /// Name of the status in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::OnLeave => "on_leave",
            Self::Suspended => "suspended",
            Self::Terminated => "terminated",
        }
    }

    /// Whether a person with this status may sign in and use a token.
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

/// Person with the fields that every service may read; restricted fields are not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id of the employee.
    pub id: EmployeeId,
    /// Employee number of the organisation, in upper case.
    pub employee_code: String,
    /// Given name of the person.
    pub first_name: String,
    /// Family name of the person.
    pub last_name: String,
    /// Work e-mail address, in lower case.
    pub email: String,
    /// Current employment status.
    pub status: EmploymentStatus,
    /// Department that the person works in.
    pub department_id: DepartmentId,
    /// Job title, shown as `role` in the API.
    pub job_title: String,
    /// Manager that the person reports to; none at the top.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// Code of the site, such as `berlin`.
    pub site: String,
    /// IANA time zone of the site, such as `Europe/Berlin`.
    pub time_zone: String,
    /// Terms of the current contract.
    #[serde(flatten)]
    pub contract: ContractTerms,
    /// Own work pattern. Without one, the calendar of the site applies.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub work_pattern: Option<WorkPattern>,
    /// Terms by first day, in order, with past and future ones. Empty if the current terms hold on all days.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub terms: Vec<DatedTerms>,
    /// First day of the employment.
    pub hire_date: Date,
    /// First day of earlier service that counts as well; none without earlier service.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub earlier_service_from: Option<Date>,
    /// Last day of the employment, once known. Until the end of that day the status is not `terminated`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub termination_date: Option<Date>,
    /// Access roles of the person, always including `employee`.
    pub roles: Roles,
    /// Version of roles and status. A change that makes tokens outdated increments it.
    pub role_version: u64,
}

impl Person {
    /// Maximum number of dated terms of a person.
    pub const TERMS_MAX: usize = 60;

    /// Civil date of an instant in the time zone of the person's current site.
    pub fn today(&self, at: Timestamp) -> Date {
        today_in(&self.time_zone, at)
    }

    /// First day of the service: of earlier service that counts as well, or else of the employment.
    pub fn service_from(&self) -> Date {
        self.earlier_service_from.unwrap_or(self.hire_date)
    }

    /// Dated terms that hold on a day: the last ones that have begun; before the first ones, the first. None if the
    /// current terms hold on all days.
    pub fn terms_on(&self, date: Date) -> Option<&DatedTerms> {
        let begun = self.terms.iter().rev().find(|terms| terms.from <= date);
        begun.or_else(|| self.terms.first())
    }

    /// Contract on a day; before the first dated terms, the first one.
    pub fn contract_on(&self, date: Date) -> ContractTerms {
        self.terms_on(date).map_or(self.contract, |terms| terms.contract)
    }

    /// Entry of the person's own work pattern for a date, by the terms of that date; none without a pattern.
    pub fn pattern_day(&self, date: Date) -> Option<&PatternDay> {
        let pattern = match self.terms_on(date) {
            Some(terms) => &terms.work_pattern,
            None => &self.work_pattern,
        };
        pattern.as_ref().and_then(|pattern| pattern.day(date))
    }

    /// The person with the terms of a day as the current ones. Status, roles and job title remain those of today.
    pub fn as_of(&self, date: Date) -> Cow<'_, Self> {
        match self.terms_on(date) {
            None => Cow::Borrowed(self),
            Some(terms) => Cow::Owned(terms.apply_to(self)),
        }
    }
}

impl DatedTerms {
    /// Current terms of a person, from a day on.
    pub fn current(person: &Person, from: Date) -> Self {
        Self {
            from,
            site: person.site.clone(),
            time_zone: person.time_zone.clone(),
            department_id: person.department_id,
            manager_id: person.manager_id,
            contract: person.contract,
            work_pattern: person.work_pattern.clone(),
        }
    }

    /// The person with these terms as the current ones.
    #[must_use]
    pub fn apply_to(&self, person: &Person) -> Person {
        let terms = self.clone();
        Person {
            site: terms.site,
            time_zone: terms.time_zone,
            department_id: terms.department_id,
            manager_id: terms.manager_id,
            contract: terms.contract,
            work_pattern: terms.work_pattern,
            ..person.clone()
        }
    }
}

/// Person after the event `employee.created`, `updated`, `status_changed` or `deleted`; `None` for any other event, such as
/// changed roles.
pub fn person_after(event: &Event) -> kernel::Result<Option<Person>> {
    let is_person_event = matches!(
        event.event_type(),
        Some(
            EventType::EmployeeCreated
                | EventType::EmployeeUpdated
                | EventType::EmployeeStatusChanged
                | EventType::EmployeeDeleted
        )
    );
    let values = event.new_values.as_ref().filter(|_| is_person_event);
    values.map(|values| serde_json::from_value(values.clone()).map_err(Error::internal)).transpose()
}
