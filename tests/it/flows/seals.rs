//! Audit records from seal to export to verification, which names every kind of tampering.

use access::Role;
use audit::{
    domain::{
        hour::Hour,
        merkle,
        packing::{pack_record, unpack_record},
        record::AuditRecord,
        seal::{PublicKey, SealDocument},
        verify::{RecordFile, Tampering, VerificationReport, VerificationScope, verify},
    },
    store::AuditStore,
};
use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use base64::{Engine, engine::general_purpose::STANDARD};
use events::{Event, EventType, Fact, Stamp};
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, EventId};
use lambda::{FromShell, Shell};
use muster::scenario::{client::Api, client::Person, unique};
use serde_json::json;

use super::{cloud::Cloud, operator::muster};

/// Time from the end of an hour to its seal.
const GRACE: SignedDuration = SignedDuration::from_mins(10);

#[tokio::test]
async fn sealed_hour_proves_its_records_and_reveals_tampering() {
    let Some(cloud) = Cloud::from_env() else { return };
    let (hr, auditor) = (cloud.new_person(Role::Hr).await.unwrap(), cloud.new_person(Role::Auditor).await.unwrap());
    let shell = cloud.cloud.shell(VARIABLES).unwrap();
    let store = AuditStore::from_shell(&shell).unwrap();
    let (hour, deployed) = open_hour(&store, shell.now()).await;
    let ids = write_records(&cloud, &store, hour).await;
    seal(&cloud, &shell, hour, deployed).await;

    let seals = seals(&cloud).await;
    let keys = [public_key(&cloud).await];
    let lines = export(&cloud, &hr, hour).await;
    for id in &ids {
        assert!(lines.iter().any(|line| line.contains(&id.to_string())), "{id} must be in the export");
    }
    let report = check(&lines, &seals, &keys, hour).expect("the untouched export must verify");
    assert_eq!((report.records, report.redacted), (lines.len(), 0));
    tampering_is_named(&lines, &ids, &seals, &keys, hour);
    command_gives_the_same_results(&cloud, &lines, ids[2], &seals, hour).await;

    let redacted = export(&cloud, &auditor, hour).await;
    let report = check(&redacted, &seals, &keys, hour).expect("redacted records must verify by their hashes");
    assert!(
        report.redacted >= 1 && !redacted.concat().contains("4242424242"),
        "an auditor's export must not contain compensation"
    );

    proofs_hold_until_the_table_is_edited(&cloud, &hr, &ids).await;
    seal_cannot_be_deleted(&cloud, hour).await;
}

/// Environment variables of the audit service, with the stack outputs that hold their values.
const VARIABLES: &[(&str, &str)] = &[
    ("AUTH_TABLE", "AuthTable"),
    ("EMPLOYEES_TABLE", "EmployeesTable"),
    ("AUDIT_TABLE", "AuditTable"),
    ("SEAL_KEY", "SealKey"),
    ("SEALS_BUCKET", "SealsBucket"),
    ("ARCHIVE_BUCKET", "ArchiveBucket"),
];

/// Unsealed hour, and whether it is over, so that the deployed job seals it. If every past hour is sealed, a future hour, in which no
/// other test writes.
async fn open_hour(store: &AuditStore, now: Timestamp) -> (Hour, bool) {
    let over = Hour::of(now.saturating_sub(GRACE).unwrap()).minus_hours(1);
    let open = store.find_latest_seal_copy().await.unwrap().map_or(over, |last| last.seal.hour.next());
    if open <= over { (over, true) } else { (open.max(Hour::of(now).next()), false) }
}

/// Writes five records of one hour, the third with compensation, by the code of `audit-on-event`.
async fn write_records(cloud: &Cloud, store: &AuditStore, hour: Hour) -> Vec<AuditId> {
    let entity = format!("sealed-{}", unique());
    let mut origin = cloud.origin();
    let (mut ids, mut entries) = (Vec::new(), Vec::new());
    for number in 1..=5_u64 {
        origin.at =
            hour.start().saturating_add(SignedDuration::from_secs(600 + i64::try_from(number).unwrap())).unwrap();
        let fact = Fact::new(EventType::EmployeeCompensationChanged, "Compensation", &entity);
        let salary = (number == 3).then(|| json!({"amount_minor": 4_242_424_242_u64, "currency": "EUR"}));
        let event = Event {
            stamp: Stamp::new(EventId::new(cloud.new_uuid()), fact, &origin),
            service: EventType::EmployeeCompensationChanged.service().to_string(),
            version: number,
            old_values: None,
            new_values: Some(json!({"number": number, "salary": salary})),
            republished: false,
        };
        let record = AuditRecord::from_event(event, "system:flows", origin.at);
        entries.push(store.create_record_if_missing(&origin, &record).await.unwrap());
        ids.push(record.id);
    }
    store.create_manifest(&origin, entries).await.unwrap();
    ids
}

async fn seal(cloud: &Cloud, shell: &Shell, hour: Hour, deployed: bool) {
    let summary = if deployed {
        let sealed = cloud.invoke("audit-job-seal", &json!({})).await;
        assert_eq!(sealed.error, None, "{}", sealed.payload);
        sealed.payload
    } else {
        let mut origin = cloud.origin();
        origin.at = hour.next().start().saturating_add(GRACE).unwrap();
        audit::job::seal::build(shell).unwrap()(origin, json!({})).await.unwrap()
    };
    eprintln!("sealed ({}): {summary}", if deployed { "deployed job" } else { "job in process" });
    assert_eq!((&summary["caught_up"], &summary["tampered"]), (&json!(true), &json!(0)), "{summary}");
}

async fn seals(cloud: &Cloud) -> Vec<SealDocument> {
    let bucket = cloud.output("SealsBucket");
    let mut pages = cloud.s3.list_objects_v2().bucket(bucket).prefix("seals/").into_paginator().send();
    let mut seals = Vec::new();
    while let Some(page) = pages.next().await {
        for object in page.unwrap().contents.unwrap_or_default() {
            let object = cloud.s3.get_object().bucket(bucket).key(object.key.unwrap()).send().await.unwrap();
            seals.push(serde_json::from_slice(&object.body.collect().await.unwrap().into_bytes()).unwrap());
        }
    }
    seals
}

async fn public_key(cloud: &Cloud) -> PublicKey {
    let answer = cloud.kms.get_public_key().key_id(cloud.output("SealKey")).send().await.unwrap();
    PublicKey::from_der(answer.public_key.unwrap().into_inner())
}

/// Exported lines of an hour that the person may read, each with its line feed. Downloads the link without a token.
async fn export(cloud: &Cloud, by: &Person, hour: Hour) -> Vec<String> {
    let (from, to) = (hour.start(), hour.next().start());
    let answer = cloud
        .get(format!("/api/v1/audit-logs/export?format=ndjson&from={from}&to={to}"))
        .by(by)
        .expect(200)
        .await
        .unwrap();
    let url = answer["url"].as_str().unwrap();
    let (origin, path) = url.split_at(url.match_indices('/').nth(2).unwrap().0);
    let file = Api::new(origin).unwrap().call("GET", path, None).expect(200).await.unwrap();
    let lines: Vec<_> = file.as_str().expect("lines").split_inclusive('\n').map(str::to_owned).collect();
    assert_eq!(answer["records"], json!(lines.len()));
    let export_id = answer["export_id"].as_str().unwrap();
    let record = cloud.expect_audit_record(by, export_id, "exported").await.unwrap();
    assert_eq!((&record["log_type"], &record["user_id"]), (&json!("data_export"), &json!(by.id)));
    lines
}

fn check(
    lines: &[String],
    seals: &[SealDocument],
    keys: &[PublicKey],
    hour: Hour,
) -> Result<VerificationReport, (Tampering, Option<AuditId>)> {
    let file = RecordFile { name: "export.ndjson".to_owned(), bytes: lines.concat().into_bytes() };
    let scope = VerificationScope { from: Some(hour.start()), until: Some(hour.next().start()), partial: false };
    verify(&[file], seals, keys, &scope).map_err(|finding| {
        eprintln!("found: {}", finding.detail);
        (finding.tampering, finding.id)
    })
}

fn tampering_is_named(lines: &[String], ids: &[AuditId], seals: &[SealDocument], keys: &[PublicKey], hour: Hour) {
    let line_of = |id: &AuditId| lines.iter().position(|line| line.contains(&id.to_string())).unwrap();
    let expect = |tampering, id: AuditId, tamper: &dyn Fn(&mut Vec<String>)| {
        let mut copy = lines.to_vec();
        tamper(&mut copy);
        assert_eq!(check(&copy, seals, keys, hour), Err((tampering, Some(id))));
    };
    let third = line_of(&ids[2]);
    expect(Tampering::Edited, ids[2], &|copy| copy[third] = copy[third].replace("4242424242", "4242424243"));
    expect(Tampering::Deleted, ids[2], &|copy| drop(copy.remove(third)));
    expect(Tampering::Inserted, ids[2], &|copy| copy.insert(third, lines[third].clone()));
    let last = line_of(&ids[4]);
    if last + 1 == lines.len() {
        expect(Tampering::Truncated, ids[4], &|copy| drop(copy.pop()));
    }
    let second = line_of(&ids[1]);
    let mut swapped = lines.to_vec();
    swapped.swap(second, third);
    assert!(matches!(check(&swapped, seals, keys, hour), Err((Tampering::Reordered, Some(_)))));

    let mut forged = seals.to_vec();
    let of_hour = forged.iter_mut().find(|sealed| sealed.signed.seal.hour == hour).unwrap();
    of_hour.entries.pop();
    assert!(matches!(check(lines, &forged, keys, hour), Err((Tampering::SealForged, None))));
}

/// Runs `muster verify-audit` on files only, without a cloud.
async fn command_gives_the_same_results(
    cloud: &Cloud,
    lines: &[String],
    third: AuditId,
    seals: &[SealDocument],
    hour: Hour,
) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let der = cloud.kms.get_public_key().key_id(cloud.output("SealKey")).send().await.unwrap().public_key.unwrap();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode(der));
    std::fs::write(path("seal.pem"), pem).unwrap();
    std::fs::create_dir(path("seals")).unwrap();
    for sealed in seals {
        let file = path(&format!("seals/{}.json", sealed.signed.seal.hour));
        std::fs::write(file, serde_json::to_vec(sealed).unwrap()).unwrap();
    }
    std::fs::write(path("good.ndjson"), lines.concat()).unwrap();
    std::fs::write(path("edited.ndjson"), lines.concat().replace("4242424242", "4242424243")).unwrap();
    let (from, until) = (hour.start().to_string(), hour.next().start().to_string());
    let verify = |file: &str| {
        let (export, seals, key) = (path(file), path("seals"), path("seal.pem"));
        let files = ["verify-audit", "--export", &export, "--seals", &seals, "--public-key", &key];
        muster(&[&files[..], &["--from", &from, "--until", &until]].concat())
    };
    assert!(verify("good.ndjson").is_ok_and(|text| text.starts_with("OK")));
    assert!(verify("edited.ndjson").is_err_and(|text| text.contains("EDITED") && text.contains(&third.to_string())));
}

async fn proofs_hold_until_the_table_is_edited(cloud: &Cloud, hr: &Person, ids: &[AuditId]) {
    for id in ids {
        let proof = cloud.get(format!("/api/v1/audit-logs/{id}/proof")).by(hr).expect(200).await.unwrap();
        let path: Vec<_> = serde_json::from_value(proof["inclusion_path"].clone()).unwrap();
        let leaf = serde_json::from_value(proof["leaf_hash"].clone()).unwrap();
        let (index, size) = (proof["index"].as_u64().unwrap(), proof["tree_size"].as_u64().unwrap());
        let root = merkle::root_from_inclusion_path(leaf, index, size, &path);
        assert_eq!(json!(root), proof["seal"]["seal"]["root"], "the path must lead to the signed root");
    }
    let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
    let stored = store::Item::from([key("pk", &format!("LOG#{}", ids[2])), key("sk", "LOG")]);
    let table = cloud.output("AuditTable");
    let item =
        cloud.dynamo.get_item().table_name(table).set_key(Some(stored.clone())).send().await.unwrap().item.unwrap();
    let edited = unpack_record(item["record"].as_b().unwrap().as_ref()).unwrap().replace("4242424242", "1");
    let edited = AttributeValue::B(Blob::new(pack_record(&edited).unwrap()));
    let edit = cloud.dynamo.update_item().table_name(table).set_key(Some(stored)).update_expression("SET #r = :r");
    let edit = edit.expression_attribute_names("#r", "record").expression_attribute_values(":r", edited);
    edit.send().await.unwrap();
    let refused = cloud.get(format!("/api/v1/audit-logs/{}/proof", ids[2])).by(hr).send().await.unwrap();
    assert_eq!((refused.status, refused.problem_code()), (409, "tampered"), "{}", refused.body);
}

async fn seal_cannot_be_deleted(cloud: &Cloud, hour: Hour) {
    let (bucket, key) = (cloud.output("SealsBucket"), audit::app::seals::seal_path(hour));
    let versions = cloud.s3.list_object_versions().bucket(bucket).prefix(&key).send().await.unwrap();
    let versions: Vec<_> = versions.versions.unwrap_or_default();
    assert_eq!(versions.len(), 1, "a seal must be written once");
    let version = versions[0].version_id.clone().unwrap();
    let deleted = cloud.s3.delete_object().bucket(bucket).key(&key).version_id(version).send().await;
    assert!(deleted.is_err(), "the object lock must keep the seal of {hour}");
}
