//! What follows day by day from credits and leave: which lots end, and what the end of a leave year moves and takes. Rule 7.

use jiff::civil::Date;
use kernel::Minutes;
use serde_json::json;

use super::{
    BalanceLine, DayRange, EntryKind,
    lots::{self, CreditLot, LotDay, LotDays, Lots, add_leave, is_derived},
    plan::{Projector, YearEnd},
    target::{EntryGroup, ExpectedEntry, correcting_entries},
};
use crate::days::describe_days;

/// The rule by which a lot ends.
pub(super) const LOT_EXPIRY_RULE: &str = "expire.lot";

/// Everything that is not posted up to the plan's last day, and the lots that are left then. What was posted of the ends of lots and leave
/// years is not looked at to find what they should be; only what they should be is compared with it.
pub(super) fn project_unposted(plan: &Projector<'_>, extra: &[DayRange]) -> (Vec<BalanceLine>, Lots) {
    let (account, until, day) = (plan.account, plan.until, plan.day_minutes());
    let mut lines = plan.unposted_accruals();
    if let Some(targets) = plan.leaver_corrections() {
        lines.extend(correcting_entries(targets, account, EntryGroup::Leavers, until, day));
    }
    let mut days = LotDays::new();
    for posting in account.postings.iter().filter(|posting| !is_derived(posting.kind)) {
        days.entry(posting.on).or_default().add(posting);
    }
    for line in &lines {
        days.entry(line.on).or_default().add_line(line);
    }
    add_leave(&mut days, account.usage.values().flat_map(|taken| &taken.days).chain(extra));
    let (targets, lots) = walk(plan, days);
    lines.extend(correcting_entries(targets, account, EntryGroup::Lots, until, day));
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

/// Goes through the days.
fn walk(plan: &Projector<'_>, mut days: LotDays) -> (Vec<ExpectedEntry>, Lots) {
    let mut year_ends = plan.year_ends();
    for on in year_ends.keys() {
        days.entry(*on).or_default();
    }
    let mut lots = Lots::opening(plan.account);
    let first = plan.account.closed_before.unwrap_or(Date::MIN);
    for (last, _) in lots.ending() {
        ensure_day(&mut days, last, first);
    }
    let mut targets = Vec::new();
    while let Some((on, day)) = days.pop_first() {
        if on > plan.until {
            break;
        }
        if on <= plan.last() {
            targets.extend(lots.ended(on).iter().map(|lot| end_of_lot(plan, on, lot)));
            if let Some(year_end) = year_ends.remove(&on) {
                targets.extend(end_leave_year(plan, on, &year_end, &mut lots));
                year_end.expires_on.into_iter().for_each(|last| ensure_day(&mut days, last, on));
            }
        }
        let next = on.tomorrow().unwrap_or(on);
        day.credits.iter().filter_map(|lot| lot.expires_on).for_each(|last| ensure_day(&mut days, last, next));
        lots.apply(on, day);
    }
    (targets, lots)
}

/// Makes sure that the day after a lot's last one is looked at, at the earliest `first`.
fn ensure_day(days: &mut LotDays, last: Date, first: Date) {
    let on = last.tomorrow().map_or(last, |next| next.max(first));
    days.entry(on).or_default();
}

fn end_of_lot(plan: &Projector<'_>, on: Date, lot: &CreditLot) -> ExpectedEntry {
    let left = describe_days(lot.left, plan.day_minutes());
    let last = lot.expires_on.unwrap_or(on);
    ExpectedEntry {
        on,
        key: format!("{}{}", lots::LOT_EXPIRY_PREFIX, lot.id),
        kind: EntryKind::Expire,
        minutes: -lot.left,
        expires_on: None,
        policy: None,
        rule: LOT_EXPIRY_RULE.to_owned(),
        inputs: json!({"lot": lot.id, "given_on": lot.on, "expires_on": last, "left_minutes": lot.left}),
        why: format!("{left} of what came on {} were left after {last}, the last day to take them.", lot.on),
    }
}

/// The end of a leave year: `min(balance, cap)` is moved into a lot of its own, the rest ends.
fn end_leave_year(plan: &Projector<'_>, on: Date, year_end: &YearEnd, lots: &mut Lots) -> Vec<ExpectedEntry> {
    let balance = lots.balance();
    if balance <= Minutes::ZERO {
        return Vec::new();
    }
    let moved = balance.min(year_end.carry_over.cap_days.minutes(plan.day_minutes()));
    lots.clear();
    let (id, expires_on) = (format!("carry_over#in#{on}"), year_end.expires_on);
    lots.credit(CreditLot { id, kind: EntryKind::CarryOver, on, expires_on, left: moved });
    year_targets(plan, on, year_end, (balance, moved))
}

/// The entries of a leave year's end.
fn year_targets(
    plan: &Projector<'_>,
    on: Date,
    year_end: &YearEnd,
    (balance, moved): (Minutes, Minutes),
) -> Vec<ExpectedEntry> {
    let YearEnd { period, carry_over, expires_on, policy } = year_end.clone();
    let words = |minutes: Minutes| describe_days(minutes, plan.day_minutes());
    let (from, to, cap_days) = (period.from, period.to, carry_over.cap_days);
    let inputs = json!({
        "period_from": from, "period_to": to, "balance_minutes": balance, "cap_days": cap_days,
        "cap_minutes": cap_days.minutes(plan.day_minutes()), "moved_minutes": moved, "expires_on": expires_on,
    });
    let lost =
        format!("{} were left on {to}; {cap_days} may be moved, so {} end.", words(balance), words(balance - moved));
    let out = format!("{} are moved out of the leave year {from} to {to}.", words(moved));
    let end = expires_on.map(|last| format!(", to be taken until {last}")).unwrap_or_default();
    let into = format!("{} are moved from the leave year {from} to {to}{end}.", words(moved));
    let entries = [
        ("expire#cap", EntryKind::Expire, moved - balance, "carry_over.cap", lost),
        ("carry_over#out", EntryKind::CarryOver, -moved, "carry_over.out", out),
        ("carry_over#in", EntryKind::CarryOver, moved, "carry_over.in", into),
    ];
    let changes = entries.into_iter().filter(|(_, _, minutes, ..)| *minutes != Minutes::ZERO);
    let targets = changes.map(|(key, kind, minutes, rule, why)| ExpectedEntry {
        on,
        key: format!("{key}#{on}"),
        kind,
        minutes,
        expires_on: expires_on.filter(|_| minutes > Minutes::ZERO),
        policy: Some(policy),
        rule: rule.to_owned(),
        inputs: inputs.clone(),
        why,
    });
    targets.collect()
}
