//! The relay: turns what the tables' streams show into domain events on the bus. It owns no table.
//!
//! A request handler writes once and publishes nothing; every write leaves a stamp on its item, and the stream is the
//! outbox. The relay adds `old_values` and `new_values` from the stream's own images, so an event shows what the
//! database did, not what the code said. What nobody stamped is announced too: as `audit.critical_event` with the
//! reason `out_of_band_change`.
//!
//! | record | means | published |
//! |---|---|---|
//! | INSERT, MODIFY with a fresh `_event` | a stamped write | the event of the stamp |
//! | INSERT, MODIFY with a fresh `_event_ref` or `_quiet` | part of a transaction, or technical | nothing |
//! | REMOVE by TTL, or of an item whose `expires_at` has passed | dropped by the database | nothing |
//! | anything else | somebody's hand on the table | `audit.critical_event` |
//!
//! Order is kept per item. Delivery is at least once: ids are the stamp's, or made from the record itself, so a repeated
//! record repeats its id and consumers see it once. What cannot be published stops its batch there and comes again; after
//! the last retry its place in the stream is kept in the failure queue, for `muster republish`.
//!
//! Publishes: every event of the catalogue that a table's stamp names. Consumes: the streams of all tables.

mod app;
mod domain;
pub mod on;

pub use crate::app::bus::Bus;
pub use domain::{
    change::{Change, Operation, Record, change, rebuilt, service_of},
    entry::{Entry, batches},
    image::{Image, values},
};
