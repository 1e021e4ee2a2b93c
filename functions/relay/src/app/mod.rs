//! Use cases and clients of other services, shared by endpoints, consumers and jobs.

pub(crate) mod bus;
