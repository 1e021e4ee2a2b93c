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

pub use book::{Book, Rulebook, calendar_key, policy_key};
pub use calendar::{Calendar, DayHours, Half, Holiday, Pattern, Portion, Week, Working};
pub use days::{Days, HalfDays};
/// The person whom policies apply to, and the day at their site.
pub use directory::{Person, Status, today_in, zone};
pub use leave::CarryOver;
pub use policy::{
    DataRetention, Effective, Kind, NightHours, Overtime, OvertimeTier, Policy, PolicyRef, Rules, Scope, Training,
};
