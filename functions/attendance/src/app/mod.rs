//! Use cases and clients of other services, shared by endpoints, consumers and jobs.

pub mod dispatch_run;
pub mod settle_days;
