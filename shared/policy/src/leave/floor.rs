//! Changes that take a balance below the floor of its policy: rule 5 (docs/rules.md).

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{Account, day_minutes_on, project_balance, projection::BalanceAndFloor};
use crate::{Policy, PolicySet};

/// Balance below the floor of its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloorBreach {
    /// Day of the lowest balance.
    pub on: Date,
    /// Lowest balance, in minutes.
    pub lowest: Minutes,
    /// Floor of the policy on that day, in minutes.
    pub floor: Minutes,
}

/// Lowest balance of an account from a day on, if it is below the floor of the policy of its day. Days of leave without a
/// limit and without a policy have no floor.
pub fn find_floor_breach(policies: &PolicySet, person: &Person, account: &Account, from: Date) -> Option<FloorBreach> {
    let until = account.last_day().map_or(from, |last| last.max(from));
    let subject = Policy::leave_subject(&account.leave_type);
    let floor_on = |on: Date| {
        let rules = policies.applicable(&subject, person, on)?.leave_rules()?;
        rules.entitlement_days.map(|_| rules.lowest_allowed_balance(day_minutes_on(person, on)))
    };
    let projection = project_balance(policies, person, account, until);
    let BalanceAndFloor { on, balance: lowest, floor } = projection.closest_to_floor_from(from, floor_on)?;
    (lowest < floor).then_some(FloorBreach { on, lowest, floor })
}

/// Balance below the floor to which a change of an account leads; none if the change does not lower the lowest balance.
pub fn floor_breach_of_change(
    policies: &PolicySet,
    person: &Person,
    (before, after): (&Account, &Account),
    from: Date,
) -> Option<FloorBreach> {
    let breach = find_floor_breach(policies, person, after, from)?;
    let lowest_before = find_floor_breach(policies, person, before, from).map(|before| before.lowest);
    lowest_before.is_none_or(|before| breach.lowest < before).then_some(breach)
}
