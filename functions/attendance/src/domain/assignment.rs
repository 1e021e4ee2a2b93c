//! Shift assignments: the resulting schedule, and the days that a change affects.

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{AssignmentId, Code, EmployeeId, Error, Result};
use policy::attendance::{AssignedWork, Assignment, AssignmentError, Schedule};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::messages;

/// Days before today that a change of an assignment may still affect. Older days are frozen.
pub const HISTORY_DAYS: i32 = 366;
/// Days after its end for which a schedule keeps an assignment. It is longer than the days may be old that are derived
/// again.
const SCHEDULE_RETENTION_DAYS: i32 = 400;
/// Maximum assignments in the schedule of one employee.
const ASSIGNMENTS_MAX: usize = 400;

/// Assignment of an employee to a roster or to shifts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ShiftAssignment {
    /// Id of the assignment.
    pub id: AssignmentId,
    /// Id of the assigned employee.
    pub employee_id: EmployeeId,
    /// Assigned work: `roster_id`, or `shifts` on each of the days.
    #[serde(flatten)]
    pub work: AssignedWork,
    /// First day of the assignment.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the assignment; absent without one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Id of the employee who created the assignment.
    pub created_by: EmployeeId,
    /// Time at which the assignment was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Time of the deletion. The API never returns a deleted object.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(ignore)]
    pub deleted_at: Option<Timestamp>,
}

impl ShiftAssignment {
    /// The assignment in the form of the engine.
    pub fn to_assignment(&self) -> Assignment {
        Assignment { id: self.id, from: self.from, to: self.to, work: self.work.clone() }
    }

    /// The assignment in the form of the engine; `None` if it is deleted.
    fn active_assignment(&self) -> Option<Assignment> {
        self.deleted_at.is_none().then(|| self.to_assignment())
    }

    /// The assignment, marked as deleted.
    #[must_use]
    pub fn tombstone(&self, at: Timestamp) -> Self {
        Self { updated_at: at, deleted_at: Some(at), ..self.clone() }
    }

    /// Whether all days of the assignment are frozen: it ended before the first day that may still change.
    pub fn is_frozen(&self, today: Date) -> bool {
        self.to.is_some_and(|to| to < first_editable_day(today))
    }
}

/// First day that a change of an assignment may still affect.
fn first_editable_day(today: Date) -> Date {
    today.saturating_sub(HISTORY_DAYS.days())
}

/// Schedule with an assignment added or replaced, or removed if it is deleted. Those that ended more than 400 days ago are left
/// out.
///
/// # Errors
/// 422 if the assignment ends before it begins or lacks a required end; 409 `overlap` or `too_many`.
pub fn with_assignment(schedule: &Schedule, change: &ShiftAssignment, today: Date) -> Result<Schedule> {
    let schedule = match change.active_assignment() {
        Some(assignment) => schedule.with_assignment(assignment).map_err(assignment_error)?,
        None => schedule.without_assignment(change.id),
    };
    let oldest = today.saturating_sub(SCHEDULE_RETENTION_DAYS.days());
    let retained: Vec<_> = schedule.0.into_iter().filter(|one| one.to.is_none_or(|to| to >= oldest)).collect();
    if retained.len() > ASSIGNMENTS_MAX {
        return Err(Error::new(Code::TooMany, messages::assignments_max(ASSIGNMENTS_MAX)));
    }
    Ok(Schedule(retained))
}

fn assignment_error(error: AssignmentError) -> Error {
    match error {
        AssignmentError::EndsBeforeItBegins => {
            Error::invalid("/to", "ends_before_it_begins", messages::last_day_before_first())
        }
        AssignmentError::MissingEnd => Error::invalid("/to", "required", messages::last_day_needed()),
        AssignmentError::Overlaps(existing) => Error::new(Code::Overlap, messages::overlapping_assignment())
            .with_field("/from", "overlap", messages::overlapping_assignment())
            .with_current_state(json!({ "assignment": overlap_details(&existing) })),
    }
}

/// The overlapping assignment, as far as the schedule knows it.
fn overlap_details(existing: &Assignment) -> Value {
    let Assignment { id, from, to, work } = existing;
    match work {
        AssignedWork::RosterId(roster) => json!({ "id": id, "roster_id": roster, "from": from, "to": to }),
        AssignedWork::Shifts(shifts) => json!({ "id": id, "shifts": shifts, "from": from, "to": to }),
    }
}

/// Days whose plan may differ, both included; open-ended without `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AffectedDays {
    pub from: Date,
    pub to: Option<Date>,
}

/// Days whose plan differs between two states of an assignment, and one more on either side, because neighbouring
/// windows cut each other. `None` if all of them are frozen.
pub fn affected_days(before: Option<&ShiftAssignment>, after: &ShiftAssignment, today: Date) -> Option<AffectedDays> {
    let (before, after) = (before.and_then(ShiftAssignment::active_assignment), after.active_assignment());
    let (from, to) = match (before, after) {
        (Some(before), Some(after)) => differing_days(&before, &after)?,
        (Some(one), None) | (None, Some(one)) => (one.from, one.to),
        (None, None) => return None,
    };
    let from = from.saturating_sub(1.day()).max(first_editable_day(today));
    let to = to.map(|to| to.saturating_add(1.day()));
    to.is_none_or(|to| from <= to).then_some(AffectedDays { from, to })
}

/// First and last day on which two assignments differ, without a last one if open-ended; `None` if they are the same.
fn differing_days(before: &Assignment, after: &Assignment) -> Option<(Date, Option<Date>)> {
    let last = |one: Option<Date>, two: Option<Date>| one.zip(two).map(|(one, two)| one.max(two));
    if before.work != after.work {
        return Some((before.from.min(after.from), last(before.to, after.to)));
    }
    // The work is the same: only days that one covers and the other does not.
    let beginning = (before.from != after.from)
        .then(|| (before.from.min(after.from), before.from.max(after.from).saturating_sub(1.day())));
    let ending = (before.to != after.to).then(|| {
        let earlier = before.to.into_iter().chain(after.to).min().unwrap_or(Date::MAX);
        (earlier.saturating_add(1.day()), last(before.to, after.to))
    });
    match (beginning, ending) {
        (None, None) => None,
        (Some((from, to)), None) => Some((from, Some(to))),
        (None, Some(ending)) => Some(ending),
        (Some((from, _)), Some((_, to))) => Some((from, to)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::RosterId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn assignment(work: u128, from: Date, to: Option<Date>) -> ShiftAssignment {
        ShiftAssignment {
            id: AssignmentId::new(Uuid::from_u128(1)),
            employee_id: EmployeeId::new(Uuid::from_u128(2)),
            work: AssignedWork::RosterId(RosterId::new(Uuid::from_u128(work))),
            from,
            to,
            created_by: EmployeeId::new(Uuid::from_u128(3)),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
            deleted_at: None,
        }
    }

    fn june(day: i8) -> Date {
        date(2024, 6, day)
    }

    fn span(from: i8, to: i8) -> Option<AffectedDays> {
        Some(AffectedDays { from: june(from), to: Some(june(to)) })
    }

    #[test]
    fn assignment_reads_back_as_written() {
        let one = assignment(7, june(1), None);
        let written = serde_json::to_value(&one).unwrap();
        assert_eq!(written["roster_id"], json!("roster_00000000000000000000000000000007"), "{written}");
        assert_eq!(serde_json::from_value::<ShiftAssignment>(written).unwrap(), one);
        let shifts = ShiftAssignment { work: AssignedWork::Shifts(vec!["early".to_owned()]), to: Some(june(2)), ..one };
        let written = serde_json::to_value(&shifts).unwrap();
        assert_eq!(written["shifts"], json!(["early"]));
        assert_eq!(serde_json::from_value::<ShiftAssignment>(written).unwrap(), shifts);
    }

    #[test]
    fn affected_days_are_the_differing_ones_with_neighbours() {
        let (today, one) = (june(20), assignment(1, june(5), Some(june(10))));
        let with = |from, to| assignment(1, june(from), Some(june(to)));
        let table = [
            (None, one.clone(), span(4, 11)),
            (Some(one.clone()), one.clone(), None),
            (Some(one.clone()), one.tombstone(Timestamp::UNIX_EPOCH), span(4, 11)),
            (Some(one.clone()), with(5, 8), span(8, 11)),
            (Some(one.clone()), with(5, 12), span(10, 13)),
            (Some(one.clone()), with(3, 10), span(2, 5)),
            (Some(one.clone()), with(4, 12), span(3, 13)),
            (Some(one.clone()), assignment(2, june(6), Some(june(9))), span(4, 11)),
            (Some(one.clone()), assignment(1, june(5), None), Some(AffectedDays { from: june(10), to: None })),
            (Some(assignment(1, june(5), None)), with(5, 18), Some(AffectedDays { from: june(18), to: None })),
        ];
        for (before, after, expected) in table {
            assert_eq!(affected_days(before.as_ref(), &after, today), expected, "{before:?} {after:?}");
        }
    }

    #[test]
    fn days_beyond_the_history_limit_are_not_affected() {
        let today = date(2026, 6, 20);
        let old = assignment(1, date(2020, 1, 1), Some(date(2024, 1, 1)));
        assert!(old.is_frozen(today) && affected_days(None, &old, today).is_none());
        let open = assignment(1, date(2020, 1, 1), None);
        assert!(!open.is_frozen(today));
        assert_eq!(affected_days(None, &open, today), Some(AffectedDays { from: date(2025, 6, 19), to: None }));
    }

    #[test]
    fn schedule_drops_old_assignments_and_is_bounded() {
        let today = date(2026, 6, 20);
        let id = |n: usize| AssignmentId::new(Uuid::from_u128(100 + n as u128));
        let day = |n: usize| today.saturating_sub(i64::try_from(n).unwrap().days());
        let single = |n| {
            let one = assignment(1, day(n), Some(day(n)));
            ShiftAssignment { id: id(n), work: AssignedWork::Shifts(Vec::new()), ..one }
        };
        let long_ago = Schedule(vec![single(401).to_assignment(), single(400).to_assignment()]);
        let schedule = with_assignment(&long_ago, &single(0), today).unwrap();
        assert_eq!(schedule.0.iter().map(|one| one.id).collect::<Vec<_>>(), [id(400), id(0)]);
        let full = Schedule((0..400).map(|n| single(n).to_assignment()).collect());
        let more = ShiftAssignment { id: id(999), ..assignment(1, day(0), None) };
        assert_eq!(with_assignment(&full, &more, today).unwrap_err().code(), "too_many");
        assert_eq!(with_assignment(&full, &single(7).tombstone(Timestamp::UNIX_EPOCH), today).unwrap().0.len(), 399);
    }

    proptest! {
        #[test]
        fn every_differing_day_is_affected(
            before in (1_u128..3, 1_i8..20, 0_i8..9, any::<bool>()),
            after in (1_u128..3, 1_i8..20, 0_i8..9, any::<bool>(), any::<bool>()),
        ) {
            let make = |(work, from, days, open): (u128, i8, i8, bool)| {
                assignment(work, june(from), (!open).then(|| june(from + days)))
            };
            let gone = after.4;
            let (before, mut after) = (make(before), make((after.0, after.1, after.2, after.3)));
            if gone {
                after = before.tombstone(Timestamp::UNIX_EPOCH);
            }
            let touched = affected_days(Some(&before), &after, june(20));
            let works = |one: &ShiftAssignment, day| {
                one.active_assignment().filter(|active| active.covers(day)).map(|active| active.work)
            };
            for day in 1..=30 {
                let day = june(day);
                let holds = touched.is_some_and(|touched| touched.from <= day && touched.to.is_none_or(|to| day <= to));
                prop_assert!(holds || works(&before, day) == works(&after, day), "{day}");
            }
        }
    }
}
