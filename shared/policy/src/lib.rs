//! The rules engine: calendars, policies, leave; pure functions over what `compliance` and `leave` store.
//!
//! Knows what the numbers must be, and where policies, calendars and leave accounts are read. Never knows a clock, an HTTP
//! request, how to write, or who may do what.

pub mod attendance;
mod book;
mod calendar;
mod days;
pub mod leave;
mod policy;
pub mod work;

pub use book::{PolicyReader, PolicySet, calendar_key, policy_key};
pub use calendar::{Calendar, DayHours, DayPattern, Half, Holiday, Portion, Week, WorkedHalves};
pub use days::{HalfDays, LeaveAmount};
/// The person whom policies apply to, and the day at their site.
pub use directory::{EmploymentStatus, Person, today_in, zone_or_utc};
pub use leave::CarryOver;
pub use policy::{
    DataRetentionRules, EffectivePeriod, NightHours, OvertimeRules, OvertimeTier, Policy, PolicyKind, PolicyRef,
    PolicyRules, PolicyScope, TrainingRules,
};
