//! audit: the trail of everything that happened, which cannot lie.
//!
//! Owns the audit table (records, manifests, copies of seals), the buckets of seals, archives and exports, and the key
//! that seals are signed with. A record is written once and never changed; the table drops it after `RETENTION_DAYS`,
//! when it has long been archived.
//!
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | one record | table | `LOG#<audit id>` / `LOG` | `audit-logs-get`, `audit-logs-proof` |
//! | where else a record is sealed | table | `LOG#<audit id>` / `SEALED_IN#<hour>` | `audit-logs-proof` |
//! | what was written in an hour | table | `HOUR#<hour>` / `<uuid>` | `audit-job-seal` |
//! | the newest seal, a seal | table | `SEALS` / `<hour>` | `audit-job-seal`, `audit-logs-proof` |
//! | what one user did | `by_user` | `<user id>` / `<time>#<audit id>` | `audit-logs-user-list`, `-list`, `-export` |
//! | what happened to one entity | `by_entity` | `<entity id>` / `<time>#<audit id>` | `audit-logs-list`, `-export` |
//! | one type in a month; a service's types; all types | `by_type` | `<log type>#<month>` / `<time>#<audit id>` | `audit-logs-type-list`, `-list`, `-export` |
//! | what failed in a month | `by_failure` (sparse) | `<month>` / `<time>#<audit id>` | `audit-logs-list`, `-export` |
//!
//! The indexes hold keys only; records are fetched by key. Publishes nothing. Consumes every event on the bus.
//!
//! # How tampering shows
//! 1. A record's bytes are its canonical JSON ([`domain::canonical`]); its leaf hash is RFC 9162's.
//! 2. Whoever writes records lists them, with their leaf hashes, in a manifest of that hour before anybody is answered.
//! 3. Once an hour `audit-job-seal` builds the Merkle tree over the hour's entries, ordered by time and id, chains its
//!    root to the seal before, signs it by KMS and stores it in a bucket with Object Lock ([`domain::seal`]).
//! 4. `GET /audit-logs/{audit_id}/proof` gives the inclusion path; `muster verify-audit` checks files of records
//!    against the seals, offline ([`domain::verify`]).
//!
//! Nothing here needs the writer to be honest after the hour is sealed, and an edit before that shows, too, because the
//! manifest holds the hash of what was written first.

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
