//! Body of a correction request, and its checks.

use directory::Person;
use garde::Validate;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Message, PunchId, Result};
use lambda::http::validators;
use policy::attendance::{Punch, PunchFlag, PunchKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::corrected_days::CorrectedDays;
use crate::{
    api::fields,
    domain::{
        correction::{
            ADD_MAX, Addition, ChangedPunch, Correction, DAYS_BACK_MAX, VOID_MAX, find_long_work, find_sequence_error,
        },
        punch_rules::{PUNCHES_MAX, WORK_SPAN_MAX, whole_seconds},
        timetable::Timetable,
    },
    messages,
};

/// Request for a correction of an attendance day. It needs at least one punch in `void` or `add`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCorrection {
    /// Id of the employee. Default: the caller.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    /// Date on which the shift starts: today at the site or earlier, and at most 62 days ago.
    #[garde(custom(validators::validate_date))]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Reason of the correction, shown to the approver.
    #[garde(custom(validators::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
    /// Ids of wrong punches of the day, at most 50, each once. They stay visible, but no longer count.
    #[garde(length(max = VOID_MAX))]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 50)]
    pub void: Vec<PunchId>,
    /// Missing punches to add, at most 20.
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
    /// Time of the punch, not in the future. A check-out or break is at most 36 hours after its check-in. Fractions of a second
    /// are dropped.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Place of the punch as text, such as `Office`.
    #[garde(inner(custom(fields::validate_line)))]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub location: Option<String>,
}

/// Checks that the date can be corrected, and that the request names a punch.
///
/// # Errors
/// 422 at `/date` or `/add`.
pub(crate) fn check_date_and_content(body: &NewCorrection, person: &Person, at: Timestamp) -> Result<()> {
    let refuse = |code, detail: Message| Err(Error::invalid("/date", code, detail));
    let today = person.today(at);
    if body.date > today {
        return refuse("in_the_future", messages::correction_in_future(today));
    }
    if body.date < today.saturating_sub(DAYS_BACK_MAX.days()) {
        return refuse("too_old", messages::correction_too_old(DAYS_BACK_MAX));
    }
    if body.date < person.hire_date {
        return refuse("before_hire", messages::employment_began(person.hire_date));
    }
    if let Some(last) = person.termination_date.filter(|last| body.date > *last) {
        return refuse("after_termination", messages::employment_ended(last));
    }
    if body.void.is_empty() && body.add.is_empty() {
        return Err(Error::invalid("/add", "required", messages::correction_empty()));
    }
    Ok(())
}

/// The missing punches of a request as additions, flagged if they are outside every window.
///
/// # Errors
/// 422 at the first punch that belongs to another day or to the future.
pub(crate) fn to_additions(body: &NewCorrection, timetable: &Timetable, now: Timestamp) -> Result<Vec<Addition>> {
    let addition = |(index, missing): (usize, &MissingPunch)| {
        let refuse = |code, detail: Message| Err(Error::invalid(format!("/add/{index}/at"), code, detail));
        let at = whole_seconds(missing.at);
        if at > now {
            return refuse("in_the_future", messages::time_in_future());
        }
        let placement = timetable.shift_day_of(Some(missing.kind), at);
        // Long work may end on the next morning, outside every window, or on a later date soon after a long shift.
        let is_next = body.date.tomorrow().is_ok_and(|next| next == placement.date);
        let ends_late = missing.kind != PunchKind::CheckIn
            && body.date < placement.date
            && timetable.is_still_open(body.date, Timestamp::MIN, at);
        let near = placement.date == body.date || (is_next && !placement.in_window) || ends_late;
        if !near {
            return refuse("other_day", messages::addition_to_other_day(placement.date));
        }
        let flags = if placement.in_window && placement.date == body.date {
            Vec::new()
        } else {
            vec![PunchFlag::OutsideWindow]
        };
        let location = fields::trimmed(missing.location.as_deref());
        Ok(Addition { kind: missing.kind, at, location, flags })
    };
    body.add.iter().enumerate().map(addition).collect()
}

/// Checks that the punches to be voided exist, count and are named once, and that the day has room for the added ones.
///
/// # Errors
/// 422 at the first invalid punch.
pub(crate) fn check_voids(body: &NewCorrection, punches: &[Punch], add: &[Addition]) -> Result<()> {
    for (index, id) in body.void.iter().enumerate() {
        let refuse = |code, detail: Message| Err(Error::invalid(format!("/void/{index}"), code, detail));
        match punches.iter().find(|punch| punch.id == *id) {
            None => return refuse("unknown_punch", messages::unknown_punch()),
            Some(punch) if !punch.is_counted() => {
                return refuse("already_void", messages::punch_void());
            }
            Some(_) if body.void.iter().take(index).any(|before| before == id) => {
                return refuse("twice", messages::punch_twice());
            }
            Some(_) => {}
        }
    }
    if punches.len() + add.len() > PUNCHES_MAX {
        return Err(Error::invalid("/add", "too_many_punches", messages::correction_fills_day(PUNCHES_MAX)));
    }
    Ok(())
}

/// Checks that the correction puts no punch of the day out of order that was in order before, and that no added one makes its
/// work too long.
///
/// # Errors
/// 422 at the wrong punch.
pub(crate) fn check_order(request: &Correction, days: &CorrectedDays) -> Result<()> {
    let CorrectedDays { existing, corrected, added, debounce_seconds, .. } = days;
    let index_of = |ids: &[PunchId], id: PunchId| ids.iter().position(|known| *known == id).unwrap_or_default();
    let at_added = |id| format!("/add/{}/at", index_of(added, id));
    let (pointer, detail) = match find_sequence_error(existing, corrected, *debounce_seconds) {
        None => match find_long_work(existing, corrected, *debounce_seconds) {
            None => return Ok(()),
            Some(id) => {
                let detail = messages::check_out_too_late(WORK_SPAN_MAX.as_hours());
                return Err(Error::invalid(at_added(id), "too_long", detail));
            }
        },
        Some(ChangedPunch::Added(id)) => (at_added(id), messages::addition_out_of_order()),
        Some(ChangedPunch::Voided(id)) => {
            (format!("/void/{}", index_of(&request.void, id)), messages::void_out_of_order())
        }
    };
    Err(Error::invalid(pointer, "out_of_order", detail))
}
