//! DynamoDB as Muster uses it: one stamped, conditional write per request; typed reads; sealed pages.
//!
//! The way of a change begins here: every write leaves a stamp (`_event`, `_event_ref` or `_quiet`) on its item, and the
//! table's stream is the outbox. Never knows a service's words, an HTTP request, a clock or the environment.
//!
//! Attribute names: `pk`, `sk` the key; `ix_<index>_pk`, `ix_<index>_sk` index keys; `expires_at` the TTL in seconds;
//! names that begin with `_` are technical. None of these is ever published.

pub mod backoff;
mod cache;
mod commit;
mod cursor;
mod idempotency;
mod item;
mod optimistic;
mod query;
mod table;
mod write;

pub use cache::{CachedMap, CachedValue};
pub use commit::{CommitError, Committed, as_race};
pub use cursor::{CursorCipher, CursorScope, Order, Pagination};
pub use idempotency::{CommitOutcome, IdempotencyKey};
pub use item::{
    Item, Key, TTL, VERSION, from_item, is_technical, stamp_of, string_attribute, to_attribute, version_of,
};
pub use optimistic::{Race, Stored, create_or_replace, read_stored};
pub use query::Query;
pub use table::Table;
pub use write::Write;
