//! Entries that follow day by day from credits and leave: expired credits, and the end of a leave year. Rule 7
//! (docs/rules.md).

use jiff::civil::Date;
use kernel::Minutes;
use serde_json::json;

use super::{
    BalanceLine, DayRange, EntryKind, LeaveYearEndInputs, LotExpiryInputs,
    correcting_entries::{EntryGroup, ExpectedEntry, correcting_entries},
    credit_lots::{self, CreditLot, LotDay, LotDays, Lots, add_leave, is_derived},
    projector::{LeaveYearEnd, Projector},
};

/// [`super::LedgerRule`] that expires a credit.
pub(super) const LOT_EXPIRY_RULE: &str = "expire.lot";

/// Entries up to the projector's last day that are not posted, and the credits that are left then. Posted expiries and
/// carry-overs are not inputs of the computation; the computed sums are only compared with them.
pub(super) fn project_unposted(projector: &Projector<'_>, extra: &[DayRange]) -> (Vec<BalanceLine>, Lots) {
    let (account, until, day) = (projector.account, projector.until, projector.day_minutes());
    let mut lines = projector.unposted_accruals();
    if let Some(expected) = projector.leaver_corrections() {
        lines.extend(correcting_entries(expected, account, EntryGroup::Leavers, until, day));
    }
    let mut days = LotDays::new();
    for posting in account.postings.iter().filter(|posting| !is_derived(posting.kind)) {
        days.entry(posting.on).or_default().add_posting(posting);
    }
    for line in &lines {
        days.entry(line.on).or_default().add_line(line);
    }
    add_leave(&mut days, account.usage.values().flat_map(|usage| &usage.days).chain(extra));
    let (expected, lots) = apply_days(projector, days);
    lines.extend(correcting_entries(expected, account, EntryGroup::Lots, until, day));
    (lines, lots)
}

impl LotDay {
    fn add_line(&mut self, line: &BalanceLine) {
        if line.minutes > Minutes::ZERO {
            let (id, kind, on) = (line.entry_id.clone(), line.kind, line.on);
            self.credits.push(CreditLot { id, kind, on, expires_on: line.expires_on, left: line.minutes });
        } else {
            self.debits = self.debits - line.minutes;
        }
    }
}

/// Applies all days in order and returns the expected derived entries and the remaining credits.
fn apply_days(projector: &Projector<'_>, mut days: LotDays) -> (Vec<ExpectedEntry>, Lots) {
    let mut leave_year_ends = projector.leave_year_ends();
    for on in leave_year_ends.keys() {
        days.entry(*on).or_default();
    }
    let mut lots = Lots::opening(projector.account);
    let first = projector.account.closed_before.unwrap_or(Date::MIN);
    for (last, _) in lots.expiring_credits() {
        ensure_expiry_day(&mut days, last, first);
    }
    let mut expected = Vec::new();
    while let Some((on, day)) = days.pop_first() {
        if on > projector.until {
            break;
        }
        if on <= projector.last_scheduled_day() {
            expected.extend(lots.remove_expired(on).iter().map(|lot| expired_credit(projector, on, lot)));
            if let Some(year_end) = leave_year_ends.remove(&on) {
                expected.extend(end_leave_year(projector, on, &year_end, &mut lots));
                year_end.expires_on.into_iter().for_each(|last| ensure_expiry_day(&mut days, last, on));
            }
        }
        let next = on.tomorrow().unwrap_or(on);
        day.credits.iter().filter_map(|lot| lot.expires_on).for_each(|last| ensure_expiry_day(&mut days, last, next));
        lots.apply_day(on, day);
    }
    (expected, lots)
}

/// Ensures that `days` contains the day after a credit's last day, or `first` if that is later.
fn ensure_expiry_day(days: &mut LotDays, last: Date, first: Date) {
    let on = last.tomorrow().map_or(last, |next| next.max(first));
    days.entry(on).or_default();
}

fn expired_credit(projector: &Projector<'_>, on: Date, lot: &CreditLot) -> ExpectedEntry {
    let inputs = LotExpiryInputs {
        lot: lot.id.clone(),
        given_on: lot.on,
        expires_on: lot.expires_on.unwrap_or(on),
        left_minutes: lot.left,
        day_minutes: Some(projector.day_minutes()),
        posted_before_minutes: None,
        target_minutes: None,
        why: None,
    };
    ExpectedEntry {
        on,
        key: format!("{}{}", credit_lots::LOT_EXPIRY_PREFIX, lot.id),
        kind: EntryKind::Expire,
        minutes: -lot.left,
        expires_on: None,
        policy: None,
        rule: LOT_EXPIRY_RULE.to_owned(),
        why: inputs.explanation(projector.day_minutes()),
        inputs: json!(inputs),
    }
}

/// Ends a leave year: `min(balance, cap)` moves into a credit of its own, the rest expires.
fn end_leave_year(projector: &Projector<'_>, on: Date, year_end: &LeaveYearEnd, lots: &mut Lots) -> Vec<ExpectedEntry> {
    let balance = lots.balance();
    if balance <= Minutes::ZERO {
        return Vec::new();
    }
    let moved = balance.min(year_end.carry_over.cap_days.minutes(projector.day_minutes()));
    lots.clear();
    let (id, expires_on) = (format!("carry_over#in#{on}"), year_end.expires_on);
    lots.credit(CreditLot { id, kind: EntryKind::CarryOver, on, expires_on, left: moved });
    leave_year_end_entries(projector, on, year_end, (balance, moved))
}

/// Expected entries of the end of a leave year: the expired leave, the carry-over out, and the carry-over in.
fn leave_year_end_entries(
    projector: &Projector<'_>,
    on: Date,
    year_end: &LeaveYearEnd,
    (balance, moved): (Minutes, Minutes),
) -> Vec<ExpectedEntry> {
    let LeaveYearEnd { period, carry_over, expires_on, policy } = year_end.clone();
    let (day_minutes, cap_days) = (projector.day_minutes(), carry_over.cap_days);
    let inputs = LeaveYearEndInputs {
        period_from: period.from,
        period_to: period.to,
        balance_minutes: balance,
        cap_days,
        cap_minutes: cap_days.minutes(day_minutes),
        moved_minutes: moved,
        expires_on,
        day_minutes: Some(day_minutes),
        posted_before_minutes: None,
        target_minutes: None,
        why: None,
    };
    let lost = inputs.explanation_of_cap(day_minutes);
    let out = inputs.explanation_of_carry_over_out(day_minutes);
    let into = inputs.explanation_of_carry_over_in(day_minutes);
    let entries = [
        ("expire#cap", EntryKind::Expire, moved - balance, "carry_over.cap", lost),
        ("carry_over#out", EntryKind::CarryOver, -moved, "carry_over.out", out),
        ("carry_over#in", EntryKind::CarryOver, moved, "carry_over.in", into),
    ];
    let changes = entries.into_iter().filter(|(_, _, minutes, ..)| *minutes != Minutes::ZERO);
    let expected = changes.map(|(key, kind, minutes, rule, why)| ExpectedEntry {
        on,
        key: format!("{key}#{on}"),
        kind,
        minutes,
        expires_on: expires_on.filter(|_| minutes > Minutes::ZERO),
        policy: Some(policy),
        rule: rule.to_owned(),
        inputs: json!(inputs),
        why,
    });
    expected.collect()
}
