//! The course of a balance: what was posted, what is scheduled, what ends, what is taken; day by day, past and future. Rules 4 to 7.

use std::collections::BTreeMap;

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;
use serde_json::Value;

use super::{Account, AccountEntry, BalanceLine, DayRange, EntryKind, course, plan::Projector};
use crate::{PolicySet, days::describe_days};

/// The course of a balance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Everything up to the end of the projection, in order of days; of one day, what is posted comes before what is scheduled.
    pub lines: Vec<BalanceLine>,
    /// Balance at the end of each day on which it changes, in order.
    pub balances: Vec<(Date, Minutes)>,
    /// Lots with an end that are left at the end: last day, minutes.
    pub expiring: Vec<(Date, Minutes)>,
}

impl Projection {
    /// The balance at the end of a day.
    pub fn balance_on(&self, date: Date) -> Minutes {
        let at = self.balances.partition_point(|(day, _)| *day <= date);
        self.balances.get(..at).and_then(<[_]>::last).map_or(Minutes::ZERO, |(_, balance)| *balance)
    }

    /// The lowest balance from a day on, and when.
    pub fn lowest(&self, from: Date) -> (Date, Minutes) {
        let later = self.balances.iter().copied().filter(|(day, _)| *day > from);
        let first = std::iter::once((from, self.balance_on(from)));
        first.chain(later).min_by_key(|(day, balance)| (*balance, *day)).unwrap_or((from, Minutes::ZERO))
    }
}

/// Projects an account up to and with `until`: scheduled accruals, carry-over at the end of each leave year, ends of lots. Lots that end first are spent
/// first; a debt is paid by the next credit. Pending requests count as taken. The last day of `until` should not lie before the last use.
/// Leave types without a limit have no schedule: their course is what was taken.
pub fn project(book: &PolicySet, person: &Person, account: &Account, until: Date) -> Projection {
    project_with(&Projector { book, person, account, until }, &[])
}

/// The same with some more days taken, which have no line.
pub(super) fn project_with(plan: &Projector<'_>, extra: &[DayRange]) -> Projection {
    let account = plan.account;
    let (scheduled, lots) = course::project_unposted(plan, extra);
    let mut lines = posted_lines(plan);
    lines.extend(scheduled.iter().cloned());
    let order = |line: &BalanceLine| (line.on, !line.posted, rank(line), line.entry_id.clone());
    lines.sort_by_cached_key(order);
    let mut changes: BTreeMap<Date, Minutes> = BTreeMap::new();
    let mut change = |on: Date, minutes: Minutes| {
        let sum = changes.entry(on).or_default();
        *sum = *sum + minutes;
    };
    let postings = account.opening.iter().chain(&account.postings);
    postings.filter(|posting| posting.on <= plan.until).for_each(|posting| change(posting.on, posting.minutes));
    scheduled.iter().for_each(|line| change(line.on, line.minutes));
    for run in account.usage.values().flat_map(|taken| &taken.days).chain(extra) {
        run.dates().take_while(|day| *day <= plan.until).for_each(|day| change(day, -run.minutes));
    }
    let mut balance = Minutes::ZERO;
    let course = changes.into_iter().map(|(day, minutes)| {
        balance = balance + minutes;
        (day, balance)
    });
    Projection { lines, balances: course.collect(), expiring: lots.ending() }
}

/// The entries that are due up to and with `today` and not posted: accruals, carry-over, ends; and the corrections of earlier ones where what they were
/// computed from has changed since (a late cancellation). Posting them all and asking again answers none. In the order in which they must be posted.
/// `posted_at` and `posted_by` are the caller's to set.
pub fn due_entries(book: &PolicySet, person: &Person, account: &Account, today: Date) -> Vec<BalanceLine> {
    let (mut lines, _) = course::project_unposted(&Projector { book, person, account, until: today }, &[]);
    lines.sort_by_cached_key(|line| (line.on, rank(line), line.entry_id.clone()));
    lines
}

/// The order within a day: lots end, the leave year ends, the moved part comes, then all other.
fn rank(line: &BalanceLine) -> u8 {
    match line.kind {
        EntryKind::Expire if line.rule == course::LOT_EXPIRY_RULE => 0,
        EntryKind::Expire => 1,
        EntryKind::CarryOver if line.minutes < Minutes::ZERO => 2,
        EntryKind::CarryOver => 3,
        _ => 4,
    }
}

/// What is posted and counts up to the end.
fn posted_lines(plan: &Projector<'_>) -> Vec<BalanceLine> {
    let account = plan.account;
    let opening = account.opening.iter().map(|posting| posted_line(plan, posting, true));
    let postings = account.postings.iter().map(|posting| posted_line(plan, posting, false));
    let mut lines: Vec<BalanceLine> = opening.chain(postings).filter(|line| line.on <= plan.until).collect();
    lines.extend(account.usage.iter().filter_map(|(leave, taken)| {
        let first = taken.days.first().map(|run| run.from).filter(|first| *first <= plan.until)?;
        let minutes = taken.days.iter().map(|run| run.until(plan.until)).sum::<Minutes>();
        let (kind, name, verb) = match taken.held {
            true => (EntryKind::Hold, "hold", "Held by the pending request"),
            false => (EntryKind::Consume, "consume", "Taken by the approved request"),
        };
        Some(BalanceLine {
            on: first,
            kind,
            minutes: -minutes,
            entry_id: format!("{name}#{leave}"),
            expires_on: None,
            posted: true,
            leave_id: Some(*leave),
            policy: None,
            rule: if taken.held { "request".to_owned() } else { "approval".to_owned() },
            inputs: Value::Null,
            why: format!("{verb} from {first} on: {}.", describe_days(minutes, plan.day_minutes())),
        })
    }));
    lines
}

fn posted_line(plan: &Projector<'_>, posting: &AccountEntry, opening: bool) -> BalanceLine {
    let AccountEntry { id, kind, on, minutes, expires_on } = posting.clone();
    let rule = if opening { "opening".to_owned() } else { rule_of(posting) };
    let why = why(plan, posting, opening);
    let (leave_id, policy, inputs) = (None, None, Value::Null);
    BalanceLine { on, kind, minutes, entry_id: id, expires_on, posted: true, leave_id, policy, rule, inputs, why }
}

fn rule_of(posting: &AccountEntry) -> String {
    match posting.kind {
        EntryKind::Accrual => "accrual".to_owned(),
        EntryKind::Expire | EntryKind::CarryOver => {
            let words = posting.id.split('#').take(2).collect::<Vec<_>>();
            words.join(".")
        }
        _ if posting.id.starts_with("leaver#") => "leaver".to_owned(),
        _ => "manual".to_owned(),
    }
}

fn why(plan: &Projector<'_>, posting: &AccountEntry, opening: bool) -> String {
    let minutes = describe_days(posting.minutes, plan.day_minutes());
    let end = posting.expires_on.map(|last| format!(", to be taken until {last}")).unwrap_or_default();
    if opening {
        let closed = plan.account.closed_before.unwrap_or(posting.on);
        return format!("Left from before {closed}: {minutes}{end}.");
    }
    let what = match posting.kind {
        EntryKind::Grant => "Given by hand",
        EntryKind::Accrual => "Instalment of the entitlement",
        EntryKind::CarryOver if posting.minutes < Minutes::ZERO => "Moved out of the leave year that ended",
        EntryKind::CarryOver => "Carried over from the leave year before",
        EntryKind::Expire => "Ended unused",
        EntryKind::Encash => "Paid out",
        EntryKind::Adjust | EntryKind::Hold | EntryKind::Release | EntryKind::Consume => "Corrected",
    };
    format!("{what} on {}: {minutes}{end}.", posting.on)
}
