//! The balance that a request would leave.

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{Account, LeaveCount, ask::ProposedLeave, available, plan::Projector, projection::project_with};
use crate::PolicySet;

/// What could be taken on the first day, and the lowest balance from then on with the request.
pub(super) struct Forecast {
    pub(super) available: Minutes,
    pub(super) with: (Date, Minutes),
}

/// Looks ahead to the last day on which something is posted or taken: after that a balance only grows, or what is positive ends.
pub(super) fn forecast(
    (book, person, account): (&PolicySet, &Person, &Account),
    ask: &ProposedLeave<'_>,
    count: &LeaveCount,
    floor: Minutes,
) -> Forecast {
    let mut account = account.clone();
    if let Some(own) = ask.leave_id {
        account.usage.remove(&own);
    }
    let ends = [account.last_day(), person.termination_date, Some(ask.last)];
    let until = ends.into_iter().flatten().max().unwrap_or(ask.last);
    let plan = Projector { book, person, account: &account, until };
    Forecast {
        available: available(book, person, &account, ask.first, floor),
        with: project_with(&plan, &count.runs()).lowest(ask.first),
    }
}
