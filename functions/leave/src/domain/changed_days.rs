//! Changes of the days of a request: returns, and moves to other dates. Rule 10 (docs/rules.md).

use jiff::civil::Date;
use kernel::{Actor, EmployeeId, LeaveId, Minutes, Origin};
use policy::{
    ExpectedWork, LeaveAmount, Portion,
    leave::{
        BetweenInputs, DayCount, DayRange, EntryKind, Evaluation, LeaveCount, LedgerEntry, MoveInputs, Portions,
        day_ranges, without_days_between,
    },
};
use serde_json::json;

use super::{
    request::{EntrySign, Request, RequestStatus},
    returned_days::{NotReturnable, ReturnReason, ReturnedDays},
};

/// Request after a return of days or a move to other dates, with the ledger entries of the change.
#[derive(Debug, Clone, PartialEq)]
pub struct DaysReturned {
    /// Request after the change: cancelled, with its remaining days, or on its new dates.
    pub after: Request,
    /// Entry of the return, or none if the days count 0 minutes; of a move, the entries that return the old days and take
    /// the new ones.
    pub entries: Vec<LedgerEntry>,
    /// First and last returned day; of a move, of all old days.
    pub days: (Date, Date),
}

/// New dates of an approved request, as they were evaluated.
#[derive(Debug, Clone)]
pub struct NewDates {
    /// First and last day.
    pub days: (Date, Date),
    /// Requested parts of the first and the last day.
    pub portions: Portions,
    /// Standard day of the employee on the first day.
    pub day_minutes: Minutes,
    /// Evaluation of the request on these dates.
    pub evaluation: Evaluation,
}

/// Days of a request that stay after a return.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Remaining {
    /// First and last returned day.
    returned: (Date, Date),
    days: Vec<DayCount>,
    /// First and last requested day; none if no requested day stays.
    dates: Option<(Date, Date)>,
}

/// Person who caused a change, if any.
const fn person_of(origin: &Origin) -> Option<EmployeeId> {
    match origin.actor {
        Actor::Person(id) => Some(id),
        Actor::System(_) | Actor::Unknown => None,
    }
}

impl Request {
    /// Days that stay when some of the first or last days of a pending or approved request are returned. Days off that
    /// only counted because they lay between counted days are returned with the days beside them. If nothing but such
    /// days is returned, they still lie between leave and keep their count.
    ///
    /// # Errors
    /// [`NotReturnable`] if the request is decided otherwise, if it has none of the days, or if days on both sides of
    /// them would stay. Only an interruption may leave days on both sides. Days outside the request are ignored.
    fn remaining_without(
        &self,
        (from, to): (Date, Date),
        reason: ReturnReason,
    ) -> std::result::Result<Remaining, NotReturnable> {
        if !matches!(self.status, RequestStatus::Pending | RequestStatus::Approved) {
            return Err(NotReturnable::Decided);
        }
        let (from, to) = (from.max(self.start_date), to.min(self.end_date));
        if from > to {
            return Err(NotReturnable::NoDays);
        }
        let (before, after) = (from > self.start_date, to < self.end_date);
        if before && after && reason != ReturnReason::Interrupted {
            return Err(NotReturnable::Inside);
        }
        let days = &self.count.days;
        let is_work = |day: &&DayCount| day.minutes > Minutes::ZERO && !day.is_counted_day_off();
        if !days.iter().filter(|day| from <= day.date && day.date <= to).any(|day| is_work(&day)) {
            let requested = |date: Date| self.is_requested(date) && (date < from || to < date);
            let stays = |day: &&DayCount| day.is_between() || requested(day.date);
            let mut remaining = self.remaining(days.iter().filter(stays).cloned().collect(), requested);
            if remaining.dates.is_some() {
                remaining.returned = (from, to);
            }
            return Ok(remaining);
        }
        let mut head: Vec<DayCount> = days.iter().filter(|day| before && day.date < from).cloned().collect();
        head.truncate(head.iter().rposition(|day| !day.is_counted_day_off()).map_or(0, |last| last + 1));
        let mut tail: Vec<DayCount> = days.iter().filter(|day| after && to < day.date).cloned().collect();
        tail.drain(..tail.iter().position(|day| !day.is_counted_day_off()).unwrap_or(tail.len()));
        head.extend(tail);
        Ok(self.remaining(head, |date| self.is_requested(date)))
    }

    fn remaining(&self, days: Vec<DayCount>, requested: impl Fn(Date) -> bool) -> Remaining {
        let dates = || days.iter().map(|day| day.date).filter(|date| requested(*date));
        let dates = dates().next().zip(dates().next_back());
        let days = if dates.is_some() { days } else { Vec::new() };
        let given = self.count.days.iter().map(|day| day.date).filter(|date| days.iter().all(|day| day.date != *date));
        let returned = given.clone().next().zip(given.clone().next_back()).unwrap_or((self.start_date, self.end_date));
        Remaining { returned, days, dates }
    }

    /// Request after the return of its first or last days, or of days that other leave interrupts, and the entry that
    /// returns them. Of `days`, the first and the last, only the part within the request counts. Without days left it is
    /// cancelled, otherwise it keeps its status and its remaining days. `version` is that of the stored request before the
    /// change.
    ///
    /// # Errors
    /// [`NotReturnable`] if these days of the request cannot be returned.
    pub fn return_days(
        &self,
        days: (Date, Date),
        reason: ReturnReason,
        version: u64,
        origin: &Origin,
    ) -> std::result::Result<DaysReturned, NotReturnable> {
        let Remaining { returned: days, days: stays, dates } = self.remaining_without(days, reason)?;
        let given = self.count.days.iter().filter(|day| stays.iter().all(|left| left.date != day.date));
        let runs = day_ranges(given.map(|day| (day.date, day.minutes)));
        let mut after = self.with_returned_days(days, runs_total(&runs), reason, origin);
        if days.1 >= self.end_date {
            after.cancelled_from = Some(days.0);
        }
        let kind_of_id = if self.status == RequestStatus::Pending { "release" } else { "reversal" };
        let id = match dates {
            Some((first, last)) => {
                (after.start_date, after.end_date) = (first, last);
                let only = stays.iter().find(|day| day.date == first).filter(|_| first == last);
                after.portion = only.map_or(after.portion, |day| day.portion);
                after.set_count(LeaveCount { days: stays, ..self.count.clone() });
                format!("reversal#{}#{version}", self.id)
            }
            None => {
                after.status = RequestStatus::Cancelled;
                after.cancelled_by = person_of(origin);
                after.cancelled_at = Some(origin.at);
                after.cancelled_reason = Some(reason);
                format!("{kind_of_id}#{}", self.id)
            }
        };
        let posts = !runs.is_empty();
        let entry = self.ledger_entry(origin, EntryKind::Release, "release", "cancellation", EntrySign::Credit, runs);
        let entries = posts.then_some(LedgerEntry { id, ..entry }).into_iter().collect();
        Ok(DaysReturned { after, entries, days })
    }

    /// Request after the return of days off that no longer lie between it and the adjoining request `ended`, and the entry
    /// that returns them; none if `released` is empty. The status and the requested dates stay.
    pub fn return_days_between(
        &self,
        work: &ExpectedWork<'_>,
        released: &[Date],
        ended: LeaveId,
        version: u64,
        origin: &Origin,
    ) -> Option<DaysReturned> {
        let days = (*released.first()?, *released.last()?);
        let given = self.count.days.iter().filter(|day| released.contains(&day.date));
        let runs = day_ranges(given.map(|day| (day.date, day.minutes)));
        let mut after = self.with_returned_days(days, runs_total(&runs), ReturnReason::NotBetween, origin);
        if let Some(returned) = after.returned.last_mut() {
            returned.leave_id = Some(ended);
        }
        after.set_count(without_days_between(work, (&self.count, (self.start_date, self.end_date)), released));
        let entry = self.ledger_entry(origin, EntryKind::Release, "between", "between", EntrySign::Credit, runs);
        let inputs = BetweenInputs {
            start_date: self.start_date,
            end_date: self.end_date,
            day_minutes: self.day_minutes,
            ended_leave_id: ended,
        };
        let entry = LedgerEntry { id: format!("between#{}#{version}", self.id), inputs: json!(inputs), ..entry };
        Some(DaysReturned { after, entries: vec![entry], days })
    }

    /// Approved request on other dates, and the entries that return the old days and take the new ones. `version` is that
    /// of the stored request before the change.
    pub fn move_to(&self, new: NewDates, reason: &str, version: u64, origin: &Origin) -> DaysReturned {
        let NewDates { days, portions, day_minutes, evaluation } = new;
        let old_runs = self.count.day_ranges();
        let first = self.count.days.first().map_or(self.start_date, |day| day.date.min(self.start_date));
        let last = self.count.days.last().map_or(self.end_date, |day| day.date.max(self.end_date));
        let mut after = self.with_returned_days((first, last), runs_total(&old_runs), ReturnReason::Moved, origin);
        after.cancelled_from = None;
        (after.start_date, after.end_date) = days;
        after.portion = if days.0 == days.1 { portions.first } else { Portion::Full };
        after.policy = evaluation.policy;
        after.violations = evaluation.violations;
        after.day_minutes = day_minutes;
        after.set_count(evaluation.count);
        let inputs = |day_minutes| MoveInputs {
            old_start_date: self.start_date,
            old_end_date: self.end_date,
            new_start_date: days.0,
            new_end_date: days.1,
            day_minutes,
            reason: reason.to_owned(),
        };
        let release = self.ledger_entry(origin, EntryKind::Release, "move", "move", EntrySign::Credit, old_runs);
        let consume =
            after.ledger_entry(origin, EntryKind::Consume, "move", "move", EntrySign::Debit, after.count.day_ranges());
        let entries = vec![
            LedgerEntry {
                id: format!("move-release#{}#{version}", self.id),
                inputs: json!(inputs(self.day_minutes)),
                ..release
            },
            LedgerEntry { id: format!("move#{}#{version}", self.id), inputs: json!(inputs(day_minutes)), ..consume },
        ];
        DaysReturned { after, entries, days: (first, last) }
    }

    /// Request with a note of returned days; its dates and its count stay.
    fn with_returned_days(
        &self,
        (from, to): (Date, Date),
        minutes: Minutes,
        reason: ReturnReason,
        origin: &Origin,
    ) -> Self {
        let (at, by) = (origin.at, person_of(origin));
        let mut after = Self { updated_at: at, ..self.clone() };
        after.returned.push(ReturnedDays { from, to, minutes, reason, at, by, leave_id: None });
        after
    }

    fn set_count(&mut self, count: LeaveCount) {
        self.duration = LeaveAmount::from_minutes(count.total_minutes(), self.day_minutes);
        self.count = count;
    }
}

fn runs_total(runs: &[DayRange]) -> Minutes {
    runs.iter().map(|run| run.minutes_until(run.to)).sum()
}
