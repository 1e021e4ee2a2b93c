//! Policies: versioned rules with a scope and an effective period. A version is never edited in place.

mod rest_day_credit;
mod validate;

use std::fmt;

use directory::Person;
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use kernel::{Actor, DepartmentId, Minutes};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

pub use rest_day_credit::{CreditMode, RestDayCredit};

use crate::{
    PolicyRef, TimeOfDay,
    leave::{CarryOver, DowngradableCode, LeaveRules},
    messages,
    working_time::{AttendanceRules, WorkingTimeRules},
};

/// Employees to whom a policy applies: those who are at one of the sites and in one of the departments. An empty list
/// includes everybody. Of several policies the most specific one applies: with departments, then with sites, then
/// without both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyScope {
    /// Codes of the sites, at most 100. Default: all sites, as with an empty list.
    #[schema(required = false, max_items = 100, pattern = "^[a-z0-9_-]{1,50}$")]
    pub sites: Vec<String>,
    /// Ids of the departments, at most 100. Default: all departments, as with an empty list.
    #[schema(required = false, max_items = 100)]
    pub departments: Vec<DepartmentId>,
}

/// Accepts an object only. A derived implementation would also accept an empty array, as a scope of all people.
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
                f.write_str(&messages::object_of_scope().localized())
            }
            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<PolicyScope, A::Error> {
                let Fields { sites, departments } = Fields::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(PolicyScope { sites, departments })
            }
        }
        deserializer.deserialize_map(Object)
    }
}

/// Kind of a policy, which determines the shape of its rules.
///
/// - `leave`: rules of one leave type
/// - `attendance`: shifts, punch windows, grace, breaks and rounding
/// - `working_time`: daily and weekly maximum, and rest
/// - `carry_over`: carry-over of leave types whose own policy does not define one
/// - `overtime`: rates and caps of overtime
/// - `data_retention`: days after which records are archived and expire
/// - `training`: mandatory training with its deadlines
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant is documented in PolicyRules")]
pub enum PolicyKind {
    Leave,
    Attendance,
    WorkingTime,
    CarryOver,
    Overtime,
    DataRetention,
    Training,
}

/// Rules of a policy by its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "rules", rename_all = "snake_case")]
pub enum PolicyRules {
    /// Rules of one leave type.
    Leave(Box<LeaveRules>),
    /// Shifts, punch windows, grace, breaks and rounding.
    Attendance(Box<AttendanceRules>),
    /// Daily and weekly maximum, and rest.
    WorkingTime(WorkingTimeRules),
    /// Carry-over of leave types whose own policy does not define one.
    CarryOver(CarryOver),
    /// Rates and caps of overtime.
    Overtime(OvertimeRules),
    /// Retention of one kind of records.
    DataRetention(DataRetentionRules),
    /// Mandatory training with its deadlines.
    Training(TrainingRules),
}

/// Rate of overtime from a daily threshold on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OvertimeTier {
    /// Minutes of daily overtime from which the tier applies, 0 to 1440; 0 for the first tier.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub from_minutes: Minutes,
    /// Rate in basis points of the hourly pay, 0 to 100000; 12500 is 125 %.
    #[schema(minimum = 0, maximum = 100_000)]
    pub rate_bp: u32,
}

/// Night window and its surcharge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NightHours {
    /// Local time at which the night starts.
    #[schema(value_type = TimeOfDay)]
    pub from: Time,
    /// Local time at which the night ends; on the next day if it is before the start. It must differ from the start.
    #[schema(value_type = TimeOfDay)]
    pub to: Time,
    /// Surcharge for all work in the night window, in basis points of the hourly pay, 0 to 100000.
    #[schema(minimum = 0, maximum = 100_000)]
    pub extra_bp: u32,
}

/// Counting of work before the first shift of a working day, and before a later shift in a session that reaches it.
///
/// - `none`: it is no worked time
/// - `plain`: it is normal time
/// - `overtime`: it is overtime
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EarlyWork {
    /// It is no worked time.
    None,
    /// It is normal time.
    #[default]
    Plain,
    /// It is overtime.
    Overtime,
}

/// Rates and caps of overtime (rule 15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OvertimeRules {
    /// Night window and its surcharge. Default: none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub night: Option<NightHours>,
    /// Counting of work before a shift on working days. Default: `plain`.
    #[serde(default)]
    pub early_work: EarlyWork,
    /// Tiers of overtime, ordered by `from_minutes`; the first starts at 0. On rest days and holidays, the higher of the
    /// tier and the rate of the day applies.
    #[schema(min_items = 1, max_items = 100)]
    pub tiers: Vec<OvertimeTier>,
    /// Least rate of overtime that counts on rest days, in basis points of the hourly pay, 0 to 100000.
    #[schema(minimum = 0, maximum = 100_000)]
    pub rest_day_rate_bp: u32,
    /// Least rate of all work on holidays, in basis points of the hourly pay, 0 to 100000.
    #[schema(minimum = 0, maximum = 100_000)]
    pub holiday_rate_bp: u32,
    /// Fewest minutes of daily overtime that count, 0 to `daily_cap_minutes`; less counts as none.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub minimum_block_minutes: Minutes,
    /// Most minutes of overtime that count per day, 0 to 1440.
    #[schema(value_type = i64, minimum = 0, maximum = 1440)]
    pub daily_cap_minutes: Minutes,
    /// Most minutes of overtime that count per week from Monday, 0 to 10080.
    #[schema(value_type = i64, minimum = 0, maximum = 10_080)]
    pub weekly_cap_minutes: Minutes,
    /// Compensatory leave for work on rest days and holidays. Default: none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rest_day_credit: Option<RestDayCredit>,
}

/// Records whose retention a policy can set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetainedRecords {
    /// Attendance days with their punches.
    Attendance,
    /// Ended leave requests with their decisions. The ledger stays.
    LeaveRequests,
}

impl RetainedRecords {
    /// Names of all kinds of records as policies write them, in alphabetical order.
    pub const NAMES: [&'static str; 2] = ["attendance", "leave_requests"];

    /// Name as policies write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Attendance => "attendance",
            Self::LeaveRequests => "leave_requests",
        }
    }
}

/// Retention of one kind of records: those of a month are archived and expire when the whole month is older than
/// `keep_days`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRetentionRules {
    /// Records that the policy covers.
    #[schema(value_type = RetainedRecords)]
    pub records: String,
    /// Days for which the records are kept at least, counted from the last day of their month, 731 to 65535.
    #[schema(minimum = 731, maximum = 65_535)]
    pub keep_days: u16,
}

impl DataRetentionRules {
    /// Fewest days for which records are kept: two years. No run derives older days again, and no punch or correction
    /// reaches them.
    pub const KEEP_DAYS_MIN: u16 = 731;
}

/// Mandatory training in one course, for the employees in the scope of the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingRules {
    /// Name of the course, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub course: String,
    /// Days from the assignment to the due date, 0 to 731.
    #[schema(minimum = 0, maximum = 731)]
    pub due_after_days: u16,
    /// Months after its completion at which the training is due again, 1 to 120. Default: it is due once.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 120)]
    pub repeat_months: Option<u8>,
    /// Days before the due date on which a reminder is sent, 0 to 731.
    #[schema(minimum = 0, maximum = 731)]
    pub remind_days_before: u16,
}

/// Period in which a policy version applies; both days are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EffectivePeriod {
    /// First day on which the version applies.
    #[serde(rename = "effective_from")]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day on which the version applies; absent without one. A later version ends it on the day before its own
    /// first day.
    #[serde(rename = "effective_to", skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// One version of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Policy {
    /// Id and version of the policy.
    #[serde(flatten)]
    pub reference: PolicyRef,
    /// Name of the policy for display, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Period in which the version applies.
    #[serde(flatten)]
    pub effective: EffectivePeriod,
    /// Employees to whom the policy applies.
    #[serde(default)]
    pub scope: PolicyScope,
    /// Kind and rules of the policy.
    #[serde(flatten)]
    pub rules: PolicyRules,
    /// Codes of violations that only warn: they are recorded and do not block a request.
    #[serde(default)]
    #[schema(value_type = Vec<DowngradableCode>)]
    pub warn_only: Vec<String>,
    /// Time at which this version was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Actor who created this version.
    pub created_by: Actor,
}

impl EffectivePeriod {
    /// Whether the period contains the day.
    pub fn contains(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }

    /// Whether the two periods have a day in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.to.is_none_or(|to| other.from <= to) && other.to.is_none_or(|to| self.from <= to)
    }
}

impl PolicyScope {
    /// Rank by which the most specific policy is chosen: 2 with departments, 1 with sites only, 0 for all people.
    pub fn specificity(&self) -> u8 {
        match (self.departments.is_empty(), self.sites.is_empty()) {
            (false, _) => 2,
            (true, false) => 1,
            (true, true) => 0,
        }
    }

    /// Whether the scope includes the person, by site and department.
    pub fn covers(&self, person: &Person) -> bool {
        self.covers_at(&person.site, person.department_id)
    }

    /// Whether the scope includes the people of a department at a site.
    pub fn covers_at(&self, site: &str, department: DepartmentId) -> bool {
        (self.sites.is_empty() || self.sites.iter().any(|one| one == site))
            && (self.departments.is_empty() || self.departments.contains(&department))
    }

    /// Whether one person can be in both scopes.
    fn overlaps(&self, other: &Self) -> bool {
        let sites = self.sites.is_empty() || other.sites.is_empty();
        let departments = self.departments.is_empty() || other.departments.is_empty();
        (sites || self.sites.iter().any(|site| other.sites.contains(site)))
            && (departments || self.departments.iter().any(|department| other.departments.contains(department)))
    }
}

impl Policy {
    /// Kind of the rules.
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

    /// Subject of the policy, such as `leave:annual`: the kind, with the leave type, the retained records or the course. Two
    /// policies with one subject must not apply equally specifically to the same person on the same day.
    pub fn subject(&self) -> String {
        match &self.rules {
            PolicyRules::Leave(rules) => Self::leave_subject(&rules.leave_type),
            PolicyRules::DataRetention(retention) => Self::subject_of_records(&retention.records),
            PolicyRules::Training(training) => format!("training:{}", training.course),
            PolicyRules::Attendance(_) => Self::ATTENDANCE.to_owned(),
            PolicyRules::WorkingTime(_) => Self::WORKING_TIME.to_owned(),
            PolicyRules::CarryOver(_) => Self::CARRY_OVER.to_owned(),
            PolicyRules::Overtime(_) => Self::OVERTIME.to_owned(),
        }
    }

    /// Subject of attendance policies.
    pub const ATTENDANCE: &'static str = "attendance";
    /// Subject of carry-over policies.
    pub const CARRY_OVER: &'static str = "carry_over";
    /// Subject of overtime policies.
    pub const OVERTIME: &'static str = "overtime";
    /// Subject of working-time policies.
    pub const WORKING_TIME: &'static str = "working_time";

    /// Subject of the policies of a leave type.
    pub fn leave_subject(leave_type: &str) -> String {
        format!("leave:{leave_type}")
    }

    /// Subject of the policies about the retention of records.
    pub fn retention_subject(records: RetainedRecords) -> String {
        Self::subject_of_records(records.as_str())
    }

    fn subject_of_records(records: &str) -> String {
        format!("data_retention:{records}")
    }

    /// Rules of the leave type; none if the policy is not a leave policy.
    pub fn leave_rules(&self) -> Option<&LeaveRules> {
        match &self.rules {
            PolicyRules::Leave(rules) => Some(rules),
            _ => None,
        }
    }

    /// Compensatory leave for work on rest days and holidays; none if the policy is not an overtime policy, has no such rules or
    /// has the mode `none`.
    pub fn rest_day_credit(&self) -> Option<&RestDayCredit> {
        match &self.rules {
            PolicyRules::Overtime(rules) => {
                rules.rest_day_credit.as_ref().filter(|credit| credit.mode != CreditMode::None)
            }
            _ => None,
        }
    }

    /// Whether both policies have the same subject, and would apply equally specifically to a person on some day. Versions of
    /// one policy never conflict, because a later version ends an earlier one.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        self.reference.policy_id != other.reference.policy_id
            && self.subject() == other.subject()
            && self.effective.overlaps(&other.effective)
            && self.scope.specificity() == other.scope.specificity()
            && self.scope.overlaps(&other.scope)
    }
}
