//! What a draft policy would have said to requests that were made: replayed one by one, in the order in which they were asked for.
//!
//! The draft takes the place of the policies that say something about the same people as narrowly. What was posted by hand stays, what
//! policies had posted in the leave year of the beginning and since is what the draft would have posted. Requests from before the
//! window stay as they were.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::Minutes;
use policy::{
    Person, Policy, PolicySet,
    leave::{
        Account, EntryKind, LeaveCount, LedgerEntry, NotEvaluable, OccupiedMonth, ProposedLeave, RequestUsage, Slot,
        Violation, evaluate, months, runs,
    },
};

use crate::domain::{
    balance,
    request::{Request, RequestStatus},
};

/// What would have become of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplayedRequest {
    pub request: Request,
    /// What it counts by the draft; nothing where no policy or calendar applies any more.
    pub counts: Option<Minutes>,
    /// What the draft says to it.
    pub violations: Vec<Violation>,
    /// Whether it would have been let through.
    pub admitted: bool,
    /// How much more would be left of the balance by this request alone; less when negative.
    pub change: Minutes,
}

/// What would have become of somebody's requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Replay {
    /// One by one, in the order of asking.
    pub requests: Vec<ReplayedRequest>,
    /// The balance of today, in truth.
    pub balance_then: Minutes,
    /// The balance of today, by the draft.
    pub balance_now: Minutes,
}

/// Somebody's past: what was posted, what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct ReplayInputs<'a> {
    pub person: &'a Person,
    /// The ledger of the leave type.
    pub ledger: &'a [LedgerEntry],
    /// Requests of the leave type, whenever.
    pub requests: &'a [Request],
    /// From when on they are replayed.
    pub since: Timestamp,
    pub today: Date,
}

/// The book in which a draft stands for what it would replace, with the calendars of these sites.
pub fn with_draft<'a>(book: &PolicySet, draft: &Policy, sites: impl IntoIterator<Item = &'a str>) -> PolicySet {
    let standing = book.policies().iter().filter(|policy| !draft.conflicts_with(policy));
    let policies = standing.chain(std::iter::once(draft)).cloned().collect();
    PolicySet::new(policies, sites.into_iter().filter_map(|site| book.calendar(site)).cloned().collect())
}

/// Replays somebody's requests of one leave type.
pub fn replay(book: &PolicySet, draft: &PolicySet, leave_type: &str, past: ReplayInputs<'_>) -> kernel::Result<Replay> {
    let ReplayInputs { person, ledger, requests, since, today } = past;
    let begins = person.today(since);
    let truth = Account::from_ledger(leave_type, ledger);
    let (mut asked, before): (Vec<&Request>, Vec<&Request>) =
        requests.iter().partition(|request| request.created_at >= since);
    asked.sort_by_key(|request| (request.created_at, request.id));
    let mut course = ReplayState {
        draft,
        person,
        account: opening_account(draft, person, &truth, &before, begins),
        taken: BTreeMap::new(),
    };
    before.iter().filter(|request| held(request)).for_each(|request| course.occupy_days(request));
    let replayed = asked.into_iter().map(|request| course.replay_request(request)).collect::<kernel::Result<_>>()?;
    Ok(Replay {
        requests: replayed,
        balance_then: balance::balance_on(book, person, &truth, today).balance,
        balance_now: balance::balance_on(draft, person, &course.account, today).balance,
    })
}

/// The account at the beginning: closed at the leave year's first day by what was posted until then, and of what came since only
/// what people posted, and the leave that was asked for before.
fn opening_account(draft: &PolicySet, person: &Person, truth: &Account, before: &[&Request], begins: Date) -> Account {
    let rules = balance::policy_on(draft, person, &truth.leave_type, begins).map(|(_, rules)| rules);
    let mut account = truth.fold_before(balance::year_of(rules, person, begins).from);
    account
        .postings
        .retain(|posting| !matches!(posting.kind, EntryKind::Accrual | EntryKind::CarryOver | EntryKind::Expire));
    account.usage.retain(|id, _| before.iter().any(|request| request.id == *id));
    account
}

/// Whether a request has days, in the end.
fn held(request: &Request) -> bool {
    matches!(request.status, RequestStatus::Pending | RequestStatus::Approved) || request.approved_at.is_some()
}

/// A replay under way.
struct ReplayState<'a> {
    draft: &'a PolicySet,
    person: &'a Person,
    account: Account,
    taken: BTreeMap<Date, OccupiedMonth>,
}

impl ReplayState<'_> {
    /// Puts a request's days into the months, as far as they were not taken back. Overlaps were refused when it was asked for.
    fn occupy_days(&mut self, request: &Request) {
        let slot = Slot { leave_id: request.id, leave_type: request.leave_type.clone(), portion: request.portion };
        let days = request.count.days.iter().map(|day| day.date);
        for date in days.filter(|date| request.cancelled_from.is_none_or(|from| *date < from)) {
            let month = self.taken.entry(date.first_of_month()).or_default();
            drop(month.occupy(date, slot.clone()));
        }
    }

    fn replay_request(&mut self, request: &Request) -> kernel::Result<ReplayedRequest> {
        let then = days_not_returned(request, &request.count);
        let ask = ProposedLeave {
            leave_id: Some(request.id),
            leave_type: &request.leave_type,
            first: request.start_date,
            last: request.end_date,
            portion: request.portion,
            attachment: request.attachment_id.is_some(),
            today: self.person.today(request.created_at),
        };
        let judgement = match evaluate(self.draft, self.person, &self.account, &self.around(request), &ask) {
            Ok(judgement) => judgement,
            Err(NotEvaluable::NoPolicy | NotEvaluable::NoCalendar) => {
                let (request, violations) = (request.clone(), Vec::new());
                return Ok(ReplayedRequest {
                    request,
                    counts: None,
                    violations,
                    admitted: false,
                    change: total(&then),
                });
            }
        };
        let admitted = judgement.is_allowed();
        let now = if admitted { days_not_returned(request, &judgement.count) } else { Vec::new() };
        let change = total(&then) - total(&now);
        if admitted && held(request) {
            let pending = request.status == RequestStatus::Pending;
            let taken = RequestUsage {
                days: runs(now.into_iter()),
                held: pending,
                approved: !pending,
                ..RequestUsage::default()
            };
            self.account.usage.insert(request.id, taken);
            self.occupy_days(request);
        }
        let counts = Some(judgement.count.total());
        Ok(ReplayedRequest { request: request.clone(), counts, violations: judgement.violations, admitted, change })
    }

    /// The months around a request: those that it touches, the one before and the one after.
    fn around(&self, request: &Request) -> Vec<(Date, OccupiedMonth)> {
        let before = request.start_date.first_of_month().yesterday().unwrap_or(request.start_date);
        let after = request.end_date.last_of_month().tomorrow().unwrap_or(request.end_date);
        let month = |first: Date| (first, self.taken.get(&first).cloned().unwrap_or_default());
        months(before, after).into_iter().map(month).collect()
    }
}

/// The days of a request that were not taken back, by one way to count them: none of one that was refused.
fn days_not_returned(request: &Request, count: &LeaveCount) -> Vec<(Date, Minutes)> {
    let stays = |date: Date| held(request) && request.cancelled_from.is_none_or(|from| date < from);
    count.days.iter().filter(|day| stays(day.date)).map(|day| (day.date, day.minutes)).collect()
}

fn total(days: &[(Date, Minutes)]) -> Minutes {
    days.iter().map(|(_, minutes)| *minutes).sum()
}
