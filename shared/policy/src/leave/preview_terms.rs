//! Preview of changed terms of employment: what a balance would be, and what would be posted. Rule 6 (docs/rules.md).

use std::collections::BTreeSet;

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Minutes};

use super::{Account, BalanceLine, LedgerEntry, due_entries, project_balance};
use crate::PolicySet;

/// Balances of one day with the terms before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BalanceDifference {
    /// Day of the balances.
    pub on: Date,
    /// Balance at the end of the day with the terms before the change.
    pub before: Minutes,
    /// Balance at the end of the day with the changed terms.
    pub after: Minutes,
}

/// Effect of changed terms on the balance of one leave type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsPreview {
    /// Balances on the day of the preview.
    pub balance: BalanceDifference,
    /// Days up to the day of the preview on which the difference of the balances changes, in order.
    pub changes: Vec<BalanceDifference>,
    /// Entries that the change would post by today, besides the returned ones. Entries that are due without the change
    /// are not among them.
    pub entries: Vec<BalanceLine>,
}

/// Previews a change of the terms, the first day or the last day of a person for one account: the balances up to and
/// including `as_of`, and the entries that would be posted `today`. `returned` are the entries that return leave after a
/// changed last day.
pub fn preview_terms(
    policies: &PolicySet,
    (before, after): (&Person, &Person),
    account: &Account,
    returned: &[LedgerEntry],
    (today, as_of): (Date, Date),
) -> TermsPreview {
    let with_returned = |account: &Account| {
        let mut account = account.clone();
        returned.iter().for_each(|entry| account.post_if_missing(entry));
        account
    };
    let until = account.last_day().map_or(as_of, |last| last.max(as_of));
    let unchanged = project_balance(policies, before, account, until);
    let changed = project_balance(policies, after, &with_returned(account), until);
    let difference_on = |on| BalanceDifference { on, before: unchanged.balance_on(on), after: changed.balance_on(on) };
    let days = unchanged.balances.iter().chain(&changed.balances).map(|(day, _)| *day);
    let days: BTreeSet<Date> = days.filter(|day| *day <= as_of).collect();
    let mut last = Minutes::ZERO;
    let changes = days.into_iter().map(difference_on).filter(|one| {
        let difference = one.after - one.before;
        std::mem::replace(&mut last, difference) != difference
    });
    let changes = changes.collect();
    let due = due_entries(policies, before, account, today);
    let due = due.iter().map(|line| line.to_ledger_entry(&account.leave_type, Timestamp::UNIX_EPOCH, Actor::Unknown));
    let mut up_to_date = account.clone();
    due.for_each(|entry| up_to_date.post_if_missing(&entry));
    let entries = due_entries(policies, after, &with_returned(&up_to_date), today);
    TermsPreview { balance: difference_on(as_of), changes, entries }
}
