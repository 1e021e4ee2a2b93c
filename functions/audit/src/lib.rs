//! Audit: the tamper-evident trail of everything that happened.
//!
//! # Owns
//! The table `audit` (records, manifests, copies of seals), the buckets of seals, archives and exports, and the key that signs
//! seals.
//!
//! # Access patterns
//! | question | index | key | used by |
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
//! The indexes hold keys only; records are fetched by key.
//!
//! # Publishes
//! Nothing.
//!
//! # Consumes
//! Every event on the bus.
//!
//! # Invariants
//! 1. A record is written once and never changed. Its bytes are its canonical JSON ([`domain::canonical`]); its leaf hash is
//!    that of RFC 9162.
//! 2. Records are listed with their leaf hashes in a manifest of their hour before their writer is answered.
//! 3. `audit-job-seal` builds the Merkle tree over an hour's entries, ordered by time and id, chains its root to the seal
//!    before, signs it by KMS and stores it in a bucket with Object Lock ([`domain::seal`]).
//! 4. `GET /audit-logs/{audit_id}/proof` gives the inclusion path. `muster verify-audit` checks files of records against the
//!    seals, offline ([`domain::verify`]).
//!
//! So an edit shows even if the writer is dishonest after the hour is sealed; before that the manifest holds the hash of what
//! was written first.
//!
//! # Limits
//! The table keeps a record for `RETENTION_DAYS`; the archive keeps it longer. A query spans 366 days. An export holds 50,000
//! records.

#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;

/// Decompresses an archive; anything that is not gzip is answered as it is.
///
/// # Errors
/// For gzip that is cut off or damaged.
pub fn decompressed(bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut plain)?;
    Ok(plain)
}
