//! Schemas of the OpenAPI document that this crate defines by hand.

use policy::{Portion, leave};
use serde_json::{Value, json};
use utoipa::{PartialSchema, ToSchema};

fn schema<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).unwrap()
}

#[test]
fn dump() {
    macro_rules! show { ($($t:ty),*) => { $(println!("{} {}", stringify!($t), serde_json::to_string(&schema::<$t>()).unwrap());)* } }
    show!(
        Portion,
        policy::TimeRange,
        policy::TimeOfDay,
        policy::DayHours,
        policy::PolicyScope,
        policy::HalfDays,
        leave::Violation,
        leave::ViolationFinding,
        leave::BlackoutFigures,
        leave::EligibilityFigures,
        leave::PeriodStart,
        leave::LeaveRules,
        leave::EntryInputs,
        leave::LedgerRule,
        leave::DayCount,
        leave::Approver,
        leave::Step,
        policy::Policy,
        policy::working_time::Shift,
        policy::attendance::Roster,
        policy::attendance::DayOutcome
    );
    let mut all = Vec::new();
    <leave::Violation as ToSchema>::schemas(&mut all);
    println!("{:?}", all.iter().map(|(name, _)| name).collect::<Vec<_>>());
    println!("{}", <leave::Step as ToSchema>::name());
    let _ = json!(1);
}
