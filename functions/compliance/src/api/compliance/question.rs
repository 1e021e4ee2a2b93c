//! What is asked of the policies: one body for all questions, so that every field has its type; which fields belong to which
//! question is told here.

use garde::Validate;
use jiff::{
    ToSpan,
    civil::{Date, Time},
};
use kernel::{EmployeeId, Error, Minutes, Result};
use policy::{Half, Portion, work::WorkedDay};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{fields, nested_json},
    domain::hours::WorkedHours,
};

/// A request for leave has at most so many days.
const LEAVE_DAYS_MAX: i64 = 366;

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidationSubject {
    /// A request for leave.
    LeaveRequest,
    /// A day's work.
    AttendanceValidation,
}

/// A question to the policies.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ValidationRequest {
    /// What is judged.
    pub policy: ValidationSubject,
    /// Whose.
    pub employee_id: EmployeeId,
    /// Of leave: the type's code, or the name of a policy for it; case does not matter.
    #[garde(inner(custom(fields::subject)))]
    pub leave_type: Option<String>,
    /// Of leave: first day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub start_date: Option<Date>,
    /// Of leave: last day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub end_date: Option<Date>,
    /// Of leave: only this half of the one day.
    pub half: Option<Half>,
    /// Of leave: from when on the one day, local time; with `to`.
    #[schema(value_type = Option<String>)]
    pub from: Option<Time>,
    /// Of leave: until when on the one day, local time; with `from`.
    #[schema(value_type = Option<String>)]
    pub to: Option<Time>,
    /// Of leave: whether something is attached.
    pub attachment: Option<bool>,
    /// Of work: the day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub attendance_date: Option<Date>,
    /// Of work: hours, breaks taken out; or `worked_minutes`.
    pub worked_hours: Option<WorkedHours>,
    /// Of work: minutes, breaks taken out; or `worked_hours`.
    #[garde(inner(custom(fields::minutes_per_day)))]
    pub worked_minutes: Option<Minutes>,
    /// Of work: breaks taken, when known.
    #[garde(inner(custom(fields::minutes_per_day)))]
    pub break_minutes: Option<Minutes>,
    /// Of work: worked in the week up to and with this day, when known.
    #[garde(inner(custom(fields::minutes_per_week)))]
    pub week_minutes: Option<Minutes>,
    /// Of work: rest since the day before, when known.
    #[garde(inner(custom(fields::rest_minutes)))]
    pub rest_minutes: Option<Minutes>,
}

/// A request for leave, as it is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedLeave {
    pub(crate) leave_type: String,
    pub(crate) first: Date,
    pub(crate) last: Date,
    pub(crate) portion: Portion,
    pub(crate) attachment: bool,
}

fn reject_fields(fields: &[(&str, bool)], why: &str) -> Result<()> {
    match fields.iter().find(|(_, there)| *there) {
        Some((name, _)) => Err(nested_json::unexpected_field_error(name, why)),
        None => Ok(()),
    }
}

impl ValidationRequest {
    /// The request for leave that is asked about.
    ///
    /// # Errors
    /// 400 for fields that are missing or belong to another question; 422 for days that cannot be.
    pub(crate) fn leave(&self) -> Result<PlannedLeave> {
        reject_fields(
            &[
                ("/attendance_date", self.attendance_date.is_some()),
                ("/worked_hours", self.worked_hours.is_some()),
                ("/worked_minutes", self.worked_minutes.is_some()),
                ("/break_minutes", self.break_minutes.is_some()),
                ("/week_minutes", self.week_minutes.is_some()),
                ("/rest_minutes", self.rest_minutes.is_some()),
            ],
            "only for `attendance_validation`",
        )?;
        let leave_type = self.leave_type.as_deref().ok_or_else(|| nested_json::missing_field_error("/leave_type"))?;
        let first = self.start_date.ok_or_else(|| nested_json::missing_field_error("/start_date"))?;
        let last = self.end_date.ok_or_else(|| nested_json::missing_field_error("/end_date"))?;
        if last < first {
            return Err(Error::invalid("/end_date", "ends_before_it_begins", "The last day is before the first."));
        }
        if last > first.saturating_add((LEAVE_DAYS_MAX - 1).days()) {
            let detail = format!("A request has at most {LEAVE_DAYS_MAX} days.");
            return Err(Error::invalid("/end_date", "too_long", detail));
        }
        let portion = Portion::from_request(self.half, self.from, self.to, first == last)?;
        let leave_type = leave_type.trim().to_lowercase();
        Ok(PlannedLeave { leave_type, first, last, portion, attachment: self.attachment.unwrap_or(false) })
    }

    /// The day's work that is asked about.
    ///
    /// # Errors
    /// 400 for fields that are missing or belong to another question; 422 for work that is told twice.
    pub(crate) fn work(&self) -> Result<WorkedDay> {
        reject_fields(
            &[
                ("/leave_type", self.leave_type.is_some()),
                ("/start_date", self.start_date.is_some()),
                ("/end_date", self.end_date.is_some()),
                ("/half", self.half.is_some()),
                ("/from", self.from.is_some()),
                ("/to", self.to.is_some()),
                ("/attachment", self.attachment.is_some()),
            ],
            "only for `leave_request`",
        )?;
        let date = self.attendance_date.ok_or_else(|| nested_json::missing_field_error("/attendance_date"))?;
        let worked = match (self.worked_hours, self.worked_minutes) {
            (Some(hours), None) => hours.minutes(),
            (None, Some(minutes)) => minutes,
            (None, None) => return Err(nested_json::missing_field_error("/worked_hours")),
            (Some(_), Some(_)) => {
                return Err(Error::invalid(
                    "/worked_minutes",
                    "twice",
                    "Say either `worked_hours` or `worked_minutes`.",
                ));
            }
        };
        Ok(WorkedDay { date, worked, breaks: self.break_minutes, week: self.week_minutes, rest: self.rest_minutes })
    }
}
