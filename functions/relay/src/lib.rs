//! Relay: publishes the changes in the table streams as domain events on the bus.
//!
//! # Owns
//! No table.
//!
//! # Access patterns
//! None. Request handlers write to their table only. Every write leaves a stamp on its item, and the stream is the outbox.
//!
//! | record | meaning | published |
//! |---|---|---|
//! | INSERT, MODIFY with a fresh `_event` | a stamped write | the event of the stamp |
//! | INSERT, MODIFY with a fresh `_event_ref` or `_quiet` | part of a transaction, or technical | nothing |
//! | REMOVE by TTL, or of an item with a past `expires_at` | removed by the database | nothing |
//! | any other | a change outside the services | `audit.critical_event`, reason `out_of_band_change` |
//!
//! # Publishes
//! Every event that a stamp names. `old_values` and `new_values` are the images of the stream, so an event shows the actual change
//! of the database.
//!
//! # Consumes
//! The streams of all tables.
//!
//! # Invariants
//! - The events of one item are published in order.
//! - Delivery is at least once. Event ids come from the stamp or are derived from the record, so a repeated record repeats its ids.
//! - A record that cannot be published ends its batch there; the stream delivers it again.
//! - After the last retry the failure queue keeps the position of the record, for `muster republish`.
//!
//! # Limits
//! A `PutEvents` call holds 10 entries and 256 KiB. An event above 240 KiB contains digests instead of its values.

#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

mod app;
mod domain;
pub mod on;

pub use crate::app::bus::Bus;
pub use domain::{
    change::{Change, Operation, StreamRecord, events_of_stored_stamp, interpret, service_of_table},
    entry::{BusEntry, split_into_batches},
    image::{Image, public_values},
};
