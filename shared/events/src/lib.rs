//! Catalogue of domain events, and the envelope in which they are stored and published.
//!
//! The catalogue gives each event its service, its audit log type and its notification type. It contains no behaviour: the
//! services decide when to publish, store or consume an event.

mod catalogue;
mod envelope;

pub use catalogue::{EventType, LogType, NotificationType, Outcome, Service, UnknownName};
pub use envelope::{BUS_SOURCE, Event, Fact, Stamp};
