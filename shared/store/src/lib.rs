//! DynamoDB as used by Muster: conditional writes with a stamp, typed reads, idempotency keys and encrypted cursors.
//!
//! Every write leaves a stamp on its item: `_event` (publishes an event), `_event_ref` (belongs to the event of another item
//! of the transaction) or `_quiet` (publishes nothing). The stream of the table is the outbox: the relay publishes its stamps.
//!
//! Attribute names: `pk` and `sk` are the key; `ix_<index>_pk` and `ix_<index>_sk` are index keys; `expires_at` is the TTL in
//! seconds; names that begin with `_` are technical. The relay publishes none of these.
//!
//! Every read and write fails with 503 `unavailable` when DynamoDB does not answer; `# Errors` sections name other errors only.
//! This crate knows no service, HTTP request, clock or environment.

pub mod backoff;
mod cache;
mod commit;
mod cursor;
mod idempotency;
mod item;
pub mod messages;
mod optimistic;
mod query;
mod table;
mod write;

pub use cache::{CachedMap, CachedValue};
pub use commit::{CommitError, Committed, as_race};
pub use cursor::{CursorCipher, CursorScope, Order, Pagination};
pub use idempotency::{CommitOutcome, IdempotencyKey};
pub use item::{
    Item, Key, TTL, VERSION, archived_values, from_item, is_technical_attribute, stamp_of, string_attribute,
    to_attribute, version_of,
};
pub use optimistic::{Race, Stored, put_if_unchanged, read_stored};
pub use query::Query;
pub use table::Table;
pub use write::Write;
