//! Balances of an account on a past or future day: rules 4 and 5 (docs/rules.md).

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use policy::{
    Person, Policy, PolicySet,
    leave::{
        Account, EntryKind, LeaveRules, LeaveYear, Projection, RequestUsage, available_minutes, leave_years,
        project_balance,
    },
};

/// Policy of a leave type that applies to a person on a day, and its rules.
pub fn policy_on<'a>(
    book: &'a PolicySet,
    person: &Person,
    leave_type: &str,
    on: Date,
) -> Option<(&'a Policy, &'a LeaveRules)> {
    let policy = book.applicable(&Policy::leave_subject(leave_type), person, on)?;
    Some((policy, policy.leave_rules()?))
}

/// Codes of the leave types with a policy that fits the person, whenever it applies.
pub fn leave_type_codes_for(book: &PolicySet, person: &Person) -> BTreeSet<String> {
    let fitting = book.policies().iter().filter(|policy| policy.scope.covers(person));
    fitting.filter_map(|policy| Some(policy.leave_rules()?.leave_type.clone())).collect()
}

/// Leave year that contains a day; without rules, the calendar year.
pub fn leave_year_on(rules: Option<&LeaveRules>, person: &Person, on: Date) -> LeaveYear {
    let calendar = LeaveYear { from: on.first_of_year(), to: on.last_of_year() };
    rules.and_then(|rules| leave_years(rules, person.hire_date, on, on).first().copied()).unwrap_or(calendar)
}

/// First day of the leave year before that of a day, and at least a year before that year. Entries before it can be
/// folded.
pub fn previous_leave_year_start(rules: Option<&LeaveRules>, person: &Person, on: Date) -> Date {
    let year = leave_year_on(rules, person, on);
    let before = year.from.saturating_sub(1.day());
    leave_year_on(rules, person, before).from.min(year.from.saturating_sub(1.year()))
}

/// Last day of the projection that the available amount needs: the end of the last held or approved leave, at least
/// `on`.
pub fn projection_end(account: &Account, on: Date) -> Date {
    let usages = account.usage.values().flat_map(|taken| &taken.days);
    usages.map(|run| run.to).chain(std::iter::once(on)).max().unwrap_or(on)
}

/// Balance of one account on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub leave_type: String,
    /// Leave year that contains the day.
    pub year: LeaveYear,
    /// Sum of all posted and due entries up to the day. Days of pending requests are deducted.
    pub balance: Minutes,
    /// The most that can be taken on the day without a later day falling below the floor. `None` for leave without a
    /// limit.
    pub available: Option<Minutes>,
    /// Instalments and credits of the leave year up to the day.
    pub accrued: Minutes,
    /// Approved leave of the leave year up to the day.
    pub taken: Minutes,
    /// Approved leave after the day.
    pub booked: Minutes,
    /// Leave of pending requests on any date.
    pub held: Minutes,
    /// Leave that expires after the day unless it is taken: its last day and its minutes.
    pub ending: Vec<(Date, Minutes)>,
}

/// Balance of an account on a past or future day.
pub fn balance_on(book: &PolicySet, person: &Person, account: &Account, as_of: Date) -> Balance {
    let rules = policy_on(book, person, &account.leave_type, as_of).map(|(_, rules)| rules);
    let limited = rules.is_none_or(|rules| rules.entitlement_days.is_some());
    let floor = rules.map_or(Minutes::ZERO, |rules| rules.lowest_allowed_balance(person.contract.day_minutes));
    let year = leave_year_on(rules, person, as_of);
    let projection = project_balance(book, person, account, projection_end(account, as_of));
    let usages = |held: bool| account.usage.values().filter(move |taken| taken.held == held);
    let before = year.from.saturating_sub(1.day());
    Balance {
        leave_type: account.leave_type.clone(),
        balance: projection.balance_on(as_of),
        available: limited.then(|| available_minutes(book, person, account, as_of, floor)),
        accrued: accrued_and_credited(&projection, year.from, as_of),
        taken: usages(false)
            .map(|taken| minutes_of_request_until(taken, as_of) - minutes_of_request_until(taken, before))
            .sum(),
        booked: usages(false).map(|taken| minutes_of_request(taken) - minutes_of_request_until(taken, as_of)).sum(),
        held: usages(true).map(minutes_of_request).sum(),
        ending: expiring_after(&projection, as_of),
        year,
    }
}

/// Instalments and credits from `from` to `to`.
fn accrued_and_credited(projection: &Projection, from: Date, to: Date) -> Minutes {
    let lines = projection.lines.iter().filter(|line| line.on >= from && line.on <= to);
    lines.filter(|line| matches!(line.kind, EntryKind::Accrual | EntryKind::Grant)).map(|line| line.minutes).sum()
}

/// Leave that expires after a day unless it is taken, within the projection or after it: its last day and its minutes.
fn expiring_after(projection: &Projection, after: Date) -> Vec<(Date, Minutes)> {
    let ends = projection.lines.iter().filter(|line| line.kind == EntryKind::Expire && line.on > after);
    let within = ends.map(|line| (line.on.saturating_sub(1.day()), -line.minutes));
    within.chain(projection.expiring.iter().copied()).collect()
}

/// Minutes of the days of one request up to a day, pending or approved.
fn minutes_of_request_until(usage: &RequestUsage, on: Date) -> Minutes {
    usage.days.iter().map(|run| run.minutes_until(on)).sum()
}

/// Minutes of all days of one request, pending or approved.
fn minutes_of_request(usage: &RequestUsage) -> Minutes {
    usage.days.iter().map(|run| run.minutes_until(run.to)).sum()
}
