//! Days of a person that a run settles.

use jiff::{SignedDuration, Timestamp, civil::Date};
use policy::EmploymentStatus;
use policy::{
    PolicySet,
    attendance::{PunchPlacer, Rosters},
};

use super::settlement_page::EmployeeDays;
use super::{member::Member, run::RunScope};

/// Days after the termination for which an employee stays in nightly runs, so that the last day is surely settled.
const LEAVER_DAYS: i64 = 7;

/// Finds the days of a run.
#[derive(Debug, Clone, Copy)]
pub struct DayFinder<'a> {
    pub policies: &'a PolicySet,
    pub rosters: &'a Rosters,
    pub scope: &'a RunScope,
    /// Days whose window closes later are skipped.
    pub cutoff: Timestamp,
}

impl DayFinder<'_> {
    /// Days of a person that the run settles, up to today and within the employment, consecutive ones as one range.
    pub fn due_days_of(&self, member: &Member) -> Vec<EmployeeDays> {
        let today = member.person.today(self.cutoff);
        match self.scope {
            RunScope::Nightly { after, by, .. } => self.days_closed_between(member, *after, *by, today),
            RunScope::Replay { from, to, .. } => {
                clip_to_employment(member, *from, (*to).min(today)).into_iter().collect()
            }
        }
    }

    /// Days whose window closed after one instant and not later than another; none for a suspended person. A shift day
    /// belongs to the date of its start and closes at most a day and a window after that date.
    fn days_closed_between(&self, member: &Member, after: Timestamp, by: Timestamp, today: Date) -> Vec<EmployeeDays> {
        if member.person.status == EmploymentStatus::Suspended {
            return Vec::new();
        }
        let first = member.person.today(after);
        // After a move, the days before it close by the clock of the former site, up to a day later.
        let hours = if member.person.terms.is_empty() { 48 } else { 72 };
        let first = first.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(first);
        let Some(candidates) = clip_to_employment(member, first, today) else { return Vec::new() };
        let (policies, rosters, schedule, person) = (self.policies, self.rosters, &member.schedule, &member.person);
        let placer = PunchPlacer { policies, rosters, schedule, person };
        let dates = candidates.from.series(jiff::Span::new().days(1)).take_while(|date| *date <= candidates.to);
        let closed = dates.filter(|date| {
            let closes_at = placer.plan(*date).closes_at;
            after < closes_at && closes_at <= by
        });
        merge_into_ranges(member, closed)
    }

    /// Whether nightly runs need no longer look at this person: terminated more than 7 days ago. Always false for a
    /// replay.
    pub fn has_left_long_ago(&self, member: &Member) -> bool {
        if let RunScope::Replay { .. } = self.scope {
            return false;
        }
        let left = member.person.termination_date.filter(|_| member.person.status == EmploymentStatus::Terminated);
        let today = member.person.today(self.cutoff);
        left.is_some_and(|left| left.saturating_add(jiff::Span::new().days(LEAVER_DAYS)) < today)
    }
}

/// The days of a period that lie within the employment; `None` if there are none.
pub fn clip_to_employment(member: &Member, from: Date, to: Date) -> Option<EmployeeDays> {
    let person = &member.person;
    let from = from.max(person.hire_date);
    let to = person.termination_date.map_or(to, |last| to.min(last));
    (from <= to).then_some(EmployeeDays { employee_id: person.id, from, to })
}

/// Merges sorted dates of a member: consecutive ones become one range.
fn merge_into_ranges(member: &Member, dates: impl Iterator<Item = Date>) -> Vec<EmployeeDays> {
    let mut spans: Vec<EmployeeDays> = Vec::new();
    for date in dates {
        match spans.last_mut() {
            Some(last) if last.to.tomorrow().is_ok_and(|next| next == date) => last.to = date,
            Some(_) | None => spans.push(EmployeeDays { employee_id: member.person.id, from: date, to: date }),
        }
    }
    spans
}
