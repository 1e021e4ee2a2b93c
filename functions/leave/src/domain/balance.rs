//! Balances: what an account says on a day, past or future. Rules 4 and 5.

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use policy::{
    Person, Policy, PolicySet,
    leave::{Account, EntryKind, LeaveRules, LeaveYear, Projection, RequestUsage, available, leave_years, project},
};

/// The policy of a leave type that applies to somebody on a day.
pub fn policy_on<'a>(
    book: &'a PolicySet,
    person: &Person,
    leave_type: &str,
    on: Date,
) -> Option<(&'a Policy, &'a LeaveRules)> {
    let policy = book.applicable(&Policy::leave_subject(leave_type), person, on)?;
    Some((policy, policy.leave()?))
}

/// The leave types that any policy has for somebody, whenever.
pub fn leave_types_for(book: &PolicySet, person: &Person) -> BTreeSet<String> {
    let fitting = book.policies().iter().filter(|policy| policy.specificity_for(person).is_some());
    fitting.filter_map(|policy| Some(policy.leave()?.leave_type.clone())).collect()
}

/// The leave year that holds a day; the calendar's where no policy says another.
pub fn year_of(rules: Option<&LeaveRules>, person: &Person, on: Date) -> LeaveYear {
    let calendar = LeaveYear { from: on.first_of_year(), to: on.last_of_year() };
    rules.and_then(|rules| leave_years(rules, person.hire_date, on, on).first().copied()).unwrap_or(calendar)
}

/// The first day of the leave year before the one that holds a day: what was before it is history.
pub fn fold_before(rules: Option<&LeaveRules>, person: &Person, on: Date) -> Date {
    let year = year_of(rules, person, on);
    let before = year.from.saturating_sub(1.day());
    year_of(rules, person, before).from.min(year.from.saturating_sub(1.year()))
}

/// How far an account has to be projected to say what a day can bear: to the last leave that is booked.
pub fn horizon(account: &Account, on: Date) -> Date {
    let uses = account.usage.values().flat_map(|taken| &taken.days);
    uses.map(|run| run.to).chain(std::iter::once(on)).max().unwrap_or(on)
}

/// What an account says on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    pub leave_type: String,
    /// The leave year that holds the day.
    pub year: LeaveYear,
    /// The sum of everything that counts on or before the day, pending requests among it.
    pub balance: Minutes,
    /// What could be taken on the day, with everything that is booked. None where nothing limits.
    pub available: Option<Minutes>,
    /// Given in this leave year up to the day: instalments and credits.
    pub accrued: Minutes,
    /// Approved days of this leave year up to the day.
    pub taken: Minutes,
    /// Approved days after the day.
    pub booked: Minutes,
    /// What pending requests hold, whenever.
    pub held: Minutes,
    /// What ends unused from the day on unless it is taken: last day, minutes.
    pub ending: Vec<(Date, Minutes)>,
}

/// What an account says on a day.
pub fn balance_on(book: &PolicySet, person: &Person, account: &Account, as_of: Date) -> Balance {
    let rules = policy_on(book, person, &account.leave_type, as_of).map(|(_, rules)| rules);
    let limited = rules.is_none_or(|rules| rules.entitlement_days.is_some());
    let floor = rules.map_or(Minutes::ZERO, |rules| rules.floor(person.contract.day_minutes));
    let year = year_of(rules, person, as_of);
    let course = project(book, person, account, horizon(account, as_of));
    let uses = |held: bool| account.usage.values().filter(move |taken| taken.held == held);
    let before = year.from.saturating_sub(1.day());
    Balance {
        leave_type: account.leave_type.clone(),
        balance: course.balance_on(as_of),
        available: limited.then(|| available(book, person, account, as_of, floor)),
        accrued: accrued(&course, year.from, as_of),
        taken: uses(false).map(|taken| until(taken, as_of) - until(taken, before)).sum(),
        booked: uses(false).map(|taken| total(taken) - until(taken, as_of)).sum(),
        held: uses(true).map(total).sum(),
        ending: expiring(&course, as_of),
        year,
    }
}

/// Instalments and credits that count from `from` to `to`.
fn accrued(course: &Projection, from: Date, to: Date) -> Minutes {
    let lines = course.lines.iter().filter(|line| line.on >= from && line.on <= to);
    lines.filter(|line| matches!(line.kind, EntryKind::Accrual | EntryKind::Grant)).map(|line| line.minutes).sum()
}

/// Lots that end within the projection after a day, and those that are left at its end.
fn expiring(course: &Projection, after: Date) -> Vec<(Date, Minutes)> {
    let ends = course.lines.iter().filter(|line| line.kind == EntryKind::Expire && line.on > after);
    let within = ends.map(|line| (line.on.saturating_sub(1.day()), -line.minutes));
    within.chain(course.expiring.iter().copied()).collect()
}

fn until(taken: &RequestUsage, on: Date) -> Minutes {
    taken.days.iter().map(|run| run.until(on)).sum()
}

fn total(taken: &RequestUsage) -> Minutes {
    taken.days.iter().map(|run| run.until(run.to)).sum()
}
