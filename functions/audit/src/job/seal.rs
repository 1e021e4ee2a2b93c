//! `audit-job-seal`: seals each past hour in order and archives its records.
//!
//! The last step for an hour stores a copy of its seal in the table. The earlier steps write once under fixed keys, so that a run
//! after a crash, or a concurrent run, produces the same seals. Empty hours are sealed too, so that a missing seal is noticed.

use std::io::Write as _;

use events::{LogType, Outcome};
use flate2::{Compression, GzBuilder, write::GzEncoder};
use jiff::SignedDuration;
use kernel::{AuditId, Error, Origin, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::{Value, json};

use crate::{
    app::{
        bucket::Bucket,
        seals::{SealBucket, SealKeyInfo, SealSigner},
    },
    domain::{
        hash::Hash,
        hour::Hour,
        record::{AuditRecord, SealEntry},
        seal::SealDocument,
    },
    store::AuditStore,
};

lambda::job!("audit-job-seal", run, SealJob);

/// Delay from the end of an hour to its seal, longer than any consumer may run.
const SEAL_DELAY: SignedDuration = SignedDuration::from_mins(10);
/// Most hours that one run seals; the next run continues.
const HOURS_MAX: usize = 48;
/// Hours before the first run in which the first record is searched.
const FIRST_RUN_LOOKBACK_HOURS: i64 = 168;
const RECORDS_PER_BATCH: usize = 500;
/// Most tampered records that are reported per hour; the verification names the rest.
const REPORTED_TAMPERINGS_MAX: usize = 100;

/// Key of an hour's archive in the bucket: `records/2026/11/22/10.ndjson.gz`.
pub fn archive_path(hour: Hour) -> String {
    format!("records/{}.ndjson.gz", hour.path())
}

#[derive(Clone)]
struct SealJob {
    store: AuditStore,
    seals: SealBucket,
    signer: SealSigner,
    archive: Bucket,
}

impl FromShell for SealJob {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            store: AuditStore::from_shell(shell)?,
            seals: SealBucket::from_shell(shell)?,
            signer: SealSigner::from_shell(shell)?,
            archive: Bucket::new(shell, shell.env("ARCHIVE_BUCKET")?),
        })
    }
}

async fn run(job: SealJob, origin: Origin, _: Value) -> Result<Value> {
    job.seal_due_hours(&origin).await
}

impl SealJob {
    /// Seals and archives the due hours, oldest first. Returns the result of the job.
    async fn seal_due_hours(&self, origin: &Origin) -> Result<Value> {
        let end = Hour::of(origin.at.saturating_sub(SEAL_DELAY).unwrap_or(origin.at));
        let (mut hour, mut previous) = match self.store.find_latest_seal_copy().await? {
            Some(last) => (last.seal.hour.next(), Some(last.seal.hash())),
            None => (self.find_first_hour_to_seal(end).await?, None),
        };
        let (mut hours, mut records, mut tampered) = (0_usize, 0_usize, 0_usize);
        if hour < end {
            let key = self.signer.key_info().await?;
            while hour < end && hours < HOURS_MAX {
                let sealed = self.seal_hour(&key, hour, previous, origin).await?;
                let differing = self.archive_hour(&sealed).await?;
                tampered += differing.len();
                self.report_tampering(origin, hour, &differing).await?;
                self.store.create_seal_copy_if_missing(origin, &sealed.signed).await?;
                previous = Some(sealed.signed.seal.hash());
                records += sealed.entries.len();
                hours += 1;
                hour = hour.next();
            }
        }
        Ok(json!({"hours": hours, "records": records, "tampered": tampered, "next": hour, "caught_up": hour >= end}))
    }

    /// First hour to seal while no seal exists: the earliest one with records in the last week, or else the last hour
    /// before `end`.
    async fn find_first_hour_to_seal(&self, end: Hour) -> Result<Hour> {
        for back in (1..=FIRST_RUN_LOOKBACK_HOURS).rev() {
            let hour = end.minus_hours(back);
            if self.store.has_manifest(hour).await? {
                return Ok(hour);
            }
        }
        Ok(end.minus_hours(1))
    }

    /// Seals an hour unless it has a seal. Returns the stored seal, which must follow the previous one.
    async fn seal_hour(
        &self,
        key: &SealKeyInfo,
        hour: Hour,
        previous: Option<Hash>,
        origin: &Origin,
    ) -> Result<SealDocument> {
        let entries = self.store.list_manifest_entries(hour).await?;
        let sealed = self.signer.sign_seal(key, hour, entries, previous, origin.at).await?;
        let stored = self.seals.create_seal_if_missing(sealed).await?;
        if stored.signed.seal.previous != previous || stored.signed.seal.hour != hour {
            return Err(Error::internal(format!("the seal of {hour} in the bucket does not follow the previous seal")));
        }
        Ok(stored)
    }

    /// Writes the stored records of a sealed hour to the archive unless it exists. Returns the entries whose record differs or is
    /// missing in the table.
    async fn archive_hour(&self, sealed: &SealDocument) -> Result<Vec<SealEntry>> {
        let hour = sealed.signed.seal.hour;
        let mut upload = self.archive.start_upload(archive_path(hour), "application/gzip");
        // The header contains no time and no name, so that the same records give the same bytes.
        let mut gzip: GzEncoder<Vec<u8>> = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
        let mut differing = Vec::new();
        for chunk in sealed.entries.chunks(RECORDS_PER_BATCH) {
            let mut stored = self.store.find_records(chunk.iter().map(|entry| entry.id)).await?;
            for entry in chunk {
                let canonical = stored.remove(&entry.id).map(|stored| stored.canonical);
                if canonical.as_ref().is_none_or(|canonical| canonical.entry != *entry) {
                    differing.push(*entry);
                }
                if let Some(canonical) = canonical {
                    writeln!(gzip, "{}", canonical.text).map_err(Error::internal)?;
                }
            }
            upload.write(&std::mem::take(gzip.get_mut())).await?;
        }
        upload.write(&gzip.finish().map_err(Error::internal)?).await?;
        upload.finish().await?;
        Ok(differing)
    }

    /// Records a critical event for each record that was changed or deleted before it was sealed, up to
    /// [`REPORTED_TAMPERINGS_MAX`]. A repeated run writes the same records.
    async fn report_tampering(&self, origin: &Origin, hour: Hour, differing: &[SealEntry]) -> Result<()> {
        for sealed in differing.iter().take(REPORTED_TAMPERINGS_MAX) {
            let record = tampering_record(origin, hour, sealed);
            tracing::error!(status = "failed", "audit record {} differs from the one sealed in {hour}", sealed.id);
            let entry = self.store.create_record_if_missing(origin, &record).await?;
            self.store.create_manifest(origin, vec![entry]).await?;
        }
        Ok(())
    }
}

fn tampering_record(origin: &Origin, hour: Hour, sealed: &SealEntry) -> AuditRecord {
    let digest = Hash::of(&[b"tampered", hour.to_string().as_bytes(), sealed.id.to_string().as_bytes()]);
    let bytes = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    AuditRecord {
        user_id: kernel::Actor::Unknown.to_string(),
        action: "record_tampered".to_owned(),
        entity_type: "AuditLog".to_owned(),
        entity_id: Some(sealed.id.to_string()),
        description: format!("An audit record was edited or deleted before hour {hour} was sealed"),
        details: Some(json!({"hour": hour, "sealed_leaf": sealed.leaf, "timestamp": sealed.timestamp})),
        error_message: Some("record_tampered".to_owned()),
        ..AuditRecord::blank(
            AuditId::new(uuid::Uuid::from_bytes(bytes)),
            origin,
            LogType::CriticalEvent,
            Outcome::Failure,
        )
    }
}
