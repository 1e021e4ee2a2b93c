//! Checks of a shift assignment, and its write together with the schedule.

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{Code, Error, ErrorKind, Origin, Result, RosterId};
use policy::{PolicySet, attendance::AssignedWork};
use store::{CommitOutcome, IdempotencyKey};

use crate::{
    api::Api,
    domain::{
        assignment::{ShiftAssignment, affected_days, with_assignment},
        roster::{RosterItem, attendance_rules, find_cycle_error},
    },
    messages,
    store::{AssignmentInputs, Stored},
};

/// Work that a request assigns; `None` if it names none.
///
/// # Errors
/// 422 `one_of_two` if it names a roster and shifts.
pub(crate) fn assigned_work(roster_id: Option<RosterId>, shifts: Option<Vec<String>>) -> Result<Option<AssignedWork>> {
    match (roster_id, shifts) {
        (Some(_), Some(_)) => Err(Error::invalid("/shifts", "one_of_two", messages::roster_and_shifts())),
        (Some(id), None) => Ok(Some(AssignedWork::RosterId(id))),
        (None, Some(shifts)) => Ok(Some(AssignedWork::Shifts(shifts))),
        (None, None) => Ok(None),
    }
}

/// Checks and stores a new, changed or deleted assignment with the resulting schedule, again after a lost race. The work is
/// checked only if it or the first day changes.
///
/// # Errors
/// 409 `overlap`, `too_many`, `too_old`, `changed_meanwhile` or `busy`; 422 for an invalid assignment.
pub(crate) async fn save_with_schedule(
    api: &Api,
    origin: &Origin,
    person: &Person,
    (before, after): (Option<&Stored<ShiftAssignment>>, &ShiftAssignment),
    idempotency_key: Option<&IdempotencyKey>,
) -> Result<CommitOutcome> {
    let today = person.today(origin.at);
    let previous = before.map(|before| &before.value);
    let needs_check = previous.is_none_or(|previous| previous.work != after.work || previous.from != after.from);
    let needs_check = needs_check && after.deleted_at.is_none();
    require_not_frozen(previous, after, today)?;
    let attempt = || async {
        let check = async {
            if needs_check { check_work_and_find_roster(api, person, after, origin.at).await } else { Ok(None) }
        };
        let (member, roster) = tokio::try_join!(api.store.members.get_consistent(person.id), check)?;
        let schedule = member.as_ref().map(|member| member.value.schedule.clone()).unwrap_or_default();
        let schedule = with_assignment(&schedule, after, today)?;
        let inputs = AssignmentInputs {
            person,
            member: member.as_ref(),
            schedule: &schedule,
            roster: roster.as_ref(),
            affected: affected_days(previous, after, today),
        };
        api.store.save_assignment(origin, (before, after), inputs, idempotency_key, after).await
    };
    api.until_won(origin.at, attempt).await
}

/// Checks that the assignment may still change: neither before nor after the change are all its days frozen.
///
/// # Errors
/// 409 `too_old` for the stored assignment, 422 `too_old` at `/to` for the changed one.
fn require_not_frozen(before: Option<&ShiftAssignment>, after: &ShiftAssignment, today: Date) -> Result<()> {
    if before.is_some_and(|before| before.is_frozen(today)) {
        return Err(Error::new(Code::TooOld, messages::assignment_too_old()));
    }
    if after.is_frozen(today) {
        return Err(Error::invalid("/to", "too_old", messages::assignment_too_old()));
    }
    Ok(())
}

/// Checks that the assignment starts within the employment, and that the person's policy on its first day has its shifts
/// without overlap. Returns the roster, if the assignment names one.
async fn check_work_and_find_roster(
    api: &Api,
    person: &Person,
    after: &ShiftAssignment,
    at: Timestamp,
) -> Result<Option<Stored<RosterItem>>> {
    let (roster, policies) = tokio::try_join!(find_assigned_roster(api, after), api.store.rulebook.load(at))?;
    check_start_in_employment(person, after)?;
    check_assigned_shifts(&policies, person, after, roster.as_ref())?;
    Ok(roster)
}

/// Checks that the assignment starts within the employment.
fn check_start_in_employment(person: &Person, after: &ShiftAssignment) -> Result<()> {
    if after.from < person.hire_date {
        return Err(Error::invalid("/from", "before_hire", messages::employment_begins(person.hire_date)));
    }
    match person.termination_date.filter(|last| *last < after.from) {
        Some(last) => Err(Error::invalid("/from", "after_termination", messages::employment_ends(last))),
        None => Ok(()),
    }
}

/// The roster that an assignment names; `None` for an assignment to shifts.
///
/// # Errors
/// 422 `unknown_roster` at `/roster_id`.
async fn find_assigned_roster(api: &Api, after: &ShiftAssignment) -> Result<Option<Stored<RosterItem>>> {
    let AssignedWork::RosterId(id) = after.work else { return Ok(None) };
    match api.store.get_roster(id).await {
        Ok(roster) => Ok(Some(roster)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Error::invalid("/roster_id", "unknown_roster", messages::unknown_roster()))
        }
        Err(error) => Err(error),
    }
}

/// Checks that the attendance policy of the person on the first day has the shifts, and that they do not overlap.
fn check_assigned_shifts(
    policies: &PolicySet,
    person: &Person,
    after: &ShiftAssignment,
    roster: Option<&Stored<RosterItem>>,
) -> Result<()> {
    let policy = policies.applicable("attendance", person, after.from);
    let rules: Vec<_> = policy.and_then(attendance_rules).into_iter().collect();
    let error = match (&after.work, roster) {
        (AssignedWork::Shifts(shifts), _) => find_cycle_error(std::slice::from_ref(shifts), &rules),
        (AssignedWork::RosterId(_), Some(roster)) => find_cycle_error(&roster.value.roster.cycle, &rules),
        (AssignedWork::RosterId(_), None) => None,
    };
    let Some(error) = error else { return Ok(()) };
    let pointer = match after.work {
        AssignedWork::Shifts(_) => format!("/shifts/{}", error.at),
        AssignedWork::RosterId(_) => "/roster_id".to_owned(),
    };
    Err(Error::invalid(pointer, error.code(), error.detail()))
}
