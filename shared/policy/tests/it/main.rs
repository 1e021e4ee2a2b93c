//! Tests of the rules in docs/rules.md: examples, and properties of any input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failing test may panic"
)]

mod account;
mod accrual;
mod approval;
mod attendance_clock_changes;
mod attendance_derived;
mod attendance_fixtures;
mod attendance_geofence;
mod attendance_leave;
mod attendance_overtime;
mod attendance_placement;
mod attendance_plans;
mod attendance_properties;
mod attendance_punch_reading;
mod attendance_rosters;
mod calendar;
mod carry_over;
mod counting;
mod entitlement_history;
mod evaluation;
mod expected_work;
mod fixtures;
mod hours_worked;
mod occupancy;
mod policies;
mod projection;
mod rest_day_credit;
mod retention;
mod runs;
mod schemas;
mod stored;
mod working_time;
