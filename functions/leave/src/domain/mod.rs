//! Pure model and rules of leave, besides those of the shared engine (`policy::leave`).

pub mod absence;
pub mod amount;
pub mod balance;
pub mod balance_explanation;
pub mod changed_days;
pub mod credit;
pub mod delegation;
pub mod feed;
pub mod ics;
pub mod leave_type;
pub mod recount;
pub mod recount_run;
pub mod request;
pub mod returned_days;
pub mod settled_day;
pub mod simulation;
pub mod worked_month;
