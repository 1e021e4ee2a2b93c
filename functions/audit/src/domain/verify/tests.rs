//! Each kind of tampering is named, and untouched files verify.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{
    record::{AuditRecord, CanonicalRecord, tests::event},
    seal::tests::Signer,
};

/// Three sealed hours: records 0 to 4 in the first, none in the second, 5 to 9 in the third.
struct World {
    signer: Signer,
    records: Vec<CanonicalRecord>,
    seals: Vec<SealDocument>,
}

fn start() -> Hour {
    "2024-06-10T10".parse().unwrap()
}

fn record(n: u64) -> AuditRecord {
    let hour = if n < 5 { start() } else { start().next().next() };
    let at = hour.start() + jiff::SignedDuration::from_secs(n as i64);
    let mut record = AuditRecord::from_event(event("employee.updated", json!({"n": n})), "system:test", at);
    record.id = AuditId::new(uuid::Uuid::from_u128(u128::from(n)));
    record.timestamp = at;
    record
}

impl World {
    fn new() -> Self {
        let signer = Signer::new();
        let records: Vec<_> = (0..10).map(|n| record(n).to_canonical().unwrap()).collect();
        let mut seals: Vec<SealDocument> = Vec::new();
        for (at, hour) in [start(), start().next(), start().next().next()].into_iter().enumerate() {
            let range = [0..5, 0..0, 5..10][at].clone();
            let entries = records[range].iter().map(|record| record.entry).collect();
            let previous = seals.last().map(|sealed| sealed.signed.seal.hash());
            seals.push(signer.seal(hour, entries, previous));
        }
        Self { signer, records, seals }
    }

    fn lines(&self) -> Vec<String> {
        self.records.iter().map(|record| record.text.clone()).collect()
    }

    fn verify(&self, lines: &[String]) -> Result<VerificationReport, Finding> {
        self.verify_bytes(file(lines), &VerificationScope::default())
    }

    fn verify_bytes(&self, bytes: Vec<u8>, scope: &VerificationScope) -> Result<VerificationReport, Finding> {
        let file = RecordFile { name: "export".to_owned(), bytes };
        verify(&[file], &self.seals, &[self.signer.public()], scope)
    }

    fn id(&self, n: usize) -> Option<AuditId> {
        Some(self.records[n].entry.id)
    }
}

fn file(lines: &[String]) -> Vec<u8> {
    lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes()
}

fn finding(result: Result<VerificationReport, Finding>) -> (Tampering, Option<Hour>, Option<AuditId>) {
    let finding = result.unwrap_err();
    (finding.tampering, finding.hour, finding.id)
}

#[test]
fn sealed_records_verify() {
    let world = World::new();
    let report = world.verify(&world.lines()).unwrap();
    assert_eq!((report.seals, report.records, report.redacted, report.not_yet_sealed), (3, 10, 0, 0));
    assert_eq!(report.hours, Some((start(), start().next().next())));
}

#[test]
fn edited_record_is_named() {
    let world = World::new();
    let mut lines = world.lines();
    lines[3] = lines[3].replace(r#""amount_minor":1"#, r#""amount_minor":2"#);
    lines[7] = lines[7].replace("updated", "created");
    assert_eq!(
        finding(world.verify(&lines)),
        (Tampering::Edited, Some(start()), world.id(3)),
        "the first of two findings"
    );
}

#[test]
fn non_canonical_record_counts_as_edited() {
    let world = World::new();
    let mut lines = world.lines();
    lines[0] = lines[0].replacen(r#"{"action""#, r#"{ "action""#, 1);
    assert_eq!(finding(world.verify(&lines)).0, Tampering::Edited);
}

#[test]
fn deleted_record_is_named() {
    let world = World::new();
    let mut lines = world.lines();
    lines.remove(6);
    assert_eq!(finding(world.verify(&lines)), (Tampering::Deleted, Some(start().next().next()), world.id(6)));
}

#[test]
fn truncation_names_the_first_missing_record() {
    let world = World::new();
    let lines = world.lines();
    assert_eq!(finding(world.verify(&lines[..8])), (Tampering::Truncated, Some(start().next().next()), world.id(8)));
    assert_eq!(finding(world.verify(&[])), (Tampering::Truncated, Some(start()), world.id(0)));
}

#[test]
fn inserted_record_is_named() {
    let world = World::new();
    let mut lines = world.lines();
    let mut forged = record(4);
    forged.id = AuditId::new(uuid::Uuid::from_u128(77));
    lines.insert(5, forged.to_canonical().unwrap().text);
    assert_eq!(finding(world.verify(&lines)), (Tampering::Inserted, Some(start()), Some(forged.id)));
    let mut doubled = world.lines();
    doubled.insert(3, doubled[2].clone());
    assert_eq!(finding(world.verify(&doubled)), (Tampering::Inserted, Some(start()), world.id(2)));
}

#[test]
fn reordering_names_the_first_misplaced_record() {
    let world = World::new();
    let mut lines = world.lines();
    lines.swap(1, 4);
    assert_eq!(finding(world.verify(&lines)), (Tampering::Reordered, Some(start()), world.id(1)));
}

#[test]
fn record_edited_between_two_seals_is_named() {
    let mut world = World::new();
    let edited = SealEntry { leaf: leaf_hash(b"edited"), ..world.records[2].entry };
    let previous = world.seals.last().map(|sealed| sealed.signed.seal.hash());
    let hour = start().next().next().next();
    world.seals.push(world.signer.seal(hour, vec![edited], previous));
    assert_eq!(finding(world.verify(&world.lines())), (Tampering::Edited, Some(hour), world.id(2)));
}

#[test]
fn record_sealed_in_two_hours_verifies() {
    let mut world = World::new();
    let previous = world.seals.last().map(|sealed| sealed.signed.seal.hash());
    let hour = start().next().next().next();
    world.seals.push(world.signer.seal(hour, vec![world.records[2].entry], previous));
    assert_eq!(world.verify(&world.lines()).unwrap().records, 10);
}

#[test]
fn record_after_the_last_seal_is_not_yet_sealed() {
    let world = World::new();
    let mut lines = world.lines();
    let mut young = record(9);
    young.id = AuditId::new(uuid::Uuid::from_u128(99));
    young.created_at = start().next().next().next().start();
    lines.push(young.to_canonical().unwrap().text);
    let report = world.verify(&lines).unwrap();
    assert_eq!((report.records, report.not_yet_sealed), (10, 1));
}

#[test]
fn missing_forged_and_moved_seals_are_named() {
    let world = World::new();
    let verify = |seals: &[SealDocument], scope: &VerificationScope| {
        let file = RecordFile { name: "export".to_owned(), bytes: file(&world.lines()) };
        finding(verify(&[file], seals, &[world.signer.public()], scope))
    };
    let whole = VerificationScope::default();
    let [first, second, third] = world.seals.clone().try_into().unwrap();
    let missing = verify(&[first.clone(), third.clone()], &whole);
    assert_eq!(missing, (Tampering::ChainBroken, Some(start().next()), None));
    assert_eq!(
        verify(&[second.clone(), third.clone()], &whole),
        (Tampering::ChainTruncated, Some(start().next()), None)
    );
    let until = VerificationScope { until: Some(start().next().next().next().start()), ..VerificationScope::default() };
    let short = verify(&[first.clone(), second.clone()], &until);
    assert_eq!(short, (Tampering::ChainTruncated, Some(start().next().next()), None));

    let mut forged = second.clone();
    forged.signed.seal.tree_size = 1;
    assert_eq!(
        verify(&[first.clone(), forged, third.clone()], &whole),
        (Tampering::SealForged, Some(start().next()), None)
    );
    // Two exchanged hours: each statement contains its hour, so the signatures become invalid.
    let (mut a, mut b) = (first.clone(), second.clone());
    std::mem::swap(&mut a.signed.seal.hour, &mut b.signed.seal.hour);
    assert_eq!(verify(&[a, b, third.clone()], &whole).0, Tampering::SealForged);
    // A different first hour, signed by the same key: the next seal does not follow it.
    let other = world.signer.seal(start(), Vec::new(), None);
    assert_eq!(
        verify(&[other, second.clone(), third.clone()], &whole),
        (Tampering::ChainBroken, Some(start().next()), None)
    );
    // A seal document with a removed entry.
    let mut shorter = first;
    shorter.entries.remove(0);
    assert_eq!(verify(&[shorter, second, third], &whole), (Tampering::SealForged, Some(start()), None));
}

#[test]
fn selections_and_ranges_verify() {
    let world = World::new();
    let lines = world.lines();
    let scope = |from: Option<Hour>, until: Option<Hour>, partial| VerificationScope {
        from: from.map(Hour::start),
        until: until.map(Hour::start),
        partial,
    };
    let third = start().next().next();
    let some = file(&lines[5..]);
    assert!(world.verify_bytes(some.clone(), &scope(Some(third), None, false)).is_ok());
    assert!(world.verify_bytes(file(&lines[..5]), &scope(None, Some(third), false)).is_ok());
    assert!(world.verify_bytes(file(&lines[2..4]), &scope(None, None, true)).is_ok());
    assert_eq!(
        finding(world.verify_bytes(some, &scope(None, None, false))),
        (Tampering::Deleted, Some(start()), world.id(0))
    );
}

#[test]
fn redacted_line_verifies_by_its_hash() {
    let world = World::new();
    let mut lines = world.lines();
    let mut redacted: serde_json::Value = serde_json::from_str(&lines[2]).unwrap();
    redacted["new_values"]["salary"] = json!("[redacted]");
    redacted["redacted"] = json!(true);
    redacted["leaf_hash"] = json!(world.records[2].entry.leaf);
    lines[2] = redacted.to_string();
    let report = world.verify(&lines).unwrap();
    assert_eq!((report.records, report.redacted), (9, 1));
    redacted["leaf_hash"] = json!(world.records[3].entry.leaf);
    lines[2] = redacted.to_string();
    assert_eq!(finding(world.verify(&lines)), (Tampering::Edited, Some(start()), world.id(2)));
    redacted.as_object_mut().unwrap().remove("leaf_hash");
    lines[2] = redacted.to_string();
    assert_eq!(finding(world.verify(&lines)), (Tampering::Edited, Some(start()), world.id(2)));
}

#[test]
fn different_key_verifies_no_seal() {
    let world = World::new();
    let file = RecordFile { name: "export".to_owned(), bytes: file(&world.lines()) };
    let result = verify(&[file], &world.seals, &[Signer::new().public()], &VerificationScope::default());
    assert_eq!(finding(result), (Tampering::SealForged, Some(start()), None));
}

proptest! {
    #[test]
    fn each_changed_byte_names_its_record(n in 0usize..10, at: prop::sample::Index, to: u8) {
        let world = World::new();
        let mut lines: Vec<Vec<u8>> = world.lines().into_iter().map(String::into_bytes).collect();
        let at = at.index(lines[n].len());
        prop_assume!(lines[n][at] != to);
        lines[n][at] = to;
        let bytes: Vec<u8> = lines.iter().flat_map(|line| line.iter().copied().chain([b'\n'])).collect();
        let (tampering, _, id) = finding(world.verify_bytes(bytes, &VerificationScope::default()));
        prop_assert_eq!((tampering, id), (Tampering::Edited, world.id(n)));
    }

    #[test]
    fn each_different_set_of_records_fails(kept in prop::collection::vec(0usize..10, 0..12)) {
        let world = World::new();
        prop_assume!(kept != (0..10).collect::<Vec<_>>());
        let lines = world.lines();
        let kept: Vec<_> = kept.into_iter().map(|n| lines[n].clone()).collect();
        prop_assert!(world.verify(&kept).is_err());
    }
}
