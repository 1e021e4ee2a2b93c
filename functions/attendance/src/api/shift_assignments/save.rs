//! Assigning: what must hold before somebody is put to work, and how the assignment and the person's schedule change together.

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{Error, Kind, Origin, Result, RosterId};
use policy::{Book, attendance::Work};
use store::{Once, Outcome};

use crate::{
    api::Api,
    domain::{
        assignment::{ShiftAssignment, affected, scheduled},
        roster::{RosterRecord, attendance_rules, fault},
    },
    store::{Scheduling, Stored},
};

/// What a body says of the work.
///
/// # Errors
/// 422 for both at once.
pub(crate) fn work(roster_id: Option<RosterId>, shifts: Option<Vec<String>>) -> Result<Option<Work>> {
    match (roster_id, shifts) {
        (Some(_), Some(_)) => Err(Error::invalid("/shifts", "one_of_two", "Name a roster or shifts, not both.")),
        (Some(id), None) => Ok(Some(Work::RosterId(id))),
        (None, Some(shifts)) => Ok(Some(Work::Shifts(shifts))),
        (None, None) => Ok(None),
    }
}

/// Stores an assignment that is new, changed or taken back, with the schedule that comes of it; tries again while others are faster at
/// the same schedule.
///
/// # Errors
/// 409 for one that overlaps with another or has changed meanwhile; 422 for one that cannot be.
pub(crate) async fn keep(
    api: &Api,
    origin: &Origin,
    person: &Person,
    (before, after): (Option<&Stored<ShiftAssignment>>, &ShiftAssignment),
    once: Option<&Once>,
) -> Result<Outcome> {
    let today = person.today(origin.at);
    let known = before.map(|before| &before.value);
    let anew = known.is_none_or(|known| known.work != after.work || known.from != after.from);
    let anew = anew && after.deleted_at.is_none();
    in_reach(known, after, today)?;
    let attempt = || async {
        let judge = async { if anew { judge(api, person, after, origin.at).await } else { Ok(None) } };
        let (member, roster) = tokio::try_join!(api.store.members.get_fresh(person.id), judge)?;
        let schedule = member.as_ref().map(|member| member.value.schedule.clone()).unwrap_or_default();
        let schedule = scheduled(&schedule, after, today)?;
        let by = Scheduling {
            person,
            member: member.as_ref(),
            schedule: &schedule,
            roster: roster.as_ref(),
            affected: affected(known, after, today),
        };
        api.store.assign(origin, (before, after), by, once, after).await
    };
    api.until_won(origin.at, attempt).await
}

/// Nothing is changed that lies further back than days are derived again.
fn in_reach(before: Option<&ShiftAssignment>, after: &ShiftAssignment, today: Date) -> Result<()> {
    let detail = "What ended more than a year ago stays as it was settled.";
    if before.is_some_and(|before| before.is_history(today)) {
        return Err(Error::conflict("too_old", detail));
    }
    if after.is_history(today) { Err(Error::invalid("/to", "too_old", detail)) } else { Ok(()) }
}

/// The roster of an assignment, if it names one, once nothing speaks against the work: the person is employed then and can work it.
async fn judge(
    api: &Api,
    person: &Person,
    after: &ShiftAssignment,
    at: Timestamp,
) -> Result<Option<Stored<RosterRecord>>> {
    let (roster, book) = tokio::try_join!(roster(api, after), api.store.rulebook.book(at))?;
    employed(person, after)?;
    can_work(&book, person, after, roster.as_ref())?;
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
async fn roster(api: &Api, after: &ShiftAssignment) -> Result<Option<Stored<RosterRecord>>> {
    let Work::RosterId(id) = after.work else { return Ok(None) };
    match api.store.roster(id).await {
        Ok(roster) => Ok(Some(roster)),
        Err(error) if error.kind() == Kind::NotFound => {
            Err(Error::invalid("/roster_id", "unknown_roster", "There is no such roster, or it was removed."))
        }
        Err(error) => Err(error),
    }
}

/// Whether the person's own attendance policy of the first day knows the shifts, and lets them be worked one after the other.
fn can_work(
    book: &Book,
    person: &Person,
    after: &ShiftAssignment,
    roster: Option<&Stored<RosterRecord>>,
) -> Result<()> {
    let policy = book.applying("attendance", person, after.from);
    let rules: Vec<_> = policy.and_then(attendance_rules).into_iter().collect();
    let found = match (&after.work, roster) {
        (Work::Shifts(shifts), _) => fault(std::slice::from_ref(shifts), &rules),
        (Work::RosterId(_), Some(roster)) => fault(&roster.value.roster.cycle, &rules),
        (Work::RosterId(_), None) => None,
    };
    let Some(found) = found else { return Ok(()) };
    let pointer = match after.work {
        Work::Shifts(_) => format!("/shifts/{}", found.at),
        Work::RosterId(_) => "/roster_id".to_owned(),
    };
    Err(Error::invalid(pointer, found.problem(), found.to_string()))
}
