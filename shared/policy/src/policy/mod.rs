//! Policies: what applies to whom, from when. Versioned and never edited in place.

mod faults;

use std::fmt;

use directory::Person;
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use kernel::{Actor, DepartmentId, Minutes, PolicyId};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use crate::{
    leave::{CarryOver, LeaveRules},
    work::{AttendanceRules, WorkingTimeRules},
};

/// Which version of which policy said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct PolicyRef {
    /// The policy.
    pub policy_id: PolicyId,
    /// Its version, from 1.
    pub policy_version: u32,
}

/// For whom a policy is. Empty means everybody; the narrowest policy that fits applies: departments before sites before all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PolicyScope {
    /// Only these sites.
    #[schema(required = false)]
    pub sites: Vec<String>,
    /// Only these departments.
    #[schema(required = false)]
    pub departments: Vec<DepartmentId>,
}

/// Reads an object and nothing else: a derived reader would take an empty array for everybody.
impl<'de> Deserialize<'de> for PolicyScope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Fields {
            #[serde(default)]
            sites: Vec<String>,
            #[serde(default)]
            departments: Vec<DepartmentId>,
        }
        struct Object;
        impl<'de> de::Visitor<'de> for Object {
            type Value = PolicyScope;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with `sites` and `departments`")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<PolicyScope, A::Error> {
                let Fields { sites, departments } = Fields::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(PolicyScope { sites, departments })
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// The kinds of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "named by the field")]
pub enum PolicyKind {
    Leave,
    Attendance,
    WorkingTime,
    CarryOver,
    Overtime,
    DataRetention,
    Training,
}

/// What a policy says, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "rules", rename_all = "snake_case")]
pub enum PolicyRules {
    /// Of one leave type.
    Leave(Box<LeaveRules>),
    /// Shifts, windows, grace, breaks, rounding.
    Attendance(Box<AttendanceRules>),
    /// Daily and weekly maximum, rest.
    WorkingTime(WorkingTimeRules),
    /// Carry-over of leave types whose own policy says nothing.
    CarryOver(CarryOver),
    /// Overtime.
    Overtime(OvertimeRules),
    /// How long records are kept.
    DataRetention(DataRetentionRules),
    /// Who has to be trained in what.
    Training(TrainingRules),
}

/// One tier of overtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OvertimeTier {
    /// From so many minutes of overtime a day on.
    pub from_minutes: Minutes,
    /// Rated at so many basis points of the hourly pay: 12500 is time and a quarter.
    pub rate_bp: u32,
}

/// The hours of the night, and what they add.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NightHours {
    /// Begins, local time.
    #[schema(value_type = String)]
    pub from: Time,
    /// Ends, local time; on the next day when not after the beginning.
    #[schema(value_type = String)]
    pub to: Time,
    /// So many basis points more for every minute in it, overtime or not.
    pub extra_bp: u32,
}

/// Overtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OvertimeRules {
    /// The night; none when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub night: Option<NightHours>,
    /// Tiers, from the lowest up; the first begins at 0.
    pub tiers: Vec<OvertimeTier>,
    /// Rest days.
    pub rest_day_rate_bp: u32,
    /// Holidays.
    pub holiday_rate_bp: u32,
    /// Less than so much is none.
    pub minimum_block_minutes: Minutes,
    /// At most so much a day.
    pub daily_cap_minutes: Minutes,
    /// At most so much a week.
    pub weekly_cap_minutes: Minutes,
}

/// How long records are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRetentionRules {
    /// What is kept: `audit_logs`, `leave_requests`, `attendance`, `notifications`.
    pub records: String,
    /// For so many days.
    pub keep_days: u16,
}

/// Who has to be trained in what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingRules {
    /// The course.
    pub course: String,
    /// Due so many days after it was assigned.
    pub due_after_days: u16,
    /// Again after so many months; once when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub repeat_months: Option<u8>,
    /// Announced so many days before it is due.
    pub remind_days_before: u16,
}

/// From when until when a version applies; both days included. In the body of a policy itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectivePeriod {
    /// First day.
    #[serde(rename = "effective_from")]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; open when not given. A later version ends an earlier one on the day before its own first.
    #[serde(rename = "effective_to", skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// The policy, through its versions.
    #[serde(flatten)]
    pub reference: PolicyRef,
    /// As it is shown.
    pub name: String,
    /// When it applies.
    #[serde(flatten)]
    pub effective: EffectivePeriod,
    /// For whom.
    #[serde(default)]
    pub scope: PolicyScope,
    /// What it says.
    #[serde(flatten)]
    pub rules: PolicyRules,
    /// Codes of violations that only warn: the request goes through, and the violation is registered.
    #[serde(default)]
    pub warn_only: Vec<String>,
    /// When this version was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    #[schema(value_type = String)]
    pub created_by: Actor,
}

impl EffectivePeriod {
    /// Whether a day lies in it.
    pub fn holds(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    /// Whether some day lies in both.
    pub fn meets(&self, other: &Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

impl PolicyScope {
    /// How narrow it is: 2 by department, 1 by site, 0 for all.
    pub fn specificity(&self) -> u8 {
        match (self.departments.is_empty(), self.sites.is_empty()) {
            (false, _) => 2,
            (true, false) => 1,
            (true, true) => 0,
        }
    }

    /// Whether it is for this person.
    pub fn covers(&self, person: &Person) -> bool {
        self.covers_at(&person.site, person.department_id)
    }

    /// Whether it is for the people of a department at a site.
    pub fn covers_at(&self, site: &str, department: DepartmentId) -> bool {
        (self.sites.is_empty() || self.sites.iter().any(|one| one == site))
            && (self.departments.is_empty() || self.departments.contains(&department))
    }

    /// Whether somebody could be in both.
    fn meets(&self, other: &Self) -> bool {
        let sites = self.sites.is_empty() || other.sites.is_empty();
        let departments = self.departments.is_empty() || other.departments.is_empty();
        (sites || self.sites.iter().any(|site| other.sites.contains(site)))
            && (departments || self.departments.iter().any(|department| other.departments.contains(department)))
    }
}

impl Policy {
    /// The kind.
    pub const fn kind(&self) -> PolicyKind {
        match self.rules {
            PolicyRules::Leave(_) => PolicyKind::Leave,
            PolicyRules::Attendance(_) => PolicyKind::Attendance,
            PolicyRules::WorkingTime(_) => PolicyKind::WorkingTime,
            PolicyRules::CarryOver(_) => PolicyKind::CarryOver,
            PolicyRules::Overtime(_) => PolicyKind::Overtime,
            PolicyRules::DataRetention(_) => PolicyKind::DataRetention,
            PolicyRules::Training(_) => PolicyKind::Training,
        }
    }

    /// What two policies may not both say for the same people at the same time: the kind, and of leave the type, of retention the
    /// records, of training the course: `leave:annual`.
    pub fn subject(&self) -> String {
        match &self.rules {
            PolicyRules::Leave(rules) => Self::leave_subject(&rules.leave_type),
            PolicyRules::DataRetention(retention) => format!("data_retention:{}", retention.records),
            PolicyRules::Training(training) => format!("training:{}", training.course),
            PolicyRules::Attendance(_) => Self::ATTENDANCE.to_owned(),
            PolicyRules::WorkingTime(_) => Self::WORKING_TIME.to_owned(),
            PolicyRules::CarryOver(_) => Self::CARRY_OVER.to_owned(),
            PolicyRules::Overtime(_) => Self::OVERTIME.to_owned(),
        }
    }

    /// The subject of attendance.
    pub const ATTENDANCE: &'static str = "attendance";
    /// The subject of carry-over.
    pub const CARRY_OVER: &'static str = "carry_over";
    /// The subject of overtime.
    pub const OVERTIME: &'static str = "overtime";
    /// The subject of working time.
    pub const WORKING_TIME: &'static str = "working_time";

    /// The subject of a leave type.
    pub fn leave_subject(leave_type: &str) -> String {
        format!("leave:{leave_type}")
    }

    /// What it says of leave, where it is a leave policy.
    pub fn leave(&self) -> Option<&LeaveRules> {
        match &self.rules {
            PolicyRules::Leave(rules) => Some(rules),
            _ => None,
        }
    }

    /// Whether it is for this person; how narrowly: 2 by department, 1 by site, 0 for all.
    pub fn specificity_for(&self, person: &Person) -> Option<u8> {
        self.scope.covers(person).then(|| self.scope.specificity())
    }

    /// Whether two policies would both apply, equally narrowly, to somebody on some day. Versions of one policy never do: a later one ends
    /// an earlier one.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.reference.policy_id != other.reference.policy_id
            && self.subject() == other.subject()
            && self.effective.meets(&other.effective)
            && self.scope.specificity() == other.scope.specificity()
            && self.scope.meets(&other.scope)
    }
}
