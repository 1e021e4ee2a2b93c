//! The audit table: records, the manifests of hours, and the copies of seals. Nothing is ever changed or deleted.
//!
//! A record is stored as its canonical JSON in one attribute, packed, so that what is hashed is what is stored, byte for byte,
//! whatever numbers or depths a value has.

mod search;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use events::Outcome as Status;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Code, Error, IdGenerator, Origin, Result, to_sortable_text};
use lambda::{FromShell, InitError, Shell};
use serde::{Serialize, Serializer};
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Query, Table, Write, from_item, string_attribute};

use crate::domain::{
    hour::Hour,
    merkle::leaf_hash,
    packing::{pack, pack_entries, unpack, unpack_entries},
    query::Month,
    record::{CanonicalRecord, Record, SealEntry},
    seal::SignedSeal,
};

/// A record is kept in the table for so many days unless told.
const RETENTION_DAYS_DEFAULT: i64 = 365;
/// An index key longer than this is not indexed; DynamoDB would refuse the item.
const INDEX_BYTES_MAX: usize = 900;

#[derive(Clone)]
pub struct AuditStore {
    table: Table,
    mint: Arc<dyn IdGenerator>,
    retention: SignedDuration,
}

#[derive(Debug, Clone)]
pub struct StoredRecord {
    pub record: Record,
    pub written: CanonicalRecord,
}

#[derive(Serialize)]
struct Stored {
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

fn packed<'a>(item: &'a Item, name: &str) -> Option<&'a [u8]> {
    item.get(name)?.as_b().ok().map(AsRef::as_ref)
}

fn log_key(id: AuditId) -> Key {
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

/// What stands in an item that is a record; `None` where a hand has made it unreadable.
fn parse_record(item: &Item) -> Option<StoredRecord> {
    let text = packed(item, "record").and_then(unpack)?;
    let record: Record = serde_json::from_str(&text)
        .inspect_err(|error| tracing::error!(status = "failed", "a stored audit record does not read: {error}"))
        .ok()?;
    let entry = SealEntry { timestamp: record.timestamp, id: record.id, leaf: leaf_hash(text.as_bytes()) };
    Some(StoredRecord { written: CanonicalRecord { text, entry }, record })
}

impl FromShell for AuditStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let days = shell.env_or("RETENTION_DAYS", &RETENTION_DAYS_DEFAULT.to_string());
        let days: u32 = days.parse().map_err(|_| InitError("RETENTION_DAYS is not a number of days".to_owned()))?;
        Ok(Self {
            table: shell.table("AUDIT_TABLE")?,
            mint: Arc::clone(&shell.ids),
            retention: SignedDuration::from_hours(24 * i64::from(days)),
        })
    }
}

impl AuditStore {
    pub const fn retention(&self) -> SignedDuration {
        self.retention
    }

    fn expiry(&self, from: Timestamp) -> Timestamp {
        from.saturating_add(self.retention).unwrap_or(Timestamp::MAX)
    }

    fn record_write(&self, record: &Record, written: &CanonicalRecord) -> Result<Write> {
        let sk = sort_key(record.timestamp, record.id);
        let month = Month::of(record.timestamp);
        let stored = Stored { record: Packed(pack(&written.text).map_err(Error::internal)?) };
        let mut write = Write::create(log_key(record.id), &stored)
            .index("by_type", format!("{}#{month}", record.log_type), &sk)
            .expires_at(self.expiry(record.created_at));
        let fits = |text: &str| !text.is_empty() && text.len() <= INDEX_BYTES_MAX;
        if fits(&record.user_id) {
            write = write.index("by_user", &record.user_id, &sk);
        }
        if let Some(entity) = record.entity_id.as_ref().filter(|entity| fits(entity)) {
            write = write.index("by_entity", entity, &sk);
        }
        Ok(match record.status {
            Status::Failure => write.index("by_failure", month, &sk),
            Status::Success => write,
        })
    }

    fn manifest_write(&self, at: Timestamp, entries: &[SealEntry]) -> Write {
        let sk = self.mint.uuid(at).simple().to_string();
        let manifest = Manifest { entries: Packed(pack_entries(entries)) };
        Write::put(Key::new(hour_partition(Hour::of(at)), sk), &manifest).expires_at(self.expiry(at))
    }

    /// Writes a record that is to be listed in a manifest next. One that is there already stays as it is; its entry is
    /// that of what stands.
    pub async fn record(&self, origin: &Origin, record: &Record) -> Result<SealEntry> {
        let written = record.to_canonical().map_err(Error::internal)?;
        let standing = match self.table.commit(origin, self.record_write(record, &written)?).await {
            Ok(_) => return Ok(written.entry),
            Err(CommitError::Condition { standing, .. }) => standing,
            Err(CommitError::Other(error)) => return Err(error),
        };
        let standing = standing.ok_or_else(|| Error::unavailable("the standing record was not returned"))?;
        let leaf = leaf_hash(packed(&standing, "record").and_then(unpack).unwrap_or_default().as_bytes());
        let first = parse_record(&standing).map(|found| Hour::of(found.record.created_at));
        if first.is_some_and(|first| first != Hour::of(origin.at)) {
            self.note_additional_hour(origin, record.id).await?;
        }
        Ok(SealEntry { leaf, ..written.entry })
    }

    /// Notes that a record is also (or only) sealed in this hour, because it was delivered again.
    async fn note_additional_hour(&self, origin: &Origin, id: AuditId) -> Result<()> {
        let key = Key::new(log_key(id).pk, format!("SEALED_IN#{}", Hour::of(origin.at)));
        let note = Write::put(key, &serde_json::json!({})).expires_at(self.expiry(origin.at));
        self.table.commit(origin, note).await.map(drop).map_err(unexpected_refusal_error)
    }

    /// Lists entries for the seal of the hour of `origin.at`.
    pub async fn create_manifest(&self, origin: &Origin, entries: Vec<SealEntry>) -> Result<()> {
        self.table
            .commit(origin, self.manifest_write(origin.at, &entries))
            .await
            .map(drop)
            .map_err(unexpected_refusal_error)
    }

    /// Writes one record and its manifest in one transaction.
    ///
    /// # Errors
    /// 409 when a record of this id stands; as for idempotency keys; 503.
    pub async fn create_record_with_manifest(
        &self,
        origin: &Origin,
        record: &Record,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let written = record.to_canonical().map_err(Error::internal)?;
        let writes = vec![self.record_write(record, &written)?, self.manifest_write(origin.at, &[written.entry])];
        let refused = |_, _| Error::new(Code::Exists, "A record of this id exists.");
        self.table
            .commit_idempotent(origin, writes, once, answer)
            .await
            .map_err(|refusal| refusal.map_condition(refused))
    }

    /// One record.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn get(&self, id: AuditId) -> Result<StoredRecord> {
        let item = self.table.get_consistent(&log_key(id)).await?;
        item.as_ref().and_then(parse_record).ok_or_else(|| Error::not_found("audit record"))
    }

    /// One record and the hours in which it may be sealed, the most likely first.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn get_with_hours(&self, id: AuditId) -> Result<(StoredRecord, Vec<Hour>)> {
        const NOTES_MAX: usize = 1000;
        let items = self.table.query_all(Query::partition(log_key(id).pk).consistent(), NOTES_MAX).await?;
        let record = items.iter().find(|item| string_attribute(item, "sk") == Some("LOG")).and_then(parse_record);
        let record = record.ok_or_else(|| Error::not_found("audit record"))?;
        let later =
            items.iter().filter_map(|item| string_attribute(item, "sk")?.strip_prefix("SEALED_IN#")?.parse().ok());
        let hours = std::iter::once(Hour::of(record.record.created_at)).chain(later).collect();
        Ok((record, hours))
    }

    /// Many records by id; those that are not there are left out.
    pub async fn get_many(&self, ids: impl Iterator<Item = AuditId>) -> Result<HashMap<AuditId, StoredRecord>> {
        let keys: Vec<_> = ids.map(log_key).collect();
        let items = self.table.get_many(&keys).await?;
        // By the key that was asked for: an edited record may call itself something else.
        let id = |item: &Item| string_attribute(item, "pk")?.strip_prefix("LOG#")?.parse().ok();
        Ok(items.iter().filter_map(|item| Some((id(item)?, parse_record(item)?))).collect())
    }

    /// Every entry listed for an hour, in order; seen by every manifest that was written before.
    pub async fn list_manifest_entries(&self, hour: Hour) -> Result<Vec<SealEntry>> {
        let mut entries = BTreeSet::new();
        let mut query = Query::partition(hour_partition(hour)).consistent();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                let listed = packed(&item, "entries").and_then(unpack_entries);
                entries.extend(listed.ok_or_else(|| Error::internal(format!("a manifest of {hour} does not read")))?);
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(entries.into_iter().collect()),
            }
        }
    }

    pub async fn has_entries(&self, hour: Hour) -> Result<bool> {
        let query = Query::partition(hour_partition(hour)).consistent().limit(1);
        Ok(!self.table.query(&query).await?.0.is_empty())
    }

    pub async fn get_latest_seal(&self) -> Result<Option<SignedSeal>> {
        let query = Query::partition("SEALS").consistent().descending().limit(1);
        self.table.query(&query).await?.0.pop().map(from_item).transpose()
    }

    pub async fn get_seal(&self, hour: Hour) -> Result<Option<SignedSeal>> {
        self.table.get(&seal_key(hour)).await?.map(from_item).transpose()
    }

    /// Keeps a copy of a seal: from now on its hour is done. A copy that is there stays.
    pub async fn create_seal_copy(&self, origin: &Origin, signed: &SignedSeal) -> Result<()> {
        match self.table.commit(origin, Write::create(seal_key(signed.seal.hour), signed)).await {
            Ok(_) | Err(CommitError::Condition { .. }) => Ok(()),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

fn unexpected_refusal_error(refusal: CommitError) -> Error {
    refusal.map_condition(|_, _| Error::internal("a write without a condition was refused by one"))
}
