//! Body of a correction request, and its checks.

use directory::Person;
use garde::Validate;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, Error, PunchId, Result};
use lambda::http::validators;
use policy::attendance::{Punch, PunchFlag, PunchKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::fields,
    domain::{
        correction::{ADD_MAX, Addition, DAYS_BACK_MAX, SequenceError, VOID_MAX, find_sequence_error},
        punch_rules::{PUNCHES_MAX, whole_seconds},
        timetable::Timetable,
    },
};

/// Request for a correction of an attendance day.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCorrection {
    /// Id of the employee; default: the caller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    /// Date of the day, on which its shift starts; at most 62 days ago.
    #[garde(custom(validators::date))]
    #[schema(value_type = String, format = Date, pattern = r"^(19\d\d|2[01]\d\d|2200)-\d\d-\d\d$")]
    pub date: Date,
    /// Reason of the correction; shown to the approver.
    #[garde(custom(validators::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
    /// Ids of wrong punches. They stay, but no longer count.
    #[garde(length(max = VOID_MAX))]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 50)]
    pub void: Vec<PunchId>,
    /// Missing punches to be added.
    #[garde(length(max = ADD_MAX), dive)]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 20)]
    pub add: Vec<MissingPunch>,
}

/// Missing punch of a correction request.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MissingPunch {
    /// Kind of the punch: check-in, check-out, break start or break end.
    pub kind: PunchKind,
    /// Time of the punch; not in the future.
    #[schema(value_type = String, format = DateTime, pattern = r"^[0-8]\d{3}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$")]
    pub at: Timestamp,
    /// Place of the punch as text, such as `Office`.
    #[garde(inner(custom(fields::single_line)))]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub location: Option<String>,
}

/// Checks that the day can be corrected.
///
/// # Errors
/// 422 at `/date` or `/add`.
pub(crate) fn check_date(body: &NewCorrection, person: &Person, at: Timestamp) -> Result<()> {
    let refuse = |code, detail: String| Err(Error::invalid("/date", code, detail));
    let today = person.today(at);
    if body.date > today {
        return refuse("in_the_future", format!("The day must not be after {today}, the current date at the site."));
    }
    if body.date < today.saturating_sub(DAYS_BACK_MAX.days()) {
        return refuse(
            "too_old",
            format!("Only the last {DAYS_BACK_MAX} days can be corrected. Ask HR about older days."),
        );
    }
    if body.date < person.hire_date {
        return refuse(
            "before_hire",
            format!("The employment began on {}. Choose that day or a later one.", person.hire_date),
        );
    }
    if let Some(last) = person.termination_date.filter(|last| body.date > *last) {
        return refuse(
            "after_termination",
            format!("The employment ended on {last}. Choose that day or an earlier one."),
        );
    }
    if body.void.is_empty() && body.add.is_empty() {
        return Err(Error::invalid("/add", "required", "Name a wrong punch in `void` or a missing one in `add`."));
    }
    Ok(())
}

/// Missing punches, flagged if they are outside every window.
///
/// # Errors
/// 422 at the punch that belongs to another day or to the future.
pub(crate) fn additions(body: &NewCorrection, timetable: &Timetable, now: Timestamp) -> Result<Vec<Addition>> {
    let addition = |(index, missing): (usize, &MissingPunch)| {
        let refuse = |code, detail: String| Err(Error::invalid(format!("/add/{index}/at"), code, detail));
        let at = whole_seconds(missing.at);
        if at > now {
            return refuse("in_the_future", "The time is in the future. Choose a time that has passed.".to_owned());
        }
        let placement = timetable.shift_day_of(at);
        // Long work may end on the next morning, outside every window.
        let near = placement.date == body.date
            || (!placement.in_window && body.date.tomorrow().is_ok_and(|next| next == placement.date));
        if !near {
            return refuse(
                "other_day",
                format!("The time belongs to the shift day {}. Correct that day instead.", placement.date),
            );
        }
        let flags = if placement.in_window { Vec::new() } else { vec![PunchFlag::OutsideWindow] };
        let location = fields::trimmed(missing.location.as_deref());
        Ok(Addition { kind: missing.kind, at, location, flags })
    };
    body.add.iter().enumerate().map(addition).collect()
}

/// Checks that the voided punches exist and that the result is in order.
///
/// # Errors
/// 422 at the punch.
pub(crate) fn check_punches(body: &NewCorrection, punches: &[Punch], add: &[Addition]) -> Result<()> {
    for (index, id) in body.void.iter().enumerate() {
        let refuse = |code, detail: &str| Err(Error::invalid(format!("/void/{index}"), code, detail));
        match punches.iter().find(|punch| punch.id == *id) {
            None => return refuse("unknown_punch", "This punch is not on the day. Use the id of one of its punches."),
            Some(punch) if !punch.is_counted() => {
                return refuse("already_void", "Another correction has voided this punch. Remove it from the list.");
            }
            Some(_) if body.void.iter().take(index).any(|before| before == id) => {
                return refuse("twice", "This punch is listed twice. Remove one.");
            }
            Some(_) => {}
        }
    }
    if punches.len() + add.len() > PUNCHES_MAX {
        let detail = format!("The day would have more than {PUNCHES_MAX} punches, the maximum.");
        return Err(Error::invalid("/add", "too_many_punches", detail));
    }
    let (pointer, detail) = match find_sequence_error(punches, &body.void, add) {
        None => return Ok(()),
        Some(SequenceError::Added(index)) => (
            format!("/add/{index}/at"),
            "With this punch, the day has a check-out or break without a check-in, or two check-ins in a row.",
        ),
        Some(SequenceError::Voided(index)) => {
            (format!("/void/{index}"), "Without this punch, a check-out has no check-in.")
        }
    };
    Err(Error::invalid(pointer, "out_of_order", detail))
}
