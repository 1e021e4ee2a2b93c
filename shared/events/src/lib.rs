//! The catalogue of domain events and the envelope they travel in.
//!
//! Knows what can happen, what the audit trail calls it and whom it may concern. Never knows behaviour: who publishes,
//! stores or reads an event is written elsewhere.

mod catalogue;
mod envelope;

pub use catalogue::{EventType, LogType, NotificationType, Outcome, Service, UnknownName};
pub use envelope::{BUS_SOURCE, Event, Fact, Stamp};
