//! Rules of calendars, policies, terms, leave and attendance as pure functions (docs/rules.md), and the readers of stored
//! policies and shift plans.
//!
//! The crate has no clock, no HTTP, no authorization and no writes. Callers pass the date and the data that a rule needs.

mod approver_reader;
pub mod attendance;
mod calendar;
mod expected_work;
pub mod leave;
mod leave_amount;
pub mod messages;
mod plan_reader;
mod policy;
mod policy_reader;
mod policy_ref;
mod policy_set;
pub mod retention;
pub mod terms;
pub mod working_time;

pub use approver_reader::{RequestPeople, load_parties};
pub use calendar::{Calendar, DayHours, DayPattern, Half, Holiday, Portion, Week, WorkedHalves};
pub use directory::{EmploymentStatus, Person, TimeOfDay, TimeRange, today_in, zone_or_utc};
pub use expected_work::{ExpectedDay, ExpectedWork};
pub use leave::CarryOver;
pub use leave_amount::{HalfDays, HundredthDays, LeaveAmount};
pub use plan_reader::{PlanReader, ShiftPlans};
pub use policy::{
    CreditMode, DataRetentionRules, EarlyWork, EffectivePeriod, NightHours, OvertimeRules, OvertimeTier, Policy,
    PolicyKind, PolicyRules, PolicyScope, RestDayCredit, RetainedRecords, TrainingRules,
};
pub use policy_reader::{PolicyReader, calendar_key, policy_key};
pub use policy_ref::PolicyRef;
pub use policy_set::PolicySet;
