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
use kernel::{AuditId, Error, Mint, Origin, Result, sortable};
use lambda::{FromShell, InitError, Shell};
use serde::{Serialize, Serializer};
use store::{Item, Key, Once, Outcome, Query, Refusal, Table, Write, from_item, text};

use crate::domain::{
    hour::Hour,
    merkle::leaf_hash,
    packing::{pack, pack_entries, unpack, unpack_entries},
    query::Month,
    record::{Entry, Record, Written},
    seal::Signed,
};

/// A record is kept in the table for so many days unless told.
const RETENTION_DAYS_DEFAULT: i64 = 365;
/// An index key longer than this is not indexed; DynamoDB would refuse the item.
const INDEX_BYTES_MAX: usize = 900;

#[derive(Clone)]
pub struct Trail {
    table: Table,
    mint: Arc<dyn Mint>,
    retention: SignedDuration,
}

#[derive(Debug, Clone)]
pub struct Found {
    pub record: Record,
    pub written: Written,
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
    format!("{}#{id}", sortable(timestamp))
}

/// What stands in an item that is a record; `None` where a hand has made it unreadable.
fn found(item: &Item) -> Option<Found> {
    let text = packed(item, "record").and_then(unpack)?;
    let record: Record = serde_json::from_str(&text)
        .inspect_err(|error| tracing::error!(status = "failed", "a stored audit record does not read: {error}"))
        .ok()?;
    let entry = Entry { timestamp: record.timestamp, id: record.id, leaf: leaf_hash(text.as_bytes()) };
    Some(Found { written: Written { text, entry }, record })
}

impl FromShell for Trail {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let days = shell.env_or("RETENTION_DAYS", &RETENTION_DAYS_DEFAULT.to_string());
        let days: u32 = days.parse().map_err(|_| InitError("RETENTION_DAYS is not a number of days".to_owned()))?;
        Ok(Self {
            table: shell.table("AUDIT_TABLE")?,
            mint: Arc::clone(&shell.mint),
            retention: SignedDuration::from_hours(24 * i64::from(days)),
        })
    }
}

impl Trail {
    pub const fn retention(&self) -> SignedDuration {
        self.retention
    }

    fn expiry(&self, from: Timestamp) -> Timestamp {
        from.saturating_add(self.retention).unwrap_or(Timestamp::MAX)
    }

    fn creation(&self, record: &Record, written: &Written) -> Result<Write> {
        let sk = sort_key(record.timestamp, record.id);
        let month = Month::of(record.timestamp);
        let stored = Stored { record: Packed(pack(&written.text).map_err(Error::internal)?) };
        let mut write = Write::create(log_key(record.id), &stored)
            .index("by_type", format!("{}#{month}", record.log_type), &sk)
            .expires(self.expiry(record.created_at));
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

    fn manifest(&self, at: Timestamp, entries: &[Entry]) -> Write {
        let sk = self.mint.uuid(at).simple().to_string();
        let manifest = Manifest { entries: Packed(pack_entries(entries)) };
        Write::put(Key::new(hour_partition(Hour::of(at)), sk), &manifest).expires(self.expiry(at))
    }

    /// Writes a record that is to be listed in a manifest next. One that is there already stays as it is; its entry is
    /// that of what stands.
    pub async fn record(&self, origin: &Origin, record: &Record) -> Result<Entry> {
        let written = record.write().map_err(Error::internal)?;
        let standing = match self.table.commit(origin, self.creation(record, &written)?).await {
            Ok(_) => return Ok(written.entry),
            Err(Refusal::Condition { standing, .. }) => standing,
            Err(Refusal::Failed(error)) => return Err(error),
        };
        let standing = standing.ok_or_else(|| Error::unavailable("the standing record was not returned"))?;
        let leaf = leaf_hash(packed(&standing, "record").and_then(unpack).unwrap_or_default().as_bytes());
        let first = found(&standing).map(|found| Hour::of(found.record.created_at));
        if first.is_some_and(|first| first != Hour::of(origin.at)) {
            self.sealed_later(origin, record.id).await?;
        }
        Ok(Entry { leaf, ..written.entry })
    }

    /// Notes that a record is also (or only) sealed in this hour, because it was delivered again.
    async fn sealed_later(&self, origin: &Origin, id: AuditId) -> Result<()> {
        let key = Key::new(log_key(id).pk, format!("SEALED_IN#{}", Hour::of(origin.at)));
        let note = Write::put(key, &serde_json::json!({})).expires(self.expiry(origin.at));
        self.table.commit(origin, note).await.map(drop).map_err(unconditional)
    }

    /// Lists entries for the seal of the hour of `origin.at`.
    pub async fn list_for_sealing(&self, origin: &Origin, entries: Vec<Entry>) -> Result<()> {
        self.table.commit(origin, self.manifest(origin.at, &entries)).await.map(drop).map_err(unconditional)
    }

    /// Writes one record and its manifest in one transaction.
    ///
    /// # Errors
    /// 409 when a record of this id stands; as for idempotency keys; 503.
    pub async fn record_now(
        &self,
        origin: &Origin,
        record: &Record,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let written = record.write().map_err(Error::internal)?;
        let writes = vec![self.creation(record, &written)?, self.manifest(origin.at, &[written.entry])];
        let refused = |_, _| Error::conflict("exists", "A record of this id exists.");
        self.table.commit_once(origin, writes, once, answer).await.map_err(|refusal| refusal.or(refused))
    }

    /// One record.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn get(&self, id: AuditId) -> Result<Found> {
        let item = self.table.get_fresh(&log_key(id)).await?;
        item.as_ref().and_then(found).ok_or_else(|| Error::not_found("audit record"))
    }

    /// One record and the hours in which it may be sealed, the most likely first.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn get_with_hours(&self, id: AuditId) -> Result<(Found, Vec<Hour>)> {
        const NOTES_MAX: usize = 1000;
        let items = self.table.query_all(Query::partition(log_key(id).pk).consistent(), NOTES_MAX).await?;
        let record = items.iter().find(|item| text(item, "sk") == Some("LOG")).and_then(found);
        let record = record.ok_or_else(|| Error::not_found("audit record"))?;
        let later = items.iter().filter_map(|item| text(item, "sk")?.strip_prefix("SEALED_IN#")?.parse().ok());
        let hours = std::iter::once(Hour::of(record.record.created_at)).chain(later).collect();
        Ok((record, hours))
    }

    /// Many records by id; those that are not there are left out.
    pub async fn get_many(&self, ids: impl Iterator<Item = AuditId>) -> Result<HashMap<AuditId, Found>> {
        let keys: Vec<_> = ids.map(log_key).collect();
        let items = self.table.get_many(&keys).await?;
        // By the key that was asked for: an edited record may call itself something else.
        let id = |item: &Item| text(item, "pk")?.strip_prefix("LOG#")?.parse().ok();
        Ok(items.iter().filter_map(|item| Some((id(item)?, found(item)?))).collect())
    }

    /// Every entry listed for an hour, in order; seen by every manifest that was written before.
    pub async fn entries_of(&self, hour: Hour) -> Result<Vec<Entry>> {
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

    pub async fn is_busy(&self, hour: Hour) -> Result<bool> {
        let query = Query::partition(hour_partition(hour)).consistent().limit(1);
        Ok(!self.table.query(&query).await?.0.is_empty())
    }

    pub async fn last_seal(&self) -> Result<Option<Signed>> {
        let query = Query::partition("SEALS").consistent().descending().limit(1);
        self.table.query(&query).await?.0.pop().map(from_item).transpose()
    }

    pub async fn seal_of(&self, hour: Hour) -> Result<Option<Signed>> {
        self.table.get(&seal_key(hour)).await?.map(from_item).transpose()
    }

    /// Keeps a copy of a seal: from now on its hour is done. A copy that is there stays.
    pub async fn keep_seal(&self, origin: &Origin, signed: &Signed) -> Result<()> {
        match self.table.commit(origin, Write::create(seal_key(signed.seal.hour), signed)).await {
            Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }
}

fn unconditional(refusal: Refusal) -> Error {
    refusal.or(|_, _| Error::internal("a write without a condition was refused by one"))
}
