//! Projection of a balance by day, past and future: posted entries, scheduled entries, expiries and leave. Rules 4 to 7
//! (docs/rules.md).

use std::collections::BTreeMap;

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{Message, Minutes};
use serde_json::Value;

use super::{
    Account, AccountEntry, BalanceLine, DayRange, EntryKind, accrual::LEAVER_CORRECTION, day_length::DAY_LENGTH,
    hours_worked::HOURS_WORKED_RULE, posted_entries::REST_DAY_CREDIT_RULE, projector::Projector, unposted,
};
use crate::{PolicySet, leave_amount::describe_days_and_minutes, messages};

/// Balance of an account by day, with the lines that explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Projection {
    /// Lines up to the last day, in order of days; on one day, posted lines come first.
    pub lines: Vec<BalanceLine>,
    /// Balance at the end of each day on which it changes, in order.
    pub balances: Vec<(Date, Minutes)>,
    /// Credits with a last day that are left at the end of the projection: last day and remaining minutes.
    pub expiring: Vec<(Date, Minutes)>,
}

impl Projection {
    /// Balance at the end of a day; 0 before the first entry, and after the projection that of its last day.
    pub fn balance_on(&self, date: Date) -> Minutes {
        let at = self.balances.partition_point(|(day, _)| *day <= date);
        self.balances.get(..at).and_then(<[_]>::last).map_or(Minutes::ZERO, |(_, balance)| *balance)
    }

    /// Lowest balance at the end of a day from `from` on, and the first date on which it occurs.
    pub fn lowest_balance_from(&self, from: Date) -> (Date, Minutes) {
        self.lowest_against_floor_from(from, |_| Minutes::ZERO)
    }

    /// Balance that is closest to the floor of its day or furthest below it, at the end of a day from `from` on.
    pub(super) fn lowest_against_floor_from(&self, from: Date, floor: impl Fn(Date) -> Minutes) -> (Date, Minutes) {
        let lowest = self.closest_to_floor_from(from, |on| Some(floor(on)));
        lowest.map_or((from, Minutes::ZERO), |closest| (closest.on, closest.balance))
    }

    /// Balance that is closest to the floor of its day or furthest below it, at the end of a day from `from` on. Days
    /// without a floor are left out; none if no day has one.
    pub(super) fn closest_to_floor_from(
        &self,
        from: Date,
        floor: impl Fn(Date) -> Option<Minutes>,
    ) -> Option<BalanceAndFloor> {
        let later = self.balances.iter().copied().filter(|(day, _)| *day > from);
        let days = std::iter::once((from, self.balance_on(from))).chain(later);
        let limited = days.filter_map(|(on, balance)| Some(BalanceAndFloor { on, balance, floor: floor(on)? }));
        limited.min_by_key(|day| (day.balance - day.floor, day.on))
    }

    /// Lowest difference between the balance at the end of a day and the floor of that day, from `from` on.
    pub(super) fn lowest_margin_from(&self, from: Date, floor: impl Fn(Date) -> Minutes) -> Minutes {
        let (day, balance) = self.lowest_against_floor_from(from, &floor);
        balance - floor(day)
    }
}

/// Balance at the end of a day, and the floor of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BalanceAndFloor {
    pub(super) on: Date,
    pub(super) balance: Minutes,
    pub(super) floor: Minutes,
}

/// Projects an account up to and including `until`, with scheduled accruals, carry-overs and expiries. The credit that
/// expires first is spent first, and a debt is paid by the next credit. Pending requests count as taken. `until` should
/// not be before the last day of leave. Leave types without a limit have no scheduled entries; their balance is the
/// leave taken.
pub fn project_balance(policies: &PolicySet, person: &Person, account: &Account, until: Date) -> Projection {
    project_with_leave(&Projector::new(policies, person, account, until), &[])
}

/// Projection with additional days of leave. They lower the balance and have no line.
pub(super) fn project_with_leave(projector: &Projector<'_>, extra: &[DayRange]) -> Projection {
    let account = projector.account;
    let (scheduled, lots) = unposted::project_unposted(projector, extra);
    let mut lines = posted_lines(projector);
    lines.extend(scheduled.iter().cloned());
    let order = |line: &BalanceLine| (line.on, !line.posted, order_in_day(line), line.entry_id.clone());
    lines.sort_by_cached_key(order);
    let mut changes: BTreeMap<Date, Minutes> = BTreeMap::new();
    let mut change = |on: Date, minutes: Minutes| {
        let sum = changes.entry(on).or_default();
        *sum = *sum + minutes;
    };
    let postings = account.opening.iter().chain(&account.postings);
    postings.filter(|posting| posting.on <= projector.until).for_each(|posting| change(posting.on, posting.minutes));
    scheduled.iter().for_each(|line| change(line.on, line.minutes));
    for range in account.usage.values().flat_map(|taken| &taken.days).chain(extra) {
        range.dates().take_while(|day| *day <= projector.until).for_each(|day| change(day, -range.minutes));
    }
    let mut balance = Minutes::ZERO;
    let balances = changes.into_iter().map(|(day, minutes)| {
        balance = balance + minutes;
        (day, balance)
    });
    Projection { lines, balances: balances.collect(), expiring: lots.expiring_credits() }
}

/// Days after the end of a month until its hours worked are posted, so that its last days are settled.
const HOURS_SETTLED_AFTER_DAYS: i32 = 2;

/// Entries that are due up to and including `today` and not posted: instalments, carry-overs, expiries and conversions to
/// another standard day, and corrections of earlier entries whose inputs changed. Instalments for hours worked are due two days
/// later, when the last days of the month are settled. After they are posted, the same call returns none. The entries are in
/// the order in which they must be posted; the caller sets `posted_at` and `posted_by`.
pub fn due_entries(policies: &PolicySet, person: &Person, account: &Account, today: Date) -> Vec<BalanceLine> {
    let (mut lines, _) = unposted::project_unposted(&Projector::new(policies, person, account, today), &[]);
    let settled = today.saturating_sub(HOURS_SETTLED_AFTER_DAYS.days());
    lines.retain(|line| line.rule != HOURS_WORKED_RULE || line.on <= settled);
    lines.sort_by_cached_key(|line| (line.on, order_in_day(line), line.entry_id.clone()));
    lines
}

/// Order within a day: conversion to another standard day, expired credits, end of the leave year, carried-over leave, then
/// all other entries.
fn order_in_day(line: &BalanceLine) -> u8 {
    match line.kind {
        EntryKind::Adjust if line.rule == unposted::DAY_LENGTH_RULE => 0,
        EntryKind::Expire if line.rule == unposted::LOT_EXPIRY_RULE => 1,
        EntryKind::Expire => 2,
        EntryKind::CarryOver if line.minutes < Minutes::ZERO => 3,
        EntryKind::CarryOver => 4,
        _ => 5,
    }
}

/// Lines of the posted entries that count up to the last day. Leave has one line per request.
fn posted_lines(projector: &Projector<'_>) -> Vec<BalanceLine> {
    let account = projector.account;
    let opening = account.opening.iter().map(|posting| opening_line(projector, posting));
    let postings = account.postings.iter().map(|posting| posted_line(projector, posting));
    let mut lines: Vec<BalanceLine> = opening.chain(postings).filter(|line| line.on <= projector.until).collect();
    lines.extend(account.usage.iter().filter_map(|(leave, taken)| {
        let first = taken.days.first().map(|range| range.from).filter(|first| *first <= projector.until)?;
        let minutes = taken.days.iter().map(|range| range.minutes_until(projector.until)).sum::<Minutes>();
        let amount = describe_days_and_minutes(minutes, projector.day_minutes(first));
        let (kind, name, rule, why) = match taken.held {
            true => (EntryKind::Hold, "hold", "request", messages::held_from(first, amount)),
            false => (EntryKind::Consume, "consume", "approval", messages::taken_from(first, amount)),
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
            rule: rule.to_owned(),
            inputs: Value::Null,
            why,
        })
    }));
    lines
}

fn opening_line(projector: &Projector<'_>, posting: &AccountEntry) -> BalanceLine {
    let before = projector.account.closed_before.unwrap_or(posting.on);
    let why = messages::balance_before(before, describe_posting(projector, posting));
    line_of_posting(posting, "opening".to_owned(), why)
}

fn posted_line(projector: &Projector<'_>, posting: &AccountEntry) -> BalanceLine {
    line_of_posting(posting, rule_of_posting(posting), explain_posting(projector, posting))
}

fn line_of_posting(posting: &AccountEntry, rule: String, why: Message) -> BalanceLine {
    let AccountEntry { id, kind, on, minutes, expires_on } = posting.clone();
    let (leave_id, policy, inputs) = (None, None, Value::Null);
    BalanceLine { on, kind, minutes, entry_id: id, expires_on, posted: true, leave_id, policy, rule, inputs, why }
}

/// [`super::LedgerRule`] of an entry, by its kind and id; the account does not store it.
fn rule_of_posting(posting: &AccountEntry) -> String {
    match posting.kind {
        EntryKind::Accrual => "accrual".to_owned(),
        EntryKind::Expire | EntryKind::CarryOver => {
            let words = posting.id.split('#').take(2).collect::<Vec<_>>();
            words.join(".")
        }
        _ if posting.id.starts_with(LEAVER_CORRECTION) => "leaver".to_owned(),
        _ if posting.id.starts_with(REST_DAY_CREDIT_RULE) => REST_DAY_CREDIT_RULE.to_owned(),
        _ if posting.id.starts_with(DAY_LENGTH) => unposted::DAY_LENGTH_RULE.to_owned(),
        _ => "manual".to_owned(),
    }
}

/// Amount of an entry for a sentence, with the last day of a credit.
fn describe_posting(projector: &Projector<'_>, posting: &AccountEntry) -> Message {
    let amount = describe_days_and_minutes(posting.minutes, projector.day_minutes(posting.on));
    match posting.expires_on {
        Some(last) => messages::amount_until(amount, last),
        None => amount,
    }
}

fn explain_posting(projector: &Projector<'_>, posting: &AccountEntry) -> Message {
    let amount = describe_posting(projector, posting);
    match posting.kind {
        EntryKind::Grant => messages::credited_on(posting.on, amount),
        EntryKind::Accrual => messages::instalment_on(posting.on, amount),
        EntryKind::CarryOver if posting.minutes < Minutes::ZERO => messages::carried_out_on(posting.on, amount),
        EntryKind::CarryOver => messages::carried_in_on(posting.on, amount),
        EntryKind::Expire => messages::expired_on(posting.on, amount),
        EntryKind::Encash => messages::paid_out_on(posting.on, amount),
        EntryKind::Adjust | EntryKind::Hold | EntryKind::Release | EntryKind::Consume => {
            messages::corrected_on(posting.on, amount)
        }
    }
}
