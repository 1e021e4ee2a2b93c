//! Audit table: records, manifests of hours and copies of seals. Items are never changed; only their TTL removes them.
//!
//! A record is stored as compressed canonical JSON in one attribute, so that the stored bytes are the hashed bytes.

mod search;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use events::Outcome;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Error, IdGenerator, Origin, Result, to_sortable_text};
use lambda::{FromShell, InitError, Shell};
use serde::{Serialize, Serializer};
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Query, Table, Write, from_item, string_attribute};

use crate::{
    domain::{
        hour::Hour,
        merkle::leaf_hash,
        packing::{pack_entries, pack_record, unpack_entries, unpack_record},
        query::Month,
        record::{AuditRecord, CanonicalRecord, SealEntry},
        seal::SignedSeal,
    },
    messages,
};

/// Default retention of records in the table, in days.
const RETENTION_DAYS_DEFAULT: i64 = 365;
/// Longest partition key of an index, in bytes. Longer values are not indexed, because DynamoDB refuses keys above 2048 bytes.
/// 256 characters, the limit of the API, always fit.
const INDEX_BYTES_MAX: usize = 1024;

#[derive(Clone)]
pub struct AuditStore {
    table: Table,
    ids: Arc<dyn IdGenerator>,
    retention: SignedDuration,
}

/// Record of the table with its text as it is stored, and the hash of that text.
#[derive(Debug, Clone)]
pub struct StoredRecord {
    pub record: AuditRecord,
    pub canonical: CanonicalRecord,
}

#[derive(Serialize)]
struct RecordItem {
    record: Packed,
}

#[derive(Serialize)]
struct Manifest {
    entries: Packed,
}

struct Packed(Vec<u8>);

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

fn binary_attribute<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name)?.as_b().ok().map(AsRef::as_ref)
}

fn record_key(id: AuditId) -> Key {
    Key::new(format!("LOG#{id}"), "LOG")
}

fn seal_key(hour: Hour) -> Key {
    Key::new("SEALS", hour.to_string())
}

fn hour_partition(hour: Hour) -> String {
    format!("HOUR#{hour}")
}

fn sort_key(timestamp: Timestamp, id: AuditId) -> String {
    format!("{}#{id}", to_sortable_text(timestamp))
}

/// Record of an item; `None` if it was edited so that it cannot be parsed.
fn parse_record(item: &Item) -> Option<StoredRecord> {
    let text = binary_attribute(item, "record").and_then(unpack_record)?;
    let record: AuditRecord = serde_json::from_str(&text)
        .inspect_err(|error| tracing::error!(status = "failed", "a stored audit record cannot be parsed: {error}"))
        .ok()?;
    let entry = SealEntry { timestamp: record.timestamp, id: record.id, leaf: leaf_hash(text.as_bytes()) };
    Some(StoredRecord { canonical: CanonicalRecord { text, entry }, record })
}

impl FromShell for AuditStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let days = shell.env_or("RETENTION_DAYS", &RETENTION_DAYS_DEFAULT.to_string());
        let days: u32 = days.parse().map_err(|_| InitError("RETENTION_DAYS is not a number of days".to_owned()))?;
        Ok(Self {
            table: shell.table("AUDIT_TABLE")?,
            ids: Arc::clone(&shell.ids),
            retention: SignedDuration::from_hours(24 * i64::from(days)),
        })
    }
}

impl AuditStore {
    pub const fn retention(&self) -> SignedDuration {
        self.retention
    }

    fn expires_at(&self, from: Timestamp) -> Timestamp {
        from.saturating_add(self.retention).unwrap_or(Timestamp::MAX)
    }

    /// Write that creates a record with its index keys and fails if the record exists.
    fn record_write(&self, record: &AuditRecord, canonical: &CanonicalRecord) -> Result<Write> {
        let sk = sort_key(record.timestamp, record.id);
        let month = Month::of(record.timestamp);
        let item = RecordItem { record: Packed(pack_record(&canonical.text).map_err(Error::internal)?) };
        let mut write = Write::create(record_key(record.id), &item)
            .index("by_type", format!("{}#{month}", record.log_type), &sk)
            .expires_at(self.expires_at(record.created_at));
        let fits = |text: &str| !text.is_empty() && text.len() <= INDEX_BYTES_MAX;
        if fits(&record.user_id) {
            write = write.index("by_user", &record.user_id, &sk);
        }
        if let Some(entity) = record.entity_id.as_ref().filter(|entity| fits(entity)) {
            write = write.index("by_entity", entity, &sk);
        }
        Ok(match record.status {
            Outcome::Failure => write.index("by_failure", month, &sk),
            Outcome::Success => write,
        })
    }

    /// Write of a new manifest for the seal of the hour of `at`. Earlier manifests of the hour stay.
    fn manifest_write(&self, at: Timestamp, entries: &[SealEntry]) -> Write {
        let sk = self.ids.uuid(at).simple().to_string();
        let manifest = Manifest { entries: Packed(pack_entries(entries)) };
        Write::put(Key::new(hour_partition(Hour::of(at)), sk), &manifest).expires_at(self.expires_at(at))
    }

    /// Stores a record unless it exists. Returns the entry of the stored record, which the caller must list in a manifest of the
    /// hour of `origin.at`.
    pub async fn create_record_if_missing(&self, origin: &Origin, record: &AuditRecord) -> Result<SealEntry> {
        let canonical = record.to_canonical().map_err(Error::internal)?;
        let existing = match self.table.commit(origin, self.record_write(record, &canonical)?).await {
            Ok(_) => return Ok(canonical.entry),
            Err(CommitError::ConditionFailed { existing, .. }) => existing,
            Err(CommitError::Other(error)) => return Err(error),
        };
        let existing = existing.ok_or_else(|| Error::unavailable("the existing record was not returned"))?;
        let leaf =
            leaf_hash(binary_attribute(&existing, "record").and_then(unpack_record).unwrap_or_default().as_bytes());
        let first_hour = parse_record(&existing).map(|stored| Hour::of(stored.record.created_at));
        if first_hour.is_some_and(|first| first != Hour::of(origin.at)) {
            self.note_additional_hour(origin, record.id).await?;
        }
        Ok(SealEntry { leaf, ..canonical.entry })
    }

    /// Notes that a redelivered record is also listed in the hour of `origin.at`, so that its proof searches this hour.
    async fn note_additional_hour(&self, origin: &Origin, id: AuditId) -> Result<()> {
        let key = Key::new(record_key(id).pk, format!("SEALED_IN#{}", Hour::of(origin.at)));
        let note = Write::put(key, &serde_json::json!({})).expires_at(self.expires_at(origin.at));
        self.table.commit(origin, note).await.map(drop).map_err(unexpected_refusal_error)
    }

    /// Stores a manifest of entries for the seal of the hour of `origin.at`.
    pub async fn create_manifest(&self, origin: &Origin, entries: Vec<SealEntry>) -> Result<()> {
        self.table
            .commit(origin, self.manifest_write(origin.at, &entries))
            .await
            .map(drop)
            .map_err(unexpected_refusal_error)
    }

    /// Stores a new record and its manifest in one transaction. A repeated idempotency key gets the first `answer` instead.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused`, 409 `busy`, 500 if the record exists.
    pub async fn create_record_with_manifest(
        &self,
        origin: &Origin,
        record: &AuditRecord,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let canonical = record.to_canonical().map_err(Error::internal)?;
        let writes = vec![self.record_write(record, &canonical)?, self.manifest_write(origin.at, &[canonical.entry])];
        let refused = |_, _| Error::internal("the new id of an audit record exists");
        self.table
            .commit_idempotent(origin, writes, idempotency_key, answer)
            .await
            .map_err(|refusal| refusal.map_condition(refused))
    }

    /// Reads one record.
    ///
    /// # Errors
    /// 404 if it does not exist or cannot be parsed.
    pub async fn get_record(&self, id: AuditId) -> Result<StoredRecord> {
        let item = self.table.get_consistent(&record_key(id)).await?;
        item.as_ref().and_then(parse_record).ok_or_else(|| Error::not_found(messages::audit_record()))
    }

    /// Reads one record and the hours in which it may be sealed, the most likely first.
    ///
    /// # Errors
    /// 404 if it does not exist or cannot be parsed.
    pub async fn get_record_with_hours(&self, id: AuditId) -> Result<(StoredRecord, Vec<Hour>)> {
        const NOTES_MAX: usize = 1000;
        let items = self.table.query_all(Query::partition(record_key(id).pk).consistent(), NOTES_MAX).await?;
        let record = items.iter().find(|item| string_attribute(item, "sk") == Some("LOG")).and_then(parse_record);
        let record = record.ok_or_else(|| Error::not_found(messages::audit_record()))?;
        let later =
            items.iter().filter_map(|item| string_attribute(item, "sk")?.strip_prefix("SEALED_IN#")?.parse().ok());
        let hours = std::iter::once(Hour::of(record.record.created_at)).chain(later).collect();
        Ok((record, hours))
    }

    /// Reads records by id. Missing and unreadable records are left out.
    pub async fn find_records(&self, ids: impl Iterator<Item = AuditId>) -> Result<HashMap<AuditId, StoredRecord>> {
        let keys: Vec<_> = ids.map(record_key).collect();
        let items = self.table.get_many(&keys).await?;
        // The id is taken from the key, because an edited record may contain a different id.
        let id = |item: &Item| string_attribute(item, "pk")?.strip_prefix("LOG#")?.parse().ok();
        Ok(items.iter().filter_map(|item| Some((id(item)?, parse_record(item)?))).collect())
    }

    /// Entries of all manifests of an hour, sorted, by a consistent read.
    pub async fn list_manifest_entries(&self, hour: Hour) -> Result<Vec<SealEntry>> {
        let mut entries = BTreeSet::new();
        let mut query = Query::partition(hour_partition(hour)).consistent();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                let listed = binary_attribute(&item, "entries").and_then(unpack_entries);
                entries
                    .extend(listed.ok_or_else(|| Error::internal(format!("a manifest of {hour} cannot be parsed")))?);
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(entries.into_iter().collect()),
            }
        }
    }

    /// Whether an hour has a manifest, so that its seal will have entries.
    pub async fn has_manifest(&self, hour: Hour) -> Result<bool> {
        let query = Query::partition(hour_partition(hour)).consistent().limit(1);
        Ok(!self.table.query(&query).await?.0.is_empty())
    }

    /// Copy of the newest seal in the table; `None` before the first.
    pub async fn find_latest_seal_copy(&self) -> Result<Option<SignedSeal>> {
        let query = Query::partition("SEALS").consistent().descending().limit(1);
        self.table.query(&query).await?.0.pop().map(from_item).transpose()
    }

    /// Copy of the seal of an hour in the table; `None` before the hour is done. The read is not consistent.
    pub async fn find_seal_copy(&self, hour: Hour) -> Result<Option<SignedSeal>> {
        self.table.get(&seal_key(hour)).await?.map(from_item).transpose()
    }

    /// Stores a copy of a seal in the table, which marks its hour as done. An existing copy stays unchanged.
    pub async fn create_seal_copy_if_missing(&self, origin: &Origin, signed: &SignedSeal) -> Result<()> {
        match self.table.commit(origin, Write::create(seal_key(signed.seal.hour), signed)).await {
            Ok(_) | Err(CommitError::ConditionFailed { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

fn unexpected_refusal_error(refusal: CommitError) -> Error {
    refusal.map_condition(|_, _| Error::internal("a write without a condition failed a condition check"))
}
