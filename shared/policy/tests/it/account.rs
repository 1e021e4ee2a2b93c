//! Accounts and balances: rule 4 (docs/rules.md).

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::LeaveAmount;
use policy::leave::{Account, DayRange, EntryKind, LedgerEntry, account_key, entry_key};
use proptest::prelude::*;

use crate::fixtures::{cases, days, employee, entry, leave, of_leave, take};

const FIRST: Date = date(2026, 3, 2);
const LAST: Date = date(2026, 3, 6);

#[test]
fn days_have_three_decimals_that_add_up() {
    assert_eq!(LeaveAmount::from_minutes(Minutes(7), Minutes(480)).days, 0.015);
    // A third of a day three times is one day, not 0.999.
    let lines = LeaveAmount::running([(Minutes(160), Minutes(480)); 3]);
    let shown: Vec<_> = lines.iter().map(|(amount, balance)| (amount.days, balance.days)).collect();
    assert_eq!(shown, [(0.333, 0.333), (0.334, 0.667), (0.333, 1.0)]);
}

#[test]
fn approved_hold_is_consumed_once() {
    let mut account = Account::new("annual");
    let id = leave(1);
    let mut posted = |name, kind, each| {
        account.post_if_missing(&of_leave(name, kind, id, (FIRST, LAST), each));
        (account.posted_minutes_until(LAST), account.usage[&id].held, account.usage[&id].days.len())
    };
    assert_eq!(posted("hold", EntryKind::Hold, -480), (-days(5), true, 1));
    assert_eq!(posted("release", EntryKind::Release, 480), (Minutes(0), true, 0));
    assert_eq!(posted("consume", EntryKind::Consume, -480), (-days(5), false, 1));
    assert_eq!(posted("hold", EntryKind::Hold, -480), (-days(5), false, 1), "a replay changes nothing");
}

#[test]
fn entry_order_of_a_request_does_not_matter() {
    let id = leave(1);
    let entries = [
        of_leave("consume", EntryKind::Consume, id, (FIRST, LAST), -480),
        of_leave("release", EntryKind::Release, id, (FIRST, LAST), 480),
        of_leave("hold", EntryKind::Hold, id, (FIRST, LAST), -480),
    ];
    let forth = Account::from_ledger("annual", &entries);
    let back = Account::from_ledger("annual", entries.iter().rev());
    assert_eq!(forth, back);
    assert!(!forth.usage[&id].held);
}

#[test]
fn replayed_entries_of_returned_leave_change_nothing() {
    let mut account = Account::new("annual");
    let hold = of_leave("hold", EntryKind::Hold, leave(1), (FIRST, LAST), -480);
    account.post_if_missing(&hold);
    account.post_if_missing(&of_leave("release", EntryKind::Release, leave(1), (FIRST, LAST), 480));
    account.post_if_missing(&hold);
    assert_eq!(account.posted_minutes_until(LAST), Minutes::ZERO);
    assert!(account.fold_before(date(2027, 1, 1)).usage.is_empty());
}

#[test]
fn release_returns_exactly_its_days() {
    let mut account = Account::new("annual");
    take(&mut account, 1, FIRST, LAST);
    account.post_if_missing(&of_leave("release", EntryKind::Release, leave(1), (date(2026, 3, 5), LAST), 480));
    account.post_if_missing(&of_leave("recount", EntryKind::Adjust, leave(1), (FIRST, FIRST), 240));
    let run = |from, to, minutes| DayRange { from, to, minutes: Minutes(minutes) };
    let left = [run(FIRST, FIRST, 240), run(date(2026, 3, 3), date(2026, 3, 4), 480)];
    assert_eq!(account.usage[&leave(1)].days, left);
    assert_eq!(account.posted_minutes_until(date(2026, 3, 3)), Minutes(-720));
}

#[test]
fn account_and_entry_keys_are_stable() {
    assert_eq!(account_key(employee(1), "annual").sk, "ACCOUNT#annual");
    assert_eq!(entry_key(employee(1), "annual", "hold#x").sk, "LEDGER#annual#hold#x");
}

fn some_date() -> impl Strategy<Value = Date> {
    (0_i32..420).prop_map(|days| date(2025, 11, 1).saturating_add(days.days()))
}

/// Entry that does not belong to a request.
fn posting() -> impl Strategy<Value = LedgerEntry> {
    let kinds = vec![EntryKind::Grant, EntryKind::Accrual, EntryKind::Adjust, EntryKind::Encash];
    let end = prop::option::of(0_i32..200);
    (0_u8..30, prop::sample::select(kinds), some_date(), -2000_i64..4000, end).prop_map(
        |(id, kind, on, minutes, end)| {
            let expires_on = end.map(|days| on.saturating_add(days.days()));
            LedgerEntry { expires_on, ..entry(&format!("p{id}"), kind, on, Minutes(minutes)) }
        },
    )
}

/// Entries of one request, in order.
fn request() -> impl Strategy<Value = Vec<LedgerEntry>> {
    (1_u128..20, some_date(), 0_i32..8, 0_u8..4, 0_i32..8).prop_map(|(number, from, length, end, cut)| {
        let (id, to) = (leave(number), from.saturating_add(length.days()));
        let back = from.saturating_add(cut.min(length).days());
        let whole = (from, to);
        let mut entries = vec![of_leave("hold", EntryKind::Hold, id, whole, -480)];
        if end > 0 {
            entries.push(of_leave("release", EntryKind::Release, id, whole, 480));
        }
        if end > 1 {
            entries.push(of_leave("consume", EntryKind::Consume, id, whole, -480));
        }
        if end > 2 {
            entries.push(of_leave("cancel", EntryKind::Release, id, (back, to), 480));
        }
        entries
    })
}

/// Ledger with unique ids, as the table ensures.
fn ledger() -> impl Strategy<Value = Vec<LedgerEntry>> {
    (prop::collection::vec(posting(), 0..10), prop::collection::vec(request(), 0..6)).prop_map(
        |(postings, requests)| {
            let mut seen = std::collections::BTreeSet::new();
            let mut owners = std::collections::BTreeSet::new();
            let requests = requests.into_iter().filter(|entries| owners.insert(entries[0].leave_id));
            let all = postings.into_iter().chain(requests.flatten().collect::<Vec<_>>());
            all.filter(|entry| seen.insert(entry.id.clone())).collect()
        },
    )
}

fn sum(ledger: &[LedgerEntry], on: Date) -> Minutes {
    ledger.iter().map(|entry| entry.minutes_until(on)).sum()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn shown_days_of_lines_add_up_to_the_shown_days_of_the_balance(
        lines in prop::collection::vec((-5_000_i64..5_000, prop::sample::select(vec![480_i64, 457, 360, 240, 1])), 1..40),
    ) {
        let shown = LeaveAmount::running(lines.iter().map(|(minutes, day)| (Minutes(*minutes), Minutes(*day))));
        let thousandths = |days: f64| format!("{days:.3}").replace('.', "").parse::<i64>().unwrap();
        let (mut sum, mut minutes) = (0, Minutes::ZERO);
        for ((amount, balance), (line, day)) in shown.iter().zip(&lines) {
            sum += thousandths(amount.days);
            minutes = minutes + Minutes(*line);
            prop_assert_eq!((amount.minutes, balance.minutes), (Minutes(*line), minutes));
            prop_assert_eq!(sum, thousandths(balance.days));
            prop_assert_eq!(*balance, LeaveAmount::from_minutes(minutes, Minutes(*day)));
        }
    }

    #[test]
    fn balance_is_the_sum_of_the_ledger(
        ledger in ledger(), replayed in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        on in prop::collection::vec(some_date(), 1..8), close in prop::option::of(some_date()), turned in any::<bool>(),
    ) {
        let mut account = if turned { Account::from_ledger("annual", ledger.iter().rev()) } else { Account::from_ledger("annual", &ledger) };
        for index in replayed.iter().filter(|_| !ledger.is_empty()) {
            account.post_if_missing(index.get(&ledger));
        }
        for on in &on {
            prop_assert_eq!(account.posted_minutes_until(*on), sum(&ledger, *on));
        }
        if let Some(close) = close {
            let closed = account.fold_before(close);
            for on in on.iter().filter(|on| **on >= close) {
                prop_assert_eq!(closed.posted_minutes_until(*on), sum(&ledger, *on), "closed before {}", close);
            }
            prop_assert_eq!(closed.fold_before(close), closed);
        }
    }

    #[test]
    fn entries_after_the_close_keep_balances_exact(ledger in ledger(), cut in any::<prop::sample::Index>(), close in some_date(), on in some_date()) {
        let cut = cut.index(ledger.len() + 1);
        let (before, after) = ledger.split_at(cut);
        let mut account = Account::from_ledger("annual", before).fold_before(close);
        after.iter().for_each(|entry| account.post_if_missing(entry));
        if on >= close {
            prop_assert_eq!(account.posted_minutes_until(on), sum(&ledger, on));
        }
        prop_assert!(account.usage.values().flat_map(|taken| &taken.days).all(|run| run.from >= close));
    }
}
