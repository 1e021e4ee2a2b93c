//! Audit: the tamper-evident trail of all changes.
//!
//! # Owns
//! The table `audit` (records, manifests, copies of seals), the buckets of seals, archives and exports, and the key that signs
//! seals.
//!
//! # Access patterns
//! | access | index | key | used by |
//! |---|---|---|---|
//! | a record | table | `LOG#<audit id>` / `LOG` | `audit-logs-get`, `audit-logs-proof` |
//! | further hours in which a record is sealed | table | `LOG#<audit id>` / `SEALED_IN#<hour>` | `audit-logs-proof` |
//! | the manifests of an hour | table | `HOUR#<hour>` / `<uuid>` | `audit-job-seal` |
//! | the newest seal, a seal | table | `SEALS` / `<hour>` | `audit-job-seal`, `audit-logs-proof` |
//! | activities of a user | `by_user` | `<user id>` / `<time>#<audit id>` | `audit-logs-user-list`, `-list`, `-export` |
//! | history of an entity | `by_entity` | `<entity id>` / `<time>#<audit id>` | `audit-logs-list`, `-export` |
//! | a type in a month; a service's types; all types | `by_type` | `<log type>#<month>` / `<time>#<audit id>` | `audit-logs-type-list`, `-list`, `-export` |
//! | failures of a month | `by_failure` (sparse) | `<month>` / `<time>#<audit id>` | `audit-logs-list`, `-export` |
//! | answer to an idempotent request | table | `IDEM#..` / `IDEM` | `audit-logs-create` |
//!
//! The indexes contain keys only; records are read by key.
//!
//! # Publishes
//! No events.
//!
//! # Consumes
//! All events on the bus.
//!
//! # Invariants
//! 1. A record is written once and never changed. It is stored as canonical JSON ([`domain::canonical`]); its leaf hash follows
//!    RFC 9162.
//! 2. A manifest of the hour lists the leaf hash of each record before the writer gets an answer.
//! 3. `audit-job-seal` builds the Merkle tree over the entries of an hour, sorted by time and id. It chains the root to the
//!    previous seal, signs it by KMS and stores it in a bucket with Object Lock ([`domain::seal`]).
//! 4. `GET /audit-logs/{audit_id}/proof` returns the inclusion path. `muster verify-audit` checks files of records against the
//!    seals, offline ([`domain::verify`]).
//!
//! After the seal, an edit is detected even if the service itself is compromised. Before the seal, the manifest holds the hash of
//! the original record.
//!
//! # Limits
//! The table keeps a record for `RETENTION_DAYS`; the archive keeps it longer. A query spans at most 366 days. An export holds at
//! most 50,000 records.

#![allow(missing_docs, reason = "a definition has a doc comment where its name is not enough")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;

/// Decompresses a gzip archive. Other content is returned unchanged.
///
/// # Errors
/// Truncated or damaged gzip data.
pub fn gunzip_if_compressed(bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut plain)?;
    Ok(plain)
}
