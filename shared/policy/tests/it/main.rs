//! The engine against the rules of the domain: their own vectors, and what must hold for any input.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail as loudly as it likes"
)]

mod account;
mod accrual;
mod approval;
mod attendance_clocks;
mod attendance_derived;
mod attendance_leave;
mod attendance_make;
mod attendance_overtime;
mod attendance_places;
mod attendance_plans;
mod attendance_properties;
mod attendance_rosters;
mod calendar;
mod carry_over;
mod counting;
mod course;
mod judging;
mod make;
mod occupancy;
mod policies;
mod stored;
mod worked;
