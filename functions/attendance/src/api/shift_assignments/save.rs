//! Assigning: what must hold before somebody is put to work, and how the assignment and the person's schedule change together.

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{Code, Error, ErrorKind, Origin, Result, RosterId};
use policy::{PolicySet, attendance::AssignedWork};
use store::{CommitOutcome, IdempotencyKey};

use crate::{
    api::Api,
    domain::{
        assignment::{ShiftAssignment, affected, with_assignment},
        roster::{RosterItem, attendance_rules, check_cycle},
    },
    store::{AssignmentInputs, Stored},
};

/// What a body says of the work.
///
/// # Errors
/// 422 for both at once.
pub(crate) fn work(roster_id: Option<RosterId>, shifts: Option<Vec<String>>) -> Result<Option<AssignedWork>> {
    match (roster_id, shifts) {
        (Some(_), Some(_)) => Err(Error::invalid("/shifts", "one_of_two", "Name a roster or shifts, not both.")),
        (Some(id), None) => Ok(Some(AssignedWork::RosterId(id))),
        (None, Some(shifts)) => Ok(Some(AssignedWork::Shifts(shifts))),
        (None, None) => Ok(None),
    }
}

/// Stores an assignment that is new, changed or taken back, with the schedule that comes of it; tries again while others are faster at
/// the same schedule.
///
/// # Errors
/// 409 for one that overlaps with another or has changed meanwhile; 422 for one that cannot be.
pub(crate) async fn save(
    api: &Api,
    origin: &Origin,
    person: &Person,
    (before, after): (Option<&Stored<ShiftAssignment>>, &ShiftAssignment),
    once: Option<&IdempotencyKey>,
) -> Result<CommitOutcome> {
    let today = person.today(origin.at);
    let known = before.map(|before| &before.value);
    let anew = known.is_none_or(|known| known.work != after.work || known.from != after.from);
    let anew = anew && after.deleted_at.is_none();
    require_not_history(known, after, today)?;
    let attempt = || async {
        let judge = async { if anew { check_work(api, person, after, origin.at).await } else { Ok(None) } };
        let (member, roster) = tokio::try_join!(api.store.members.get_fresh(person.id), judge)?;
        let schedule = member.as_ref().map(|member| member.value.schedule.clone()).unwrap_or_default();
        let schedule = with_assignment(&schedule, after, today)?;
        let by = AssignmentInputs {
            person,
            member: member.as_ref(),
            schedule: &schedule,
            roster: roster.as_ref(),
            affected: affected(known, after, today),
        };
        api.store.save_assignment(origin, (before, after), by, once, after).await
    };
    api.until_won(origin.at, attempt).await
}

/// Nothing is changed that lies further back than days are derived again.
fn require_not_history(before: Option<&ShiftAssignment>, after: &ShiftAssignment, today: Date) -> Result<()> {
    let detail = "What ended more than a year ago stays as it was settled.";
    if before.is_some_and(|before| before.is_history(today)) {
        return Err(Error::new(Code::TooOld, detail));
    }
    if after.is_history(today) { Err(Error::invalid("/to", "too_old", detail)) } else { Ok(()) }
}

/// The roster of an assignment, if it names one, once nothing speaks against the work: the person is employed then and can work it.
async fn check_work(
    api: &Api,
    person: &Person,
    after: &ShiftAssignment,
    at: Timestamp,
) -> Result<Option<Stored<RosterItem>>> {
    let (roster, book) = tokio::try_join!(roster(api, after), api.store.rulebook.book(at))?;
    employed(person, after)?;
    check_shifts(&book, person, after, roster.as_ref())?;
    Ok(roster)
}

/// Nobody is put to work before they begin or after they have left.
fn employed(person: &Person, after: &ShiftAssignment) -> Result<()> {
    if after.from < person.hire_date {
        let detail = format!("The person begins on {}.", person.hire_date);
        return Err(Error::invalid("/from", "before_hire", detail));
    }
    match person.termination_date.filter(|last| *last < after.from) {
        Some(last) => {
            let detail = format!("The last day of the person is {last}.");
            Err(Error::invalid("/from", "after_termination", detail))
        }
        None => Ok(()),
    }
}

/// The roster that an assignment names.
async fn roster(api: &Api, after: &ShiftAssignment) -> Result<Option<Stored<RosterItem>>> {
    let AssignedWork::RosterId(id) = after.work else { return Ok(None) };
    match api.store.roster(id).await {
        Ok(roster) => Ok(Some(roster)),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Error::invalid("/roster_id", "unknown_roster", "There is no such roster, or it was removed."))
        }
        Err(error) => Err(error),
    }
}

/// Whether the person's own attendance policy of the first day knows the shifts, and lets them be worked one after the other.
fn check_shifts(
    book: &PolicySet,
    person: &Person,
    after: &ShiftAssignment,
    roster: Option<&Stored<RosterItem>>,
) -> Result<()> {
    let policy = book.applicable("attendance", person, after.from);
    let rules: Vec<_> = policy.and_then(attendance_rules).into_iter().collect();
    let found = match (&after.work, roster) {
        (AssignedWork::Shifts(shifts), _) => check_cycle(std::slice::from_ref(shifts), &rules),
        (AssignedWork::RosterId(_), Some(roster)) => check_cycle(&roster.value.roster.cycle, &rules),
        (AssignedWork::RosterId(_), None) => None,
    };
    let Some(found) = found else { return Ok(()) };
    let pointer = match after.work {
        AssignedWork::Shifts(_) => format!("/shifts/{}", found.at),
        AssignedWork::RosterId(_) => "/roster_id".to_owned(),
    };
    Err(Error::invalid(pointer, found.problem(), found.to_string()))
}
