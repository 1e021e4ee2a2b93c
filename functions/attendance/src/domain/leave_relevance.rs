//! Whether the leave service needs a settled day. The rule of its queue selects these events by `counts_for_leave`, so
//! that all other days cost nothing there.

use kernel::Minutes;
use policy::{Policy, PolicySet, attendance::DayOutcome};

/// Whether work on a rest day or holiday counts for a compensatory credit, or did before the day was derived again.
pub fn counts_for_credit(policies: &PolicySet, before: Option<&DayOutcome>, after: &DayOutcome) -> bool {
    let minutes = [before, Some(after)].into_iter().flatten().map(DayOutcome::minutes_on_days_off);
    let credits = |reference| policies.policy(reference).and_then(Policy::rest_day_credit).is_some();
    minutes.sum::<Minutes>() > Minutes::ZERO && after.policies.iter().copied().any(credits)
}
