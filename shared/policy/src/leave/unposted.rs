//! Entries that follow day by day from credits and leave: changes of the standard day, expired credits, and the end of a
//! leave year. Rules 6 and 7 (docs/rules.md).

use jiff::civil::Date;
use kernel::Minutes;
use serde_json::json;

use super::{
    BalanceLine, DayLengthInputs, DayRange, EntryKind, LeaveYearEndInputs, LotExpiryInputs,
    correcting_entries::{EntryDetails, EntryGroup, ExpectedEntry, correcting_entries},
    credit_lots::{self, CreditLot, LotDays, Lots, add_leave},
    day_length::DayLengthChange,
    posted_entries::{is_derived, scheduled_key, with_credits_summed},
    projector::{LeaveYearEnd, Projector},
};

/// [`super::LedgerRule`] that expires a credit.
pub(super) const LOT_EXPIRY_RULE: &str = "expire.lot";

/// [`super::LedgerRule`] that converts a balance to another standard day.
pub(super) const DAY_LENGTH_RULE: &str = "day_length";

/// Entries up to the projector's last day that are not posted, and the credits that are left then. Posted instalments,
/// expiries and carry-overs are not inputs of the computation; the computed sums are only compared with them.
pub(super) fn project_unposted(projector: &Projector<'_>, extra: &[DayRange]) -> (Vec<BalanceLine>, Lots) {
    let (account, until) = (projector.account, projector.until);
    let mut days = LotDays::new();
    let given = account.postings.iter().filter(|one| !is_derived(one) && scheduled_key(account, one).is_none());
    for posting in with_credits_summed(given) {
        days.entry(posting.on).or_default().add_posting(&posting);
    }
    for instalment in &projector.instalments {
        let (id, kind, on) = (instalment.id.clone(), EntryKind::Accrual, instalment.on);
        let credit = CreditLot { id, kind, on, expires_on: None, left: instalment.minutes };
        days.entry(on).or_default().credits.push(credit);
    }
    add_leave(&mut days, account.usage.values().flat_map(|usage| &usage.days).chain(extra));
    let (expected, lots) = apply_days(projector, days);
    let mut lines = projector.instalment_lines.clone();
    lines.extend(correcting_entries(expected, account, EntryGroup::Lots, until, projector.person));
    (lines, lots)
}

/// Applies all days in order and returns the expected derived entries and the remaining credits.
fn apply_days(projector: &Projector<'_>, mut days: LotDays) -> (Vec<ExpectedEntry>, Lots) {
    for on in projector.leave_year_ends.keys().chain(projector.day_length_changes.keys()) {
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
            let change = projector.day_length_changes.get(&on);
            expected.extend(change.and_then(|change| convert_balance(on, *change, &mut lots)));
            expected.extend(lots.remove_expired(on).iter().map(|lot| expired_credit(projector, on, lot)));
            if let Some(year_end) = projector.leave_year_ends.get(&on) {
                expected.extend(end_leave_year(projector, on, year_end, &mut lots));
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

/// Converts the credits and the debt of a day to another standard day; no entry if the balance stays the same.
fn convert_balance(on: Date, change: DayLengthChange, lots: &mut Lots) -> Option<ExpectedEntry> {
    let before = lots.balance();
    lots.convert(change);
    let converted = lots.balance();
    let inputs = DayLengthInputs {
        old_day_minutes: change.old,
        new_day_minutes: change.new,
        balance_minutes: before,
        converted_minutes: converted,
        posted_before_minutes: None,
        target_minutes: None,
        why: None,
    };
    (converted != before).then(|| ExpectedEntry {
        on,
        key: change.key(on),
        kind: EntryKind::Adjust,
        minutes: converted - before,
        expires_on: None,
        policy: None,
        rule: DAY_LENGTH_RULE.to_owned(),
        details: EntryDetails::Stated { why: inputs.explanation(), inputs: json!(inputs) },
    })
}

fn expired_credit(projector: &Projector<'_>, on: Date, lot: &CreditLot) -> ExpectedEntry {
    let day_minutes = projector.day_minutes(on);
    let inputs = LotExpiryInputs {
        lot: lot.id.clone(),
        given_on: lot.on,
        expires_on: lot.expires_on.unwrap_or(on),
        left_minutes: lot.left,
        day_minutes: Some(day_minutes),
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
        details: EntryDetails::Stated { why: inputs.explanation(day_minutes), inputs: json!(inputs) },
    }
}

/// Ends a leave year: `min(balance, cap)` moves into a credit of its own, the rest expires.
fn end_leave_year(projector: &Projector<'_>, on: Date, year_end: &LeaveYearEnd, lots: &mut Lots) -> Vec<ExpectedEntry> {
    let balance = lots.balance();
    if balance <= Minutes::ZERO {
        return Vec::new();
    }
    let moved = balance.min(year_end.carry_over.cap_days.minutes(projector.day_minutes(on)));
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
    let (day_minutes, cap_days) = (projector.day_minutes(on), carry_over.cap_days);
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
        details: EntryDetails::Stated { inputs: json!(inputs), why },
    });
    expected.collect()
}
