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
