//! Offline verification: do these files hold exactly the records that were sealed?
//!
//! A line of a file is a record in its canonical spelling, byte for byte, so its leaf hash is the hash of the line. A
//! redacted line (`"redacted": true`) cannot be hashed; it states its leaf hash, and all that can be checked of it is
//! that a record of this id and time was sealed with that hash.
//!
//! The order of checks: the seals by themselves, their chain, then the records against the sealed entries. Of several
//! things wrong with records, the first by time is named.

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

/// A file of records: NDJSON, as archived or exported.
#[derive(Debug, Clone)]
pub struct File {
    /// For messages.
    pub name: String,
    /// The content, not compressed.
    pub bytes: Vec<u8>,
}

/// What the files claim to hold.
#[derive(Debug, Clone, Default)]
pub struct VerificationScope {
    /// Records from this instant on; the chain may begin as late as its hour. Unset: from the very first seal.
    pub from: Option<Timestamp>,
    /// Records before this instant; every hour up to it must be sealed. Unset: as far as the seals go.
    pub until: Option<Timestamp>,
    /// The files hold a selection: what is missing is not asked for.
    pub partial: bool,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tampering {
    /// A record is not the one that was sealed.
    Edited,
    /// A sealed record is missing, with later ones present.
    Deleted,
    /// A record, or a second copy of one, was never sealed.
    Inserted,
    /// Records stand in another order than that of time.
    Reordered,
    /// Sealed records at the end are missing.
    Truncated,
    /// A seal is not what was signed.
    SealForged,
    /// An hour of the chain is missing, doubled or out of place.
    ChainBroken,
    /// The chain ends too early, or begins too late.
    ChainTruncated,
}

impl Tampering {
    /// The verb of the sentence.
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

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was done.
    pub what: Tampering,
    /// The hour of the seal concerned.
    pub hour: Option<Hour>,
    /// The record.
    pub id: Option<AuditId>,
    /// A plain sentence.
    pub detail: String,
}

/// What was checked, when nothing is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VerificationReport {
    /// How many hours.
    pub seals: usize,
    /// First and last hour of the chain.
    pub hours: Option<(Hour, Hour)>,
    /// How many records match their seal by content.
    pub records: usize,
    /// How many redacted records match their seal by the stated hash only.
    pub redacted: usize,
    /// How many records are younger than the last seal and therefore unproven.
    pub not_yet_sealed: usize,
}

type RecordKey = (Timestamp, AuditId);

/// Checks files against seals.
///
/// # Errors
/// The first [`Finding`].
pub fn verify(
    files: &[File],
    seals: &[SealDocument],
    keys: &[PublicKey],
    bounds: &VerificationScope,
) -> Result<VerificationReport, Finding> {
    let hours = chain::check(seals, keys, bounds)?;
    let sealed = SealedRecords::of(seals, bounds)?;
    let mut check = Verifier::new(&sealed, bounds, hours.map(|(_, last)| last));
    for file in files {
        check.file(file);
    }
    check.check_missing();
    match check.findings.into_iter().min_by_key(|(place, _)| *place) {
        Some((_, finding)) => Err(finding),
        None => Ok(VerificationReport { seals: seals.len(), hours, ..check.report }),
    }
}

/// The sealed entries by id, and in order those that the files must hold.
struct SealedRecords {
    by_id: HashMap<AuditId, (Hour, SealEntry)>,
    expected: BTreeMap<RecordKey, Hour>,
}

impl SealedRecords {
    /// A record that was delivered twice may be sealed in two hours, but never with two contents.
    fn of(seals: &[SealDocument], bounds: &VerificationScope) -> Result<Self, Finding> {
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
                    return Err(Finding { what: Tampering::Edited, hour: Some(hour), id: Some(entry.id), detail });
                }
                let inside = bounds.from.is_none_or(|from| entry.timestamp >= from)
                    && bounds.until.is_none_or(|until| entry.timestamp < until);
                if inside {
                    this.expected.entry(entry.key()).or_insert(hour);
                }
            }
        }
        Ok(this)
    }
}

/// What is read of a line before anything is believed.
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

fn read(number: usize, bytes: &[u8]) -> Line {
    let header: Option<Header> = serde_json::from_slice(bytes).ok();
    let stated = header.as_ref().filter(|header| header.redacted).and_then(|header| header.leaf_hash);
    Line { number, leaf: stated.unwrap_or_else(|| leaf_hash(bytes)), header }
}

struct Verifier<'a> {
    sealed: &'a SealedRecords,
    bounds: &'a VerificationScope,
    last: Option<Hour>,
    present: BTreeSet<RecordKey>,
    findings: Vec<(RecordKey, Finding)>,
    /// Lines that belong to no sealed record, to be matched with missing ones: file, line, the places around.
    unmatched_lines: Vec<(String, Line, Option<RecordKey>, Option<RecordKey>)>,
    report: VerificationReport,
}

impl<'a> Verifier<'a> {
    fn new(sealed: &'a SealedRecords, bounds: &'a VerificationScope, last: Option<Hour>) -> Self {
        Self {
            sealed,
            bounds,
            last,
            present: BTreeSet::new(),
            findings: Vec::new(),
            unmatched_lines: Vec::new(),
            report: VerificationReport::default(),
        }
    }

    fn add_finding(&mut self, place: RecordKey, what: Tampering, hour: Option<Hour>, detail: String) {
        self.findings.push((place, Finding { what, hour, id: Some(place.1), detail }));
    }

    /// Reads one file: each line by itself, then their order.
    fn file(&mut self, file: &File) {
        let content = file.bytes.strip_suffix(b"\n").unwrap_or(&file.bytes);
        if content.is_empty() {
            return;
        }
        let lines: Vec<_> =
            content.split(|byte| *byte == b'\n').zip(1..).map(|(bytes, number)| read(number, bytes)).collect();
        let places: Vec<_> = lines.iter().map(|line| self.place(line)).collect();
        let mut seen: Vec<(usize, RecordKey)> = Vec::new();
        for (at, line) in lines.into_iter().enumerate() {
            match places.get(at).copied().flatten() {
                Some(place) => {
                    seen.push((line.number, place));
                    self.check_sealed_line(&file.name, &line, place);
                }
                None => {
                    let before = seen.last().map(|(_, place)| *place);
                    let after = places.iter().skip(at).find_map(|place| *place);
                    self.unmatched_lines.push((file.name.clone(), line, before, after));
                }
            }
        }
        self.check_order(&file.name, &seen);
    }

    /// The sealed place of a line whose id is sealed.
    fn place(&self, line: &Line) -> Option<RecordKey> {
        let id = line.header.as_ref()?.id;
        self.sealed.by_id.get(&id).map(|(_, entry)| entry.key())
    }

    fn check_sealed_line(&mut self, file: &str, line: &Line, place: RecordKey) {
        let Some((hour, entry)) = self.sealed.by_id.get(&place.1) else { return };
        let header = line.header.as_ref();
        let redacted = header.is_some_and(|header| header.redacted);
        let same_time = header.is_some_and(|header| header.timestamp == entry.timestamp);
        if line.leaf == entry.leaf && same_time {
            let count = if redacted { &mut self.report.redacted } else { &mut self.report.records };
            *count += 1;
        } else {
            let detail = format!(
                "Record {} was edited: {file}, line {}, is not what was sealed in hour {hour}.",
                place.1, line.number
            );
            self.add_finding(place, Tampering::Edited, Some(*hour), detail);
        }
        self.present.insert(place);
    }

    /// Within one file records stand by time and id, each once.
    fn check_order(&mut self, file: &str, seen: &[(usize, RecordKey)]) {
        let mut sorted = seen.to_vec();
        sorted.sort_by_key(|(_, place)| *place);
        let hour = |id| self.sealed.by_id.get(&id).map(|(hour, _)| *hour);
        let twice = sorted.windows(2).find_map(|pair| match pair {
            [(_, a), (line, b)] if a == b => Some((*line, *b)),
            _ => None,
        });
        let moved = seen.iter().zip(&sorted).find(|((_, is), (_, belongs))| is != belongs);
        if let Some((line, place)) = twice {
            let detail = format!("Record {} was inserted a second time: {file}, line {line}.", place.1);
            self.add_finding(place, Tampering::Inserted, hour(place.1), detail);
        } else if let Some(((line, _), (found, place))) = moved {
            let detail = format!(
                "Record {} was reordered: it belongs at {file}, line {line}, and stands at line {found}.",
                place.1
            );
            self.add_finding(*place, Tampering::Reordered, hour(place.1), detail);
        }
    }

    /// Matches strange lines with missing records, then tells of what is still missing.
    fn check_missing(&mut self) {
        let mut missing: BTreeMap<RecordKey, Hour> = if self.bounds.partial {
            BTreeMap::new()
        } else {
            let expected = self.sealed.expected.iter();
            expected.filter(|(place, _)| !self.present.contains(place)).map(|(place, hour)| (*place, *hour)).collect()
        };
        // Where an edit broke a line in two, the second half is no finding of its own.
        let mut told = None;
        for (file, line, before, after) in std::mem::take(&mut self.unmatched_lines) {
            let around = Some((file.clone(), before, after));
            if line.header.is_none() && told == around {
                continue;
            }
            if self.is_younger_than_the_seals(&line) {
                self.report.not_yet_sealed += 1;
                continue;
            }
            let gap = missing.iter().find(|(place, _)| {
                before.is_none_or(|before| **place > before) && after.is_none_or(|after| **place < after)
            });
            if let Some((&place, &hour)) = gap {
                missing.remove(&place);
                told = around;
                let detail =
                    format!("Record {} was edited: {file}, line {}, stands in its place.", place.1, line.number);
                self.add_finding(place, Tampering::Edited, Some(hour), detail);
            } else {
                self.inserted(&file, &line, before);
            }
        }
        let last_present = self.present.last().copied();
        for (place, hour) in missing {
            let what =
                if last_present.is_some_and(|last| last > place) { Tampering::Deleted } else { Tampering::Truncated };
            let detail = match what {
                Tampering::Deleted => format!("Record {} was deleted; it was sealed in hour {hour}.", place.1),
                _ => format!(
                    "The files were truncated: record {}, sealed in hour {hour}, and all after it are missing.",
                    place.1
                ),
            };
            self.add_finding(place, what, Some(hour), detail);
        }
    }

    fn is_younger_than_the_seals(&self, line: &Line) -> bool {
        line.header.as_ref().is_some_and(|header| self.last.is_none_or(|last| Hour::of(header.created_at) > last))
    }

    fn inserted(&mut self, file: &str, line: &Line, before: Option<RecordKey>) {
        let detail = |who: &str| format!("{who} was inserted: {file}, line {}, is in no seal.", line.number);
        let (place, finding) = match &line.header {
            Some(header) => {
                let hour = Some(Hour::of(header.created_at));
                let detail = detail(&format!("Record {}", header.id));
                (
                    (header.timestamp, header.id),
                    Finding { what: Tampering::Inserted, hour, id: Some(header.id), detail },
                )
            }
            None => {
                let place = before.unwrap_or((Timestamp::MIN, AuditId::new(uuid::Uuid::nil())));
                (
                    place,
                    Finding {
                        what: Tampering::Inserted,
                        hour: None,
                        id: None,
                        detail: detail("Something that is no record"),
                    },
                )
            }
        };
        self.findings.push((place, finding));
    }
}

#[cfg(test)]
mod tests;
