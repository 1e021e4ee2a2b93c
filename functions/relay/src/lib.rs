//! Relay: turns the records of the tables' streams into domain events on the bus.
//!
//! # Owns
//! No table.
//!
//! # Access patterns
//! None: a request handler writes once and publishes nothing. Every write leaves a stamp on its item, and the stream is the
//! outbox.
//!
//! | record | meaning | published |
//! |---|---|---|
//! | INSERT, MODIFY with a fresh `_event` | a stamped write | the event of the stamp |
//! | INSERT, MODIFY with a fresh `_event_ref` or `_quiet` | part of a transaction, or technical | nothing |
//! | REMOVE by TTL, or of an item whose `expires_at` has passed | dropped by the database | nothing |
//! | any other | a change that no code of ours made | `audit.critical_event`, reason `out_of_band_change` |
//!
//! # Publishes
//! Every event of the catalogue that a stamp names, with `old_values` and `new_values` from the stream's own images: an event
//! shows what the database did.
//!
//! # Consumes
//! The streams of all tables.
//!
//! # Invariants
//! - Order is kept per item.
//! - Delivery is at least once. Ids are the stamp's, or derived from the record, so a repeated record repeats its id.
//! - A record that cannot be published stops its batch there and comes again.
//! - After the last retry its place in the stream is kept in the failure queue, for `muster republish`.
//!
//! # Limits
//! `PutEvents` takes 10 entries and 256 KB. An event above 240 KB carries the digests of its largest values instead of them.

#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

mod app;
mod domain;
pub mod on;

pub use crate::app::bus::Bus;
pub use domain::{
    change::{Change, Operation, StreamRecord, events_of_stored_stamp, interpret, service_of},
    entry::{BusEntry, batches},
    image::{Image, public_values},
};
