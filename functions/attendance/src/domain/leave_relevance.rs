//! Effect of a settled day on leave. The rule of the leave service's queue selects these events by `counts_for_leave`, so
//! that all other days cost nothing there.

use jiff::civil::Date;
use kernel::Minutes;
use policy::{
    Person, Policy, PolicyKind, PolicySet,
    attendance::DayOutcome,
    leave::{AccrualSchedule, LeaveRules},
};
use serde_json::{Map, Value, json};

/// Effect of a settled day on leave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeaveRelevance {
    /// Whether work on a rest day or holiday counts for a compensatory credit, or did before the day was derived again.
    counts_for_credit: bool,
    /// Codes of the leave types that the worked hours earn, if the hours changed.
    hours_leave_types: Vec<String>,
}

impl LeaveRelevance {
    /// Effect of a day that was derived, compared with its outcome before.
    pub fn of(
        policies: &PolicySet,
        person: &Person,
        date: Date,
        (before, after): (Option<&DayOutcome>, &DayOutcome),
    ) -> Self {
        let worked_before = before.map_or(Minutes::ZERO, |before| before.worked_minutes);
        let hours_changed = worked_before != after.worked_minutes;
        Self {
            counts_for_credit: counts_for_credit(policies, before, after),
            hours_leave_types: if hours_changed { hours_leave_types(policies, person, date) } else { Vec::new() },
        }
    }

    /// Data of the event; empty if the day does not count for leave.
    pub fn event_data(&self) -> Map<String, Value> {
        let mut data = Map::new();
        if self.counts_for_credit {
            data.insert("counts_for_credit".to_owned(), json!(true));
        }
        if !self.hours_leave_types.is_empty() {
            data.insert("hours_leave_types".to_owned(), json!(self.hours_leave_types));
        }
        if !data.is_empty() {
            data.insert("counts_for_leave".to_owned(), json!(true));
        }
        data
    }
}

fn counts_for_credit(policies: &PolicySet, before: Option<&DayOutcome>, after: &DayOutcome) -> bool {
    let minutes = [before, Some(after)].into_iter().flatten().map(DayOutcome::minutes_on_days_off);
    let credits = |reference| policies.policy(reference).and_then(Policy::rest_day_credit).is_some();
    minutes.sum::<Minutes>() > Minutes::ZERO && after.policies.iter().copied().any(credits)
}

/// Codes of the leave types that accrue by hours worked for a person on a day.
fn hours_leave_types(policies: &PolicySet, person: &Person, date: Date) -> Vec<String> {
    let by_hours = |rules: &&LeaveRules| rules.accrual.schedule == AccrualSchedule::PerHoursWorked;
    let applicable = policies.applicable_of_kind(PolicyKind::Leave, person, date).into_iter();
    applicable.filter_map(Policy::leave_rules).filter(by_hours).map(|rules| rules.leave_type.clone()).collect()
}
