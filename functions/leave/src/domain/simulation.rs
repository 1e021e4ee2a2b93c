//! Simulation of a draft policy: it replays recorded requests one by one, in the order in which they were made.
//!
//! The draft replaces the policies that apply to the same people with the same specificity. Manual entries stay. From
//! the leave year of the first replayed request on, the entries of the draft replace those of the policies. Requests
//! from before the window stay unchanged.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::Minutes;
use policy::{
    ExpectedWork, Person, Policy, PolicySet, ShiftPlans,
    leave::{
        Account, EntryKind, LeaveCount, LedgerEntry, NotEvaluable, OccupiedMonth, ProposedLeave, RequestUsage, Slot,
        Violation, day_ranges, evaluate_leave, months_between,
    },
};

use crate::domain::{
    balance,
    request::{Request, RequestStatus},
};

/// Recorded request, evaluated again with the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedRequest {
    pub request: Request,
    /// Duration with the draft; `None` if it cannot be evaluated: without an applicable policy or calendar, or with hours after
    /// midnight on a day whose work ends before.
    pub draft_minutes: Option<Minutes>,
    pub violations: Vec<Violation>,
    /// Whether the draft would have accepted the request; false if it cannot be evaluated.
    pub allowed: bool,
    /// Difference that this request alone makes to the balance; positive if the balance is higher with the draft.
    pub change: Minutes,
}

/// Replayed requests of one employee, and the balance of today without and with the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// In the order in which the requests were made.
    pub requests: Vec<ReplayedRequest>,
    /// Actual balance of today.
    pub actual_balance: Minutes,
    /// Balance of today with the draft.
    pub draft_balance: Minutes,
}

/// Recorded ledger entries and requests of one employee and leave type, and the days of the replay.
#[derive(Debug, Clone, Copy)]
pub struct ReplayInputs<'a> {
    pub person: &'a Person,
    /// Shift plans of the person.
    pub plans: &'a ShiftPlans,
    pub ledger: &'a [LedgerEntry],
    /// Minutes by day from which leave accrues per hour worked.
    pub worked: &'a BTreeMap<Date, Minutes>,
    /// All requests of the leave type, and of the types that form a run with it by the draft. Only the former are replayed.
    pub requests: &'a [Request],
    /// Requests made from this instant on are replayed.
    pub since: Timestamp,
    pub today: Date,
}

/// Policies with the draft in place of those it replaces, and the calendars of these sites.
pub fn with_draft<'a>(book: &PolicySet, draft: &Policy, sites: impl IntoIterator<Item = &'a str>) -> PolicySet {
    let kept = book.policies().iter().filter(|policy| !draft.conflicts_with(policy));
    let policies = kept.chain(std::iter::once(draft)).cloned().collect();
    PolicySet::new(policies, sites.into_iter().filter_map(|site| book.calendar(site)).cloned().collect())
}

/// Replays the requests of one employee and leave type with the draft.
pub fn replay_requests(
    book: &PolicySet,
    draft: &PolicySet,
    leave_type: &str,
    inputs: ReplayInputs<'_>,
) -> kernel::Result<Replay> {
    let ReplayInputs { person, plans, ledger, worked, requests, since, today } = inputs;
    let start = person.today(since);
    let recorded = Account::from_ledger(leave_type, ledger).with_worked(worked.clone());
    let (mut replayable, before): (Vec<&Request>, Vec<&Request>) =
        requests.iter().partition(|request| request.created_at >= since);
    replayable.sort_by_key(|request| (request.created_at, request.id));
    let mut state = ReplayState {
        work: plans.expected_work(draft, person),
        account: opening_account(draft, person, &recorded, &replayable, start),
        taken: BTreeMap::new(),
    };
    let occupying = before.iter().filter(|request| holds_or_took_days(request));
    occupying.for_each(|request| state.occupy_days(request, &request.count));
    let mut replayed = Vec::new();
    for request in replayable {
        if request.leave_type == leave_type {
            replayed.push(state.replay_request(request)?);
        } else if holds_or_took_days(request) {
            state.occupy_days(request, &request.count);
        }
    }
    Ok(Replay {
        requests: replayed,
        actual_balance: balance::balance_on(book, person, &recorded, today).balance,
        draft_balance: balance::balance_on(draft, person, &state.account, today).balance,
    })
}

/// Account at the start of the window: history is folded at the first day of the leave year, and only manual entries
/// and earlier requests stay after it, archived ones too.
fn opening_account(
    draft: &PolicySet,
    person: &Person,
    recorded: &Account,
    replayable: &[&Request],
    start: Date,
) -> Account {
    let rules = balance::policy_on(draft, person, &recorded.leave_type, start).map(|(_, rules)| rules);
    let mut account = recorded.fold_before(balance::leave_year_on(rules, person, start).from);
    account
        .postings
        .retain(|posting| !matches!(posting.kind, EntryKind::Accrual | EntryKind::CarryOver | EntryKind::Expire));
    account.usage.retain(|id, _| replayable.iter().all(|request| request.id != *id));
    account
}

/// Whether a request holds or took days: pending, approved, or cancelled after its approval.
fn holds_or_took_days(request: &Request) -> bool {
    matches!(request.status, RequestStatus::Pending | RequestStatus::Approved) || request.approved_at.is_some()
}

/// Account and occupied months during a replay.
struct ReplayState<'a> {
    work: ExpectedWork<'a>,
    account: Account,
    taken: BTreeMap<Date, OccupiedMonth>,
}

impl ReplayState<'_> {
    /// Occupies the days of a request that were not returned, by a count. Overlaps were refused when the request was made.
    fn occupy_days(&mut self, request: &Request, count: &LeaveCount) {
        for day in count.days.iter().filter(|day| request.cancelled_from.is_none_or(|from| day.date < from)) {
            let month = self.taken.entry(day.date.first_of_month()).or_default();
            if day.is_between() {
                month.hold_day_between(request.id, day.date);
            }
            if request.is_requested(day.date) {
                let slot = Slot { leave_id: request.id, leave_type: request.leave_type.clone(), portion: day.portion };
                drop(month.occupy(&self.work.day(day.date), slot));
            }
        }
    }

    /// Evaluates a request with the draft, and takes its days if the draft allows it.
    fn replay_request(&mut self, request: &Request) -> kernel::Result<ReplayedRequest> {
        let recorded_days = days_not_returned(request, &request.count);
        let proposed = ProposedLeave {
            leave_id: Some(request.id),
            leave_type: &request.leave_type,
            first: request.start_date,
            last: request.end_date,
            returned: &request.missing_days(),
            portions: request.portions(),
            attachment: request.attachment_id.is_some(),
            today: self.work.person.today(request.created_at),
        };
        let evaluation = match evaluate_leave(&self.work, &self.account, &self.months_around(request), &proposed) {
            Ok(evaluation) => evaluation,
            Err(NotEvaluable::NoPolicy | NotEvaluable::NoCalendar | NotEvaluable::EndsAfterMidnight) => {
                let (request, violations) = (request.clone(), Vec::new());
                return Ok(ReplayedRequest {
                    request,
                    draft_minutes: None,
                    violations,
                    allowed: false,
                    change: sum_minutes(&recorded_days),
                });
            }
        };
        let allowed = evaluation.is_allowed();
        let draft_days = if allowed { days_not_returned(request, &evaluation.count) } else { Vec::new() };
        let change = sum_minutes(&recorded_days) - sum_minutes(&draft_days);
        if allowed && holds_or_took_days(request) {
            let pending = request.status == RequestStatus::Pending;
            let taken = RequestUsage {
                days: day_ranges(draft_days.into_iter()),
                held: pending,
                approved: !pending,
                ..RequestUsage::default()
            };
            self.account.usage.insert(request.id, taken);
            self.occupy_days(request, &evaluation.count);
        }
        let draft_minutes = Some(evaluation.count.total_minutes());
        Ok(ReplayedRequest {
            request: request.clone(),
            draft_minutes,
            violations: evaluation.violations,
            allowed,
            change,
        })
    }

    /// Months that a request touches, and one before and after.
    fn months_around(&self, request: &Request) -> Vec<(Date, OccupiedMonth)> {
        let before = request.start_date.first_of_month().yesterday().unwrap_or(request.start_date);
        let after = request.end_date.last_of_month().tomorrow().unwrap_or(request.end_date);
        let month = |first: Date| (first, self.taken.get(&first).cloned().unwrap_or_default());
        months_between(before, after).into_iter().map(month).collect()
    }
}

/// Dates and minutes of a request that were not returned, by the given count; none of a rejected request.
fn days_not_returned(request: &Request, count: &LeaveCount) -> Vec<(Date, Minutes)> {
    let stays = |date: Date| holds_or_took_days(request) && request.cancelled_from.is_none_or(|from| date < from);
    count.days.iter().filter(|day| stays(day.date)).map(|day| (day.date, day.minutes)).collect()
}

fn sum_minutes(days: &[(Date, Minutes)]) -> Minutes {
    days.iter().map(|(_, minutes)| *minutes).sum()
}
