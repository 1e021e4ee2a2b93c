//! What a draft policy would have said to requests that were made: replayed one by one, in the order in which they were asked for.
//!
//! The draft takes the place of the policies that say something about the same people as narrowly. What was posted by hand stays, what
//! policies had posted in the leave year of the beginning and since is what the draft would have posted. Requests from before the
//! window stay as they were.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::Minutes;
use policy::{
    Book, Person, Policy,
    leave::{Account, Ask, Count, Entry, EntryKind, Month, Silent, Slot, Use, Violation, judge, months, runs},
};

use crate::domain::{
    balance,
    request::{Request, Status},
};

/// What would have become of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
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
    pub requests: Vec<Replayed>,
    /// The balance of today, in truth.
    pub balance_then: Minutes,
    /// The balance of today, by the draft.
    pub balance_now: Minutes,
}

/// Somebody's past: what was posted, what was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Past<'a> {
    pub person: &'a Person,
    /// The ledger of the leave type.
    pub ledger: &'a [Entry],
    /// Requests of the leave type, whenever.
    pub requests: &'a [Request],
    /// From when on they are replayed.
    pub since: Timestamp,
    pub today: Date,
}

/// The book in which a draft stands for what it would replace, with the calendars of these sites.
pub fn book_with<'a>(book: &Book, draft: &Policy, sites: impl IntoIterator<Item = &'a str>) -> Book {
    let standing = book.policies().iter().filter(|policy| !draft.overlaps(policy));
    let policies = standing.chain(std::iter::once(draft)).cloned().collect();
    Book::new(policies, sites.into_iter().filter_map(|site| book.calendar(site)).cloned().collect())
}

/// Replays somebody's requests of one leave type.
pub fn replay(book: &Book, draft: &Book, leave_type: &str, past: Past<'_>) -> kernel::Result<Replay> {
    let Past { person, ledger, requests, since, today } = past;
    let begins = person.today(since);
    let truth = Account::of(leave_type, ledger);
    let (mut asked, before): (Vec<&Request>, Vec<&Request>) =
        requests.iter().partition(|request| request.created_at >= since);
    asked.sort_by_key(|request| (request.created_at, request.id));
    let mut course =
        Course { draft, person, account: base(draft, person, &truth, &before, begins), taken: BTreeMap::new() };
    before.iter().filter(|request| held(request)).for_each(|request| course.hold(request));
    let replayed = asked.into_iter().map(|request| course.ask(request)).collect::<kernel::Result<_>>()?;
    Ok(Replay {
        requests: replayed,
        balance_then: balance::on(book, person, &truth, today).balance,
        balance_now: balance::on(draft, person, &course.account, today).balance,
    })
}

/// The account at the beginning: closed at the leave year's first day by what was posted until then, and of what came since only
/// what people posted, and the leave that was asked for before.
fn base(draft: &Book, person: &Person, truth: &Account, before: &[&Request], begins: Date) -> Account {
    let rules = balance::policy_on(draft, person, &truth.leave_type, begins).map(|(_, rules)| rules);
    let mut account = truth.compacted(balance::year_of(rules, person, begins).from);
    account
        .postings
        .retain(|posting| !matches!(posting.kind, EntryKind::Accrual | EntryKind::CarryOver | EntryKind::Expire));
    account.uses.retain(|id, _| before.iter().any(|request| request.id == *id));
    account
}

/// Whether a request has days, in the end.
fn held(request: &Request) -> bool {
    matches!(request.status, Status::Pending | Status::Approved) || request.approved_at.is_some()
}

/// A replay under way.
struct Course<'a> {
    draft: &'a Book,
    person: &'a Person,
    account: Account,
    taken: BTreeMap<Date, Month>,
}

impl Course<'_> {
    /// Puts a request's days into the months, as far as they were not taken back. Overlaps were refused when it was asked for.
    fn hold(&mut self, request: &Request) {
        let slot = Slot { leave_id: request.id, leave_type: request.leave_type.clone(), portion: request.portion };
        let days = request.count.days.iter().map(|day| day.date);
        for date in days.filter(|date| request.cancelled_from.is_none_or(|from| *date < from)) {
            let month = self.taken.entry(date.first_of_month()).or_default();
            drop(month.take(date, slot.clone()));
        }
    }

    fn ask(&mut self, request: &Request) -> kernel::Result<Replayed> {
        let then = kept(request, &request.count);
        let ask = Ask {
            leave_id: Some(request.id),
            leave_type: &request.leave_type,
            first: request.start_date,
            last: request.end_date,
            portion: request.portion,
            attachment: request.attachment_id.is_some(),
            today: self.person.today(request.created_at),
        };
        let judgement = match judge(self.draft, self.person, &self.account, &self.around(request), &ask) {
            Ok(judgement) => judgement,
            Err(Silent::NoPolicy | Silent::NoCalendar) => {
                let (request, violations) = (request.clone(), Vec::new());
                return Ok(Replayed { request, counts: None, violations, admitted: false, change: total(&then) });
            }
        };
        let admitted = judgement.valid();
        let now = if admitted { kept(request, &judgement.count) } else { Vec::new() };
        let change = total(&then) - total(&now);
        if admitted && held(request) {
            let pending = request.status == Status::Pending;
            let taken = Use { days: runs(now.into_iter()), held: pending, approved: !pending, ..Use::default() };
            self.account.uses.insert(request.id, taken);
            self.hold(request);
        }
        let counts = Some(judgement.count.total());
        Ok(Replayed { request: request.clone(), counts, violations: judgement.violations, admitted, change })
    }

    /// The months around a request: those that it touches, the one before and the one after.
    fn around(&self, request: &Request) -> Vec<(Date, Month)> {
        let before = request.start_date.first_of_month().yesterday().unwrap_or(request.start_date);
        let after = request.end_date.last_of_month().tomorrow().unwrap_or(request.end_date);
        let month = |first: Date| (first, self.taken.get(&first).cloned().unwrap_or_default());
        months(before, after).into_iter().map(month).collect()
    }
}

/// The days of a request that were not taken back, by one way to count them: none of one that was refused.
fn kept(request: &Request, count: &Count) -> Vec<(Date, Minutes)> {
    let stays = |date: Date| held(request) && request.cancelled_from.is_none_or(|from| date < from);
    count.days.iter().filter(|day| stays(day.date)).map(|day| (day.date, day.minutes)).collect()
}

fn total(days: &[(Date, Minutes)]) -> Minutes {
    days.iter().map(|(_, minutes)| *minutes).sum()
}
