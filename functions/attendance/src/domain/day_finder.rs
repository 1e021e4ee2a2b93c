//! Which days a run takes of somebody.

use jiff::{SignedDuration, Timestamp, civil::Date};
use policy::EmploymentStatus;
use policy::{
    PolicySet,
    attendance::{EmploymentSnapshot, Planner, Rosters},
};

use super::settlement_work::EmployeeDays;
use super::{member::Member, run::RunScope};

/// A leaver stays in the nightly run for so many days: until the last day is settled for certain, and looked at again.
const LEAVER_DAYS: i64 = 7;

/// Finds the days that a run takes.
#[derive(Debug, Clone, Copy)]
pub struct DayFinder<'a> {
    pub book: &'a PolicySet,
    pub rosters: &'a Rosters,
    pub takes: &'a RunScope,
    /// The clock of the run.
    pub clock: Timestamp,
}

impl DayFinder<'_> {
    /// The days of somebody that are due, as stretches of days.
    pub fn days_of(&self, member: &Member) -> Vec<EmployeeDays> {
        let today = member.person.today(self.clock);
        match self.takes {
            RunScope::Nightly { after, by, .. } => self.closed_between(member, *after, *by, today),
            RunScope::Replay { from, to, .. } => employed(member, *from, (*to).min(today)).into_iter().collect(),
        }
    }

    /// A shift-day belongs to the date on which it starts, and closes some time later: at most a day and a window after that date.
    fn closed_between(&self, member: &Member, after: Timestamp, by: Timestamp, today: Date) -> Vec<EmployeeDays> {
        if member.person.status == EmploymentStatus::Suspended {
            return Vec::new();
        }
        let first = member.person.today(after);
        let first = first.checked_sub(SignedDuration::from_hours(48)).unwrap_or(first);
        let Some(candidates) = employed(member, first, today) else { return Vec::new() };
        let home = EmploymentSnapshot::of(&member.person);
        let (schedule, person) = (&member.schedule, &member.person);
        let planner = Planner { book: self.book, rosters: self.rosters, schedule, person, home: &home };
        let dates = candidates.from.series(jiff::Span::new().days(1)).take_while(|date| *date <= candidates.to);
        let closed = dates.filter(|date| {
            let closes_at = planner.plan(*date).closes_at;
            after < closes_at && closes_at <= by
        });
        stretches(member, closed)
    }

    /// Whether somebody has left for so long that no run looks for them any more.
    pub fn left_long_ago(&self, member: &Member) -> bool {
        if let RunScope::Replay { .. } = self.takes {
            return false;
        }
        let left = member.person.termination_date.filter(|_| member.person.status == EmploymentStatus::Terminated);
        let today = member.person.today(self.clock);
        left.is_some_and(|left| left.saturating_add(jiff::Span::new().days(LEAVER_DAYS)) < today)
    }
}

/// The days of a period on which somebody is employed.
pub fn employed(member: &Member, from: Date, to: Date) -> Option<EmployeeDays> {
    let person = &member.person;
    let from = from.max(person.hire_date);
    let to = person.termination_date.map_or(to, |last| to.min(last));
    (from <= to).then_some(EmployeeDays { employee_id: person.id, from, to })
}

/// Dates in their order, those that follow each other as one.
fn stretches(member: &Member, dates: impl Iterator<Item = Date>) -> Vec<EmployeeDays> {
    let mut found: Vec<EmployeeDays> = Vec::new();
    for date in dates {
        match found.last_mut() {
            Some(last) if last.to.tomorrow().is_ok_and(|next| next == date) => last.to = date,
            Some(_) | None => found.push(EmployeeDays { employee_id: member.person.id, from: date, to: date }),
        }
    }
    found
}
