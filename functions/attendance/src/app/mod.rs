//! Use cases that endpoints, consumers and jobs share.

pub mod day_writer;
pub mod dispatch_run;
pub mod settle_days;
