//! Request body of `compliance-validate`: a planned leave request, or the work of a day.

use garde::{Path, Report, Validate};
use jiff::civil::{Date, Time};
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::validators::not_null;
use policy::{
    Half, TimeOfDay,
    leave::{PortionFields, Portions, RequestedDates},
    working_time::WorkedDay,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{api::fields, domain::hours::WorkedHours, messages};

/// Subject of a validation: a leave request (`leave_request`) or the work of a day (`attendance_validation`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidationSubject {
    /// Planned leave request.
    LeaveRequest,
    /// Work of one day.
    AttendanceValidation,
}

/// Subject to check against the policies; `policy` decides the other fields.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(untagged, try_from = "ValidationFields")]
pub enum ValidationInput {
    /// Planned leave request.
    Leave(LeaveValidationInput),
    /// Work of one day.
    Work(WorkValidationInput),
}

/// Planned leave request to check against the policies.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LeaveValidationInput {
    /// Subject of the validation: `leave_request`.
    pub policy: LeaveRequestTag,
    /// Employee who would take the leave.
    pub employee_id: EmployeeId,
    /// Code of the leave type, or the name of a leave policy of the employee, in any case.
    #[garde(custom(fields::check_search_text))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// First day of the leave.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the leave, not before `start_date`; a request has at most 366 days.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Half of the day, for a request of one day; not with `from` and `to`. Default: the whole day.
    pub half: Option<Half>,
    /// Start time for a request of one day, local to the employee's site. Requires `to`; not with `half`.
    #[schema(value_type = Option<TimeOfDay>)]
    pub from: Option<Time>,
    /// End time for a request of one day, local to the employee's site; on the next day if it is not after `from`.
    /// Requires `from`.
    #[schema(value_type = Option<TimeOfDay>)]
    pub to: Option<Time>,
    /// Whether a leave of several days starts in the middle of its first day. Default: false.
    #[serde(default)]
    pub starts_at_midday: bool,
    /// Whether a leave of several days ends in the middle of its last day. Default: false.
    #[serde(default)]
    pub ends_at_midday: bool,
    /// Whether the request has an attachment. Default: false.
    pub attachment: Option<bool>,
}

/// Work of one day to check against the policies. Exactly one of `worked_hours` and `worked_minutes` is required.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct WorkValidationInput {
    /// Subject of the validation: `attendance_validation`.
    pub policy: AttendanceValidationTag,
    /// Employee whose work is checked.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub attendance_date: Date,
    /// Worked hours without breaks, 0 to 25, with at most two decimals; rounded to whole minutes. Alternative to
    /// `worked_minutes`.
    pub worked_hours: Option<WorkedHours>,
    /// Worked minutes without breaks, 0 to 1500. Alternative to `worked_hours`.
    #[garde(inner(custom(fields::check_minutes_per_day)))]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1500)]
    pub worked_minutes: Option<Minutes>,
    /// Minutes of break taken on the day, 0 to 1500. Default: breaks are not checked.
    #[garde(inner(custom(fields::check_minutes_per_day)))]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 1500)]
    pub break_minutes: Option<Minutes>,
    /// Minutes worked from Monday up to and including the day, 0 to 10140. Default: the weekly maximum is not checked.
    #[garde(inner(custom(fields::check_minutes_per_week)))]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 10_140)]
    pub week_minutes: Option<Minutes>,
    /// Minutes between the previous check-out and the first check-in, 0 to 527040. Default: the rest is not checked.
    #[garde(inner(custom(fields::check_rest_minutes)))]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 527_040)]
    pub rest_minutes: Option<Minutes>,
    /// Minutes between the end of the last weekly rest and the last check-out, 0 to 527040. Default: the weekly rest is not
    /// checked.
    #[garde(inner(custom(fields::check_rest_minutes)))]
    #[schema(value_type = Option<i64>, minimum = 0, maximum = 527_040)]
    pub since_rest_minutes: Option<Minutes>,
}

/// Value of `policy` for a leave request.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveRequestTag {
    /// Planned leave request.
    LeaveRequest,
}

/// Value of `policy` for the work of a day.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttendanceValidationTag {
    /// Work of one day.
    AttendanceValidation,
}

/// All fields of the body as they arrive, before `policy` decides which ones belong to it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValidationFields {
    policy: ValidationSubject,
    employee_id: EmployeeId,
    #[serde(default, deserialize_with = "not_null")]
    leave_type: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    start_date: Option<Date>,
    #[serde(default, deserialize_with = "not_null")]
    end_date: Option<Date>,
    half: Option<Half>,
    from: Option<Time>,
    to: Option<Time>,
    #[serde(default, deserialize_with = "not_null")]
    starts_at_midday: Option<bool>,
    #[serde(default, deserialize_with = "not_null")]
    ends_at_midday: Option<bool>,
    attachment: Option<bool>,
    #[serde(default, deserialize_with = "not_null")]
    attendance_date: Option<Date>,
    worked_hours: Option<WorkedHours>,
    worked_minutes: Option<Minutes>,
    break_minutes: Option<Minutes>,
    week_minutes: Option<Minutes>,
    rest_minutes: Option<Minutes>,
    since_rest_minutes: Option<Minutes>,
}

/// Value of a field that the subject requires. The error has the form of serde's own, which `lambda` translates, and from
/// which it takes the pointer to the field.
fn required_field<T>(field: Option<T>, name: &str) -> std::result::Result<T, String> {
    field.ok_or_else(|| format!("missing field `{name}`"))
}

/// Refuses a given field that belongs to the other subject; `fields` are the names of its fields, and whether they are given.
/// The error has the form of serde's own, like that of [`required_field`].
fn refuse_fields_of_other_subject(fields: &[(&str, bool)], other_subject: &str) -> std::result::Result<(), String> {
    match fields.iter().find(|(_, is_given)| *is_given) {
        Some((name, _)) => {
            Err(format!("unknown field `{name}`, expected {}", messages::only_with_policy(other_subject).localized()))
        }
        None => Ok(()),
    }
}

impl TryFrom<ValidationFields> for ValidationInput {
    type Error = String;

    fn try_from(body: ValidationFields) -> std::result::Result<Self, String> {
        match body.policy {
            ValidationSubject::LeaveRequest => body.into_leave().map(Self::Leave),
            ValidationSubject::AttendanceValidation => body.into_work().map(Self::Work),
        }
    }
}

impl ValidationFields {
    fn into_leave(self) -> std::result::Result<LeaveValidationInput, String> {
        refuse_fields_of_other_subject(
            &[
                ("attendance_date", self.attendance_date.is_some()),
                ("worked_hours", self.worked_hours.is_some()),
                ("worked_minutes", self.worked_minutes.is_some()),
                ("break_minutes", self.break_minutes.is_some()),
                ("week_minutes", self.week_minutes.is_some()),
                ("rest_minutes", self.rest_minutes.is_some()),
                ("since_rest_minutes", self.since_rest_minutes.is_some()),
            ],
            "attendance_validation",
        )?;
        Ok(LeaveValidationInput {
            policy: LeaveRequestTag::LeaveRequest,
            employee_id: self.employee_id,
            leave_type: required_field(self.leave_type, "leave_type")?,
            start_date: required_field(self.start_date, "start_date")?,
            end_date: required_field(self.end_date, "end_date")?,
            half: self.half,
            from: self.from,
            to: self.to,
            starts_at_midday: self.starts_at_midday.unwrap_or_default(),
            ends_at_midday: self.ends_at_midday.unwrap_or_default(),
            attachment: self.attachment,
        })
    }

    fn into_work(self) -> std::result::Result<WorkValidationInput, String> {
        refuse_fields_of_other_subject(
            &[
                ("leave_type", self.leave_type.is_some()),
                ("start_date", self.start_date.is_some()),
                ("end_date", self.end_date.is_some()),
                ("half", self.half.is_some()),
                ("from", self.from.is_some()),
                ("starts_at_midday", self.starts_at_midday.is_some()),
                ("ends_at_midday", self.ends_at_midday.is_some()),
                ("to", self.to.is_some()),
                ("attachment", self.attachment.is_some()),
            ],
            "leave_request",
        )?;
        Ok(WorkValidationInput {
            policy: AttendanceValidationTag::AttendanceValidation,
            employee_id: self.employee_id,
            attendance_date: required_field(self.attendance_date, "attendance_date")?,
            worked_hours: self.worked_hours,
            worked_minutes: self.worked_minutes,
            break_minutes: self.break_minutes,
            week_minutes: self.week_minutes,
            rest_minutes: self.rest_minutes,
            since_rest_minutes: self.since_rest_minutes,
        })
    }
}

impl Validate for ValidationInput {
    type Context = ();

    fn validate_into(&self, context: &(), parent: &mut dyn FnMut() -> Path, report: &mut Report) {
        match self {
            Self::Leave(leave) => leave.validate_into(context, parent, report),
            Self::Work(work) => work.validate_into(context, parent, report),
        }
    }
}

/// Leave request as the policies evaluate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedLeave {
    /// Code of the leave type or name of a leave policy, in lower case.
    pub(crate) leave_type: String,
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) portions: Portions,
    pub(crate) attachment: bool,
}

impl LeaveValidationInput {
    /// Planned leave, with the leave type or policy name in lower case and without white space around it.
    ///
    /// # Errors
    /// 422 for a range that ends before it starts or is too long, and for an invalid portion.
    pub(crate) fn planned_leave(&self) -> Result<PlannedLeave> {
        let fields = PortionFields {
            half: self.half,
            from: self.from,
            to: self.to,
            starts_at_midday: self.starts_at_midday,
            ends_at_midday: self.ends_at_midday,
        };
        let RequestedDates { first, last, portions } =
            RequestedDates::from_request((self.start_date, self.end_date), fields, "/end_date")?;
        let leave_type = self.leave_type.trim().to_lowercase();
        Ok(PlannedLeave { leave_type, first, last, portions, attachment: self.attachment.unwrap_or(false) })
    }
}

impl WorkValidationInput {
    /// Work of the day in minutes.
    ///
    /// # Errors
    /// 422 unless exactly one of `worked_hours` and `worked_minutes` is given.
    pub(crate) fn worked_day(&self) -> Result<WorkedDay> {
        let refused = |pointer: &str, code| Err(Error::invalid(pointer, code, messages::hours_or_minutes()));
        let worked = match (self.worked_hours, self.worked_minutes) {
            (Some(hours), None) => hours.minutes(),
            (None, Some(minutes)) => minutes,
            (None, None) => return refused("/worked_hours", "required"),
            (Some(_), Some(_)) => return refused("/worked_minutes", "twice"),
        };
        Ok(WorkedDay {
            date: self.attendance_date,
            worked,
            breaks: self.break_minutes,
            week: self.week_minutes,
            rest: self.rest_minutes,
            since_weekly_rest: self.since_rest_minutes,
        })
    }
}
