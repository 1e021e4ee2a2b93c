//! Event consumers of the service.

pub mod employee;
