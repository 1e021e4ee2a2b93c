//! Balances of an account on a past or future day: rules 4 and 5 (docs/rules.md).

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use policy::{
    Person, Policy, PolicySet,
    leave::{
        Account, DayRange, EntryKind, LeaveRules, LeaveYear, Projection, RequestUsage, available_minutes,
        convert_day_length, day_minutes_on, leave_years, project_balance,
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

/// Codes of the leave types with a policy version, past, current or to come, whose scope covers the person under any of their
/// dated terms.
pub fn leave_type_codes_for(book: &PolicySet, person: &Person) -> BTreeSet<String> {
    let at_any_time = |policy: &&Policy| {
        let mut terms = person.terms.iter();
        policy.scope.covers(person) || terms.any(|terms| policy.scope.covers_at(&terms.site, terms.department_id))
    };
    let fitting = book.policies().iter().filter(at_any_time);
    fitting.filter_map(|policy| Some(policy.leave_rules()?.leave_type.clone())).collect()
}

/// Leave year that contains a day; without rules, the calendar year.
pub fn leave_year_on(rules: Option<&LeaveRules>, person: &Person, on: Date) -> LeaveYear {
    let calendar = LeaveYear { from: on.first_of_year(), to: on.last_of_year() };
    rules.and_then(|rules| leave_years(rules, person.hire_date, on, on).first().copied()).unwrap_or(calendar)
}

/// First day of the leave year before the one that contains a day; if that year is short, a day a year before the latter.
/// Entries before it can be folded.
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

/// Balance of one account on a day. Amounts of other days are in minutes of the standard day of that day: the same number of
/// days.
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

/// Standard day of a person on the day that is asked for, to which amounts of other days are converted.
#[derive(Clone, Copy)]
struct StandardDay<'a> {
    person: &'a Person,
    on_asked_day: Minutes,
}

impl StandardDay<'_> {
    /// Minutes of a day as minutes of the standard day of the asked day.
    fn convert(self, minutes: Minutes, on: Date) -> Minutes {
        convert_day_length(minutes, day_minutes_on(self.person, on), self.on_asked_day)
    }

    /// Minutes of the days of leave between two days.
    fn sum_between(self, days: &[DayRange], from: Date, to: Date) -> Minutes {
        let dates = days.iter().flat_map(|run| run.dates().map(|day| (day, run.minutes)));
        let inside = dates.filter(|(day, _)| (from..=to).contains(day));
        inside.map(|(day, minutes)| self.convert(minutes, day)).sum()
    }
}

/// Balance of an account on a past or future day.
pub fn balance_on(book: &PolicySet, person: &Person, account: &Account, as_of: Date) -> Balance {
    let rules = policy_on(book, person, &account.leave_type, as_of).map(|(_, rules)| rules);
    let limited = rules.is_none_or(|rules| rules.entitlement_days.is_some());
    let day = StandardDay { person, on_asked_day: day_minutes_on(person, as_of) };
    let floor = rules.map_or(Minutes::ZERO, |rules| rules.lowest_allowed_balance(day.on_asked_day));
    let year = leave_year_on(rules, person, as_of);
    let until = projection_end(account, as_of);
    let projection = project_balance(book, person, account, until);
    let sum_of_requests = |held: bool, from: Date, to: Date| -> Minutes {
        let usages = account.usage.values().filter(|taken: &&RequestUsage| taken.held == held);
        usages.map(|taken| day.sum_between(&taken.days, from, to)).sum()
    };
    Balance {
        leave_type: account.leave_type.clone(),
        balance: projection.balance_on(as_of),
        available: limited.then(|| available_minutes(book, person, account, as_of, floor)),
        accrued: accrued_and_credited(&projection, day, year.from, as_of),
        taken: sum_of_requests(false, year.from, as_of),
        booked: sum_of_requests(false, as_of.saturating_add(1.day()), Date::MAX),
        held: sum_of_requests(true, Date::MIN, Date::MAX),
        ending: expiring_after(&projection, day, (as_of, until)),
        year,
    }
}

/// Instalments and credits from `from` to `to`.
fn accrued_and_credited(projection: &Projection, day: StandardDay<'_>, from: Date, to: Date) -> Minutes {
    let lines = projection.lines.iter().filter(|line| line.on >= from && line.on <= to);
    let given = lines.filter(|line| matches!(line.kind, EntryKind::Accrual | EntryKind::Grant));
    given.map(|line| day.convert(line.minutes, line.on)).sum()
}

/// Leave that expires after a day unless it is taken, within the projection, which ends on `until`, or after it: its last
/// day and its minutes.
fn expiring_after(projection: &Projection, day: StandardDay<'_>, (after, until): (Date, Date)) -> Vec<(Date, Minutes)> {
    let ends = projection.lines.iter().filter(|line| line.kind == EntryKind::Expire && line.on > after);
    let within = ends.map(|line| (line.on.saturating_sub(1.day()), day.convert(-line.minutes, line.on)));
    let later = projection.expiring.iter().map(|(last, minutes)| (*last, day.convert(*minutes, until)));
    within.chain(later).collect()
}
