//! Offline verification that files contain exactly the sealed records.
//!
//! A line of a file is the canonical JSON of a record, so its leaf hash is the hash of the line. A redacted line
//! (`"redacted": true`) contains its leaf hash instead: only this hash, the id and the time are verified.
//!
//! The checks run in this order: each seal, the seal chain, then the records against the sealed entries. Of several findings about
//! records, the first by time is reported.

mod chain;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::AuditId;
use serde::Deserialize;

use super::{
    hash::Hash,
    hour::Hour,
    merkle::leaf_hash,
    record::SealEntry,
    seal::{PublicKey, SealDocument},
};

/// NDJSON file of archived or exported records.
#[derive(Debug, Clone)]
pub struct RecordFile {
    /// Name of the file for messages.
    pub name: String,
    /// Content of the file, not compressed.
    pub bytes: Vec<u8>,
}

/// Range of records that the files claim to contain.
#[derive(Debug, Clone, Default)]
pub struct VerificationScope {
    /// Start of the range, inclusive; the chain may start with its hour or before. Default: the first seal ever made.
    pub from: Option<Timestamp>,
    /// End of the range, exclusive; every hour up to it must be sealed. Default: the last of the given seals.
    pub until: Option<Timestamp>,
    /// Whether the files contain a selection, so that missing records are no findings.
    pub partial: bool,
}

/// Kind of tampering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tampering {
    /// A record differs from the sealed one.
    Edited,
    /// A sealed record is missing, and later ones are present.
    Deleted,
    /// A record that no seal contains, or a second copy of a sealed one.
    Inserted,
    /// The records of a file are not sorted by time and id.
    Reordered,
    /// Sealed records at the end are missing.
    Truncated,
    /// None of the keys verifies a seal, or its entries differ from the signed ones.
    SealForged,
    /// An hour of the chain is missing, repeated or out of order.
    ChainBroken,
    /// The chain starts too late or ends too early.
    ChainTruncated,
}

impl Tampering {
    /// Text for messages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Deleted => "deleted",
            Self::Inserted => "inserted",
            Self::Reordered => "reordered",
            Self::Truncated => "truncated",
            Self::SealForged => "seal forged",
            Self::ChainBroken => "chain broken",
            Self::ChainTruncated => "chain truncated",
        }
    }
}

/// Sign of tampering in the seals, in their chain, or in the files against the seals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub tampering: Tampering,
    /// Hour of the affected seal, or in which an inserted record claims to be written; `None` for a line that is not a record.
    pub hour: Option<Hour>,
    /// Id of the affected record; `None` for a seal, or a line that is not a record.
    pub id: Option<AuditId>,
    /// Sentence that describes the finding.
    pub detail: String,
}

/// Result of a verification without findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerificationReport {
    /// Number of seals.
    pub seals: usize,
    /// First and last hour of the chain; `None` without seals.
    pub hours: Option<(Hour, Hour)>,
    /// Number of records that match their seal by content.
    pub records: usize,
    /// Number of redacted records that match their seal by their stated hash only.
    pub redacted: usize,
    /// Number of records after the last seal, which cannot be verified yet.
    pub not_yet_sealed: usize,
}

/// Time and id of a record, by which records are sorted.
type RecordKey = (Timestamp, AuditId);

/// Checks the seals, then the files against them. The report counts the verified records.
///
/// # Errors
/// First [`Finding`] about the seals, or else the first by time about the records.
pub fn verify(
    files: &[RecordFile],
    seals: &[SealDocument],
    keys: &[PublicKey],
    scope: &VerificationScope,
) -> Result<VerificationReport, Finding> {
    let hours = chain::check_chain(seals, keys, scope)?;
    let sealed = SealedRecords::new(seals, scope)?;
    let mut verifier = Verifier::new(&sealed, scope, hours.map(|(_, last)| last));
    for file in files {
        verifier.check_file(file);
    }
    verifier.check_missing();
    match verifier.findings.into_iter().min_by_key(|(key, _)| *key) {
        Some((_, finding)) => Err(finding),
        None => Ok(VerificationReport { seals: seals.len(), hours, ..verifier.report }),
    }
}

/// Sealed entries by id, and the sorted entries that the files must contain.
struct SealedRecords {
    by_id: HashMap<AuditId, (Hour, SealEntry)>,
    expected: BTreeMap<RecordKey, Hour>,
}

impl SealedRecords {
    /// A redelivered record may be sealed in two hours, but must have the same content in both.
    fn new(seals: &[SealDocument], scope: &VerificationScope) -> Result<Self, Finding> {
        let mut this = Self { by_id: HashMap::new(), expected: BTreeMap::new() };
        let mut ordered: Vec<_> = seals.iter().collect();
        ordered.sort_by_key(|sealed| sealed.signed.seal.hour);
        for sealed in ordered {
            let hour = sealed.signed.seal.hour;
            for entry in &sealed.entries {
                let (first, known) = *this.by_id.entry(entry.id).or_insert((hour, *entry));
                if known != *entry {
                    let detail = format!(
                        "Record {} was edited in the table after hour {first} and before it was sealed again in hour {hour}.",
                        entry.id
                    );
                    return Err(Finding { tampering: Tampering::Edited, hour: Some(hour), id: Some(entry.id), detail });
                }
                let in_scope = scope.from.is_none_or(|from| entry.timestamp >= from)
                    && scope.until.is_none_or(|until| entry.timestamp < until);
                if in_scope {
                    this.expected.entry(entry.time_and_id()).or_insert(hour);
                }
            }
        }
        Ok(this)
    }
}

/// Fields of a line that identify its record.
#[derive(Deserialize)]
struct Header {
    id: AuditId,
    timestamp: Timestamp,
    created_at: Timestamp,
    #[serde(default)]
    redacted: bool,
    #[serde(default)]
    leaf_hash: Option<Hash>,
}

struct Line {
    number: usize,
    header: Option<Header>,
    leaf: Hash,
}

/// Line of a file. Its leaf hash is that of its bytes, or the stated one of a redacted line.
fn parse_line(number: usize, bytes: &[u8]) -> Line {
    let header: Option<Header> = serde_json::from_slice(bytes).ok();
    let stated = header.as_ref().filter(|header| header.redacted).and_then(|header| header.leaf_hash);
    Line { number, leaf: stated.unwrap_or_else(|| leaf_hash(bytes)), header }
}

struct Verifier<'a> {
    sealed: &'a SealedRecords,
    scope: &'a VerificationScope,
    last: Option<Hour>,
    present: BTreeSet<RecordKey>,
    findings: Vec<(RecordKey, Finding)>,
    /// Lines of no sealed record, to be matched with missing records: file, line, and the keys before and after.
    unmatched_lines: Vec<(String, Line, Option<RecordKey>, Option<RecordKey>)>,
    report: VerificationReport,
}

impl<'a> Verifier<'a> {
    fn new(sealed: &'a SealedRecords, scope: &'a VerificationScope, last: Option<Hour>) -> Self {
        Self {
            sealed,
            scope,
            last,
            present: BTreeSet::new(),
            findings: Vec::new(),
            unmatched_lines: Vec::new(),
            report: VerificationReport::default(),
        }
    }

    fn add_finding(&mut self, key: RecordKey, tampering: Tampering, hour: Option<Hour>, detail: String) {
        self.findings.push((key, Finding { tampering, hour, id: Some(key.1), detail }));
    }

    /// Checks each line of a file, then the order of its records.
    fn check_file(&mut self, file: &RecordFile) {
        let content = file.bytes.strip_suffix(b"\n").unwrap_or(&file.bytes);
        if content.is_empty() {
            return;
        }
        let lines: Vec<_> =
            content.split(|byte| *byte == b'\n').zip(1..).map(|(bytes, number)| parse_line(number, bytes)).collect();
        let keys: Vec<_> = lines.iter().map(|line| self.sealed_key(line)).collect();
        let mut seen: Vec<(usize, RecordKey)> = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            match keys.get(at).copied().flatten() {
                Some(key) => {
                    seen.push((line.number, key));
                    self.check_sealed_line(&file.name, &line, key);
                }
                None => {
                    let before = seen.last().map(|(_, key)| *key);
                    let after = keys.iter().skip(at).find_map(|key| *key);
                    self.unmatched_lines.push((file.name.clone(), line, before, after));
                }
            }
        }
        self.check_order(&file.name, &seen);
    }

    /// Time and id of the sealed record with the id of a line; `None` if no seal contains it.
    fn sealed_key(&self, line: &Line) -> Option<RecordKey> {
        let id = line.header.as_ref()?.id;
        self.sealed.by_id.get(&id).map(|(_, entry)| entry.time_and_id())
    }

    /// Compares a line with the sealed entry of its record.
    fn check_sealed_line(&mut self, file: &str, line: &Line, key: RecordKey) {
        let Some((hour, entry)) = self.sealed.by_id.get(&key.1) else { return };
        let header = line.header.as_ref();
        let redacted = header.is_some_and(|header| header.redacted);
        let same_time = header.is_some_and(|header| header.timestamp == entry.timestamp);
        if line.leaf == entry.leaf && same_time {
            let count = if redacted { &mut self.report.redacted } else { &mut self.report.records };
            *count += 1;
        } else {
            let detail = format!(
                "Record {} was edited: {file}, line {}, differs from the record sealed in hour {hour}.",
                key.1, line.number
            );
            self.add_finding(key, Tampering::Edited, Some(*hour), detail);
        }
        self.present.insert(key);
    }

    /// Checks that the records of a file are sorted by time and id, without duplicates.
    fn check_order(&mut self, file: &str, seen: &[(usize, RecordKey)]) {
        let mut sorted = seen.to_vec();
        sorted.sort_by_key(|(_, key)| *key);
        let hour = |id| self.sealed.by_id.get(&id).map(|(hour, _)| *hour);
        let duplicate = sorted.windows(2).find_map(|pair| match pair {
            [(_, a), (line, b)] if a == b => Some((*line, *b)),
            _ => None,
        });
        let moved = seen.iter().zip(&sorted).find(|((_, actual), (_, expected))| actual != expected);
        if let Some((line, key)) = duplicate {
            let detail = format!("Record {} was inserted a second time: {file}, line {line}.", key.1);
            self.add_finding(key, Tampering::Inserted, hour(key.1), detail);
        } else if let Some(((line, _), (actual, key))) = moved {
            let detail =
                format!("Record {} was reordered: it belongs at {file}, line {line}, but is at line {actual}.", key.1);
            self.add_finding(*key, Tampering::Reordered, hour(key.1), detail);
        }
    }

    /// Matches unmatched lines with missing records, then reports the records that are still missing.
    fn check_missing(&mut self) {
        let mut missing: BTreeMap<RecordKey, Hour> = if self.scope.partial {
            BTreeMap::new()
        } else {
            let expected = self.sealed.expected.iter();
            expected.filter(|(key, _)| !self.present.contains(key)).map(|(key, hour)| (*key, *hour)).collect()
        };
        // If an edit split a line in two, the second half is no finding of its own.
        let mut reported = None;
        for (file, line, before, after) in std::mem::take(&mut self.unmatched_lines) {
            let around = Some((file.clone(), before, after));
            if line.header.is_none() && reported == around {
                continue;
            }
            if self.is_younger_than_the_seals(&line) {
                self.report.not_yet_sealed += 1;
                continue;
            }
            let gap = missing
                .iter()
                .find(|(key, _)| before.is_none_or(|before| **key > before) && after.is_none_or(|after| **key < after));
            if let Some((&key, &hour)) = gap {
                missing.remove(&key);
                reported = around;
                let detail = format!("Record {} was edited: {file}, line {}, is in its place.", key.1, line.number);
                self.add_finding(key, Tampering::Edited, Some(hour), detail);
            } else {
                self.add_insertion_finding(&file, &line, before);
            }
        }
        let last_present = self.present.last().copied();
        for (key, hour) in missing {
            let tampering =
                if last_present.is_some_and(|last| last > key) { Tampering::Deleted } else { Tampering::Truncated };
            let detail = match tampering {
                Tampering::Deleted => format!("Record {} was deleted; it was sealed in hour {hour}.", key.1),
                _ => format!(
                    "The files were truncated: record {}, sealed in hour {hour}, and all later records are missing.",
                    key.1
                ),
            };
            self.add_finding(key, tampering, Some(hour), detail);
        }
    }

    /// Whether the record of a line was written after the last sealed hour.
    fn is_younger_than_the_seals(&self, line: &Line) -> bool {
        line.header.as_ref().is_some_and(|header| self.last.is_none_or(|last| Hour::of(header.created_at) > last))
    }

    /// Adds the finding that no seal contains the record of a line.
    fn add_insertion_finding(&mut self, file: &str, line: &Line, before: Option<RecordKey>) {
        let detail = |subject: &str| format!("{subject} was inserted: no seal contains {file}, line {}.", line.number);
        let (key, finding) = match &line.header {
            Some(header) => {
                let hour = Some(Hour::of(header.created_at));
                let detail = detail(&format!("Record {}", header.id));
                (
                    (header.timestamp, header.id),
                    Finding { tampering: Tampering::Inserted, hour, id: Some(header.id), detail },
                )
            }
            None => {
                let key = before.unwrap_or((Timestamp::MIN, AuditId::new(uuid::Uuid::nil())));
                (
                    key,
                    Finding {
                        tampering: Tampering::Inserted,
                        hour: None,
                        id: None,
                        detail: detail("A line that is not a record"),
                    },
                )
            }
        };
        self.findings.push((key, finding));
    }
}

#[cfg(test)]
mod tests;
