//! The model and rules of leave that are not the shared engine's: pure.

pub mod absence;
pub mod amount;
pub mod balance;
pub mod balance_explanation;
pub mod delegation;
pub mod feed;
pub mod ics;
pub mod leave_type;
pub mod recount;
pub mod request;
pub mod simulation;
