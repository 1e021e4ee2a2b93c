//! `audit-job-seal`: seals every hour that is over, in order, and archives its records.
//!
//! An hour is done when its seal's copy stands in the table, which is the last step. Every step before it is written
//! once under a fixed key, so a run that died in the middle, or a second run at the same time, ends with the same seals.
//! Empty hours are sealed too: a missing seal always shows.

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
        record::{Record, SealEntry},
        seal::SealDocument,
    },
    store::AuditStore,
};

lambda::job!("audit-job-seal", run, Job);

/// An hour is sealed when it has been over for so long: longer than any consumer may run.
const SEAL_DELAY: SignedDuration = SignedDuration::from_mins(10);
/// One run seals at most so many hours; the next one goes on.
const HOURS_MAX: usize = 48;
/// The first run of all looks so far back for the first record.
const FIRST_LOOK_BACK_HOURS: i64 = 168;
const RECORDS_AT_ONCE: usize = 500;
/// At most so many records are named as tampered with per hour; verification names the rest.
const REPORTED_TAMPERINGS_MAX: usize = 100;

/// The key of an hour's archive in the bucket: `records/2026/11/22/10.ndjson.gz`.
pub fn archive_path(hour: Hour) -> String {
    format!("records/{}.ndjson.gz", hour.path())
}

#[derive(Clone)]
struct Job {
    trail: AuditStore,
    seals: SealBucket,
    signer: SealSigner,
    archive: Bucket,
}

impl FromShell for Job {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            trail: AuditStore::from_shell(shell)?,
            seals: SealBucket::from_shell(shell)?,
            signer: SealSigner::from_shell(shell)?,
            archive: Bucket::new(shell, shell.env("ARCHIVE_BUCKET")?),
        })
    }
}

async fn run(job: Job, origin: Origin, _: Value) -> Result<Value> {
    job.seal_hours(&origin).await
}

impl Job {
    async fn seal_hours(&self, origin: &Origin) -> Result<Value> {
        let end = Hour::of(origin.at.saturating_sub(SEAL_DELAY).unwrap_or(origin.at));
        let (mut hour, mut previous) = match self.trail.get_latest_seal().await? {
            Some(last) => (last.seal.hour.next(), Some(last.seal.hash())),
            None => (self.first_hour(end).await?, None),
        };
        let (mut hours, mut records, mut tampered) = (0_usize, 0_usize, 0_usize);
        if hour < end {
            let who = self.signer.identity().await?;
            while hour < end && hours < HOURS_MAX {
                let sealed = self.seal(&who, hour, previous, origin).await?;
                let suspects = self.archive(&sealed).await?;
                tampered += suspects.len();
                self.report_tampering(origin, hour, &suspects).await?;
                self.trail.create_seal_copy(origin, &sealed.signed).await?;
                previous = Some(sealed.signed.seal.hash());
                records += sealed.entries.len();
                hours += 1;
                hour = hour.next();
            }
        }
        Ok(json!({"hours": hours, "records": records, "tampered": tampered, "next": hour, "caught_up": hour >= end}))
    }

    /// Where the chain begins: the first hour with records that lies not too far back, or the last one that is over.
    async fn first_hour(&self, end: Hour) -> Result<Hour> {
        for back in (1..=FIRST_LOOK_BACK_HOURS).rev() {
            let hour = end.minus_hours(back);
            if self.trail.has_entries(hour).await? {
                return Ok(hour);
            }
        }
        Ok(end.minus_hours(1))
    }

    async fn seal(
        &self,
        who: &SealKeyInfo,
        hour: Hour,
        previous: Option<Hash>,
        origin: &Origin,
    ) -> Result<SealDocument> {
        let entries = self.trail.list_manifest_entries(hour).await?;
        let sealed = self.signer.seal(who, hour, entries, previous, origin.at).await?;
        let standing = self.seals.create_seal(sealed).await?;
        if standing.signed.seal.previous != previous || standing.signed.seal.hour != hour {
            return Err(Error::internal(format!("the seal of {hour} in the bucket does not follow the chain")));
        }
        Ok(standing)
    }

    /// Writes the records of a sealed hour to the archive, as they stand; answers those that are not what was sealed.
    async fn archive(&self, sealed: &SealDocument) -> Result<Vec<SealEntry>> {
        let hour = sealed.signed.seal.hour;
        let mut upload = self.archive.upload(archive_path(hour), "application/gzip");
        // No time and no name inside, so that the same records give the same bytes.
        let mut gzip: GzEncoder<Vec<u8>> = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
        let mut suspects = Vec::new();
        for chunk in sealed.entries.chunks(RECORDS_AT_ONCE) {
            let mut found = self.trail.get_many(chunk.iter().map(|entry| entry.id)).await?;
            for entry in chunk {
                let written = found.remove(&entry.id).map(|found| found.written);
                if written.as_ref().is_none_or(|written| written.entry != *entry) {
                    suspects.push(*entry);
                }
                if let Some(written) = written {
                    writeln!(gzip, "{}", written.text).map_err(Error::internal)?;
                }
            }
            upload.write(&std::mem::take(gzip.get_mut())).await?;
        }
        upload.write(&gzip.finish().map_err(Error::internal)?).await?;
        upload.finish().await?;
        Ok(suspects)
    }

    /// A record that was changed before it was sealed is a critical event; the same one however often the job runs.
    async fn report_tampering(&self, origin: &Origin, hour: Hour, suspects: &[SealEntry]) -> Result<()> {
        for suspect in suspects.iter().take(REPORTED_TAMPERINGS_MAX) {
            let record = tampering_record(origin, hour, suspect);
            tracing::error!(status = "failed", "audit record {} is not what was sealed in {hour}", suspect.id);
            let entry = self.trail.record(origin, &record).await?;
            self.trail.create_manifest(origin, vec![entry]).await?;
        }
        Ok(())
    }
}

fn tampering_record(origin: &Origin, hour: Hour, suspect: &SealEntry) -> Record {
    let digest = Hash::of(&[b"tampered", hour.to_string().as_bytes(), suspect.id.to_string().as_bytes()]);
    let bytes = digest.as_bytes().first_chunk().copied().unwrap_or_default();
    Record {
        user_id: kernel::Actor::Unknown.to_string(),
        action: "record_tampered".to_owned(),
        entity_type: "AuditLog".to_owned(),
        entity_id: Some(suspect.id.to_string()),
        description: format!("An audit record was edited or deleted before hour {hour} was sealed"),
        details: Some(json!({"hour": hour, "sealed_leaf": suspect.leaf, "timestamp": suspect.timestamp})),
        error_message: Some("record_tampered".to_owned()),
        ..Record::of_own(AuditId::new(uuid::Uuid::from_bytes(bytes)), origin, LogType::CriticalEvent, Outcome::Failure)
    }
}
