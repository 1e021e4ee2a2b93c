//! What a correction asks for, and whether it can be.

use directory::Person;
use garde::Validate;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, Error, PunchId, Result};
use lambda::http::field;
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

/// What is to be corrected.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewCorrection {
    /// Whose day: the caller's own unless told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    /// Which day: the date on which its shift begins.
    #[garde(custom(field::date))]
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Why.
    #[garde(custom(field::validate_reason))]
    pub reason: String,
    /// Punches that are wrong: they stay, and count no more.
    #[garde(length(max = VOID_MAX))]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(value_type = Vec<String>)]
    pub void: Vec<PunchId>,
    /// Punches that are missing.
    #[garde(length(max = ADD_MAX), dive)]
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub add: Vec<MissingPunch>,
}

/// A punch that is missing.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MissingPunch {
    /// What was done.
    pub kind: PunchKind,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Where.
    #[garde(inner(custom(fields::words)))]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<String>,
}

/// Whether such a day is corrected at all.
///
/// # Errors
/// 422 at `/date` or `/add`.
pub(crate) fn check_date(body: &NewCorrection, person: &Person, at: Timestamp) -> Result<()> {
    let refuse = |code, detail: String| Err(Error::invalid("/date", code, detail));
    let today = person.today(at);
    if body.date > today {
        return refuse("in_the_future", format!("It is {today} at the person's site."));
    }
    if body.date < today.saturating_sub(DAYS_BACK_MAX.days()) {
        return refuse("too_old", format!("Days are corrected for {DAYS_BACK_MAX} days."));
    }
    if body.date < person.hire_date {
        return refuse("before_hire", format!("The first day was {}.", person.hire_date));
    }
    if let Some(last) = person.termination_date.filter(|last| body.date > *last) {
        return refuse("after_termination", format!("The last day was {last}."));
    }
    if body.void.is_empty() && body.add.is_empty() {
        return Err(Error::invalid("/add", "required", "Say which punches are wrong, or which are missing."));
    }
    Ok(())
}

/// What is to be added, each with what is to be known of it.
///
/// # Errors
/// 422 at the one that cannot be.
pub(crate) fn additions(body: &NewCorrection, timetable: &Timetable, now: Timestamp) -> Result<Vec<Addition>> {
    let one = |(place, missing): (usize, &MissingPunch)| {
        let refuse = |code, detail: String| Err(Error::invalid(format!("/add/{place}/at"), code, detail));
        let at = whole_seconds(missing.at);
        if at > now {
            return refuse("in_the_future", "That is still to come.".to_owned());
        }
        let standing = timetable.shift_day_of(at);
        // Work that ran long may end outside of every window on the next morning.
        let near = standing.date == body.date
            || (!standing.in_window && body.date.tomorrow().is_ok_and(|next| next == standing.date));
        if !near {
            return refuse("other_day", format!("That belongs to {}.", standing.date));
        }
        let flags = if standing.in_window { Vec::new() } else { vec![PunchFlag::OutsideWindow] };
        let location = fields::trimmed(missing.location.as_deref());
        Ok(Addition { kind: missing.kind, at, location, flags })
    };
    body.add.iter().enumerate().map(one).collect()
}

/// Whether what is wrong is there, and what comes of it makes sense.
///
/// # Errors
/// 422 at what is not there, or makes no sense.
pub(crate) fn check_punches(body: &NewCorrection, punches: &[Punch], add: &[Addition]) -> Result<()> {
    for (place, id) in body.void.iter().enumerate() {
        let refuse = |code, detail: &str| Err(Error::invalid(format!("/void/{place}"), code, detail));
        match punches.iter().find(|punch| punch.id == *id) {
            None => return refuse("unknown_punch", "There is no such punch on the day."),
            Some(punch) if !punch.is_counted() => {
                return refuse("already_void", "Another correction has made it void.");
            }
            Some(_) if body.void.iter().take(place).any(|before| before == id) => {
                return refuse("twice", "It is named twice.");
            }
            Some(_) => {}
        }
    }
    if punches.len() + add.len() > PUNCHES_MAX {
        let detail = format!("A day holds at most {PUNCHES_MAX} punches.");
        return Err(Error::invalid("/add", "too_many_punches", detail));
    }
    let (pointer, detail) = match find_sequence_error(punches, &body.void, add) {
        None => return Ok(()),
        Some(SequenceError::Added(place)) => {
            (format!("/add/{place}/at"), "With it, somebody goes before coming, comes twice, or breaks while away.")
        }
        Some(SequenceError::Voided(place)) => {
            (format!("/void/{place}"), "Without it, somebody goes without having come.")
        }
    };
    Err(Error::invalid(pointer, "out_of_order", detail))
}
