//! Available leave before a request, and the lowest balance after it.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{
    Account, LeaveCount, LeaveRules, ProposedLeave, available_minutes, day_minutes_on, projection::project_with_leave,
    projector::Projector,
};
use crate::PolicySet;

/// Available leave without a request, and the lowest balance with it.
pub(super) struct Forecast {
    /// Minutes that can be taken on the first day, without the request.
    pub(super) available: Minutes,
    /// Lowest balance from the first day on with the request, and its date.
    pub(super) lowest: (Date, Minutes),
}

/// Forecasts the balance with and without a request. It projects to the last day on which something is posted or taken,
/// because later balances never fall below the floor.
pub(super) fn forecast_balance(
    (policies, person, account): (&PolicySet, &Person, &Account),
    proposal: &ProposedLeave<'_>,
    count: &LeaveCount,
    rules: &LeaveRules,
) -> Forecast {
    let mut account = account.clone();
    if let Some(own) = proposal.leave_id {
        account.usage.remove(&own);
    }
    let ends =
        [account.last_day(), person.termination_date, count.days.last().map(|day| day.date), Some(proposal.last)];
    let until = ends.into_iter().flatten().max().unwrap_or(proposal.last);
    let projector = Projector::new(policies, person, &account, until);
    let floor_on = |on| rules.lowest_allowed_balance(day_minutes_on(person, on));
    let after = project_with_leave(&projector, &count.day_ranges());
    // Days off before adjoining leave may count before the first requested day.
    let first = count.days.first().map_or(proposal.first, |day| day.date.min(proposal.first));
    Forecast {
        available: available_minutes(policies, person, &account, proposal.first, floor_on(proposal.first)),
        lowest: after.lowest_against_floor_from(first, floor_on),
    }
}
