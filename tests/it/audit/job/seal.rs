//! `audit-job-seal`: seals and archives each hour once and in order, and reveals tampering.

use audit::domain::{
    seal::SealDocument,
    verify::{Tampering, VerificationScope},
};
use serde_json::json;

use crate::audit::{AuditFixture, hour};

fn hours(seals: &[SealDocument]) -> Vec<String> {
    seals.iter().map(|sealed| sealed.signed.seal.hour.to_string()).collect()
}

#[tokio::test]
async fn hour_is_sealed_ten_minutes_after_its_end() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.world.clock.set("2024-06-10T11:09:59Z".parse().unwrap());
    fixture.run_seal_job().await;
    assert_eq!(hours(&fixture.seals()), ["2024-06-10T09"], "only the previous hour is over");
    fixture.world.clock.set("2024-06-10T11:10:00Z".parse().unwrap());
    assert_eq!(fixture.run_seal_job().await["records"], 1);
    assert_eq!(hours(&fixture.seals()), ["2024-06-10T09", "2024-06-10T10"]);
    assert!(fixture.world.cloud.object_paths().contains(&"seals/seals/2024/06/10/10.json".to_owned()));
}

#[tokio::test]
async fn first_seal_is_of_the_first_hour_with_records() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(60 * 5);
    let summary = fixture.run_seal_job().await;
    assert_eq!((&summary["hours"], &summary["caught_up"]), (&json!(5), &json!(true)));
    let seals = fixture.seals();
    assert_eq!(hours(&seals).first().map(String::as_str), Some("2024-06-10T10"));
    let sizes: Vec<_> = seals.iter().map(|sealed| sealed.signed.seal.tree_size).collect();
    assert_eq!(sizes, [1, 0, 0, 0, 0], "empty hours are sealed");
}

#[tokio::test]
async fn job_catches_up_on_an_outage_in_bounded_runs() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(60 * 50);
    let first = fixture.run_seal_job().await;
    assert_eq!((&first["hours"], &first["caught_up"]), (&json!(48), &json!(false)));
    let second = fixture.run_seal_job().await;
    assert_eq!((&second["hours"], &second["caught_up"]), (&json!(2), &json!(true)));
    let whole = VerificationScope { until: Some(hour("2024-06-12T12").start()), ..VerificationScope::default() };
    assert_eq!(fixture.verify_files(&fixture.archives(), &whole).await.unwrap().seals, 50);
}

#[tokio::test]
async fn repeated_and_concurrent_runs_create_the_same_seals() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(120);
    let (one, two) = tokio::join!(fixture.run_seal_job(), fixture.run_seal_job());
    assert_eq!((&one["caught_up"], &two["caught_up"]), (&json!(true), &json!(true)));
    let seals = fixture.seals();
    let stored = fixture.world.list_items("AUDIT_TABLE").await;
    assert_eq!(fixture.run_seal_job().await["hours"], 0);
    assert_eq!((fixture.seals(), fixture.world.list_items("AUDIT_TABLE").await), (seals, stored));
    assert!(fixture.verify_files(&fixture.archives(), &VerificationScope::default()).await.is_ok());
}

#[tokio::test]
async fn next_run_completes_an_interrupted_one() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;
    // The run was interrupted after the write to the bucket and before the write to the table.
    let table = fixture.world.table_name("AUDIT_TABLE");
    let seal = fixture
        .world
        .list_items("AUDIT_TABLE")
        .await
        .into_iter()
        .find(|item| store::string_attribute(item, "pk") == Some("SEALS"))
        .unwrap();
    let key = ["pk", "sk"].map(|name| (name.to_owned(), seal[name].clone()));
    fixture.world.dynamo.client.delete_item().table_name(table).set_key(Some(key.into())).send().await.unwrap();
    let before = fixture.seals();
    fixture.advance_minutes(60);
    assert_eq!(fixture.run_seal_job().await["hours"], 2);
    let after = fixture.seals();
    assert_eq!(after.first(), before.first(), "the existing seal is used");
    assert!(fixture.verify_files(&fixture.archives(), &VerificationScope::default()).await.is_ok());
}

#[tokio::test]
async fn sealing_resumes_after_a_kms_failure() {
    let fixture = AuditFixture::open().await;
    fixture.record_event("employee.updated", "emp_1").await;
    fixture.advance_minutes(60);
    fixture.world.cloud.fail_calls("TrentService.Sign");
    let job = audit::job::seal::build(&fixture.world.shell).unwrap();
    let failed = job(fixture.world.shell.system_origin("audit-job-seal", "r"), json!({})).await;
    assert!(failed.is_err() && fixture.seals().is_empty());
    fixture.world.cloud.recover();
    assert_eq!(fixture.run_seal_job().await["records"], 1);
}

#[tokio::test]
async fn archive_matches_seals_and_reveals_tampering() {
    let fixture = AuditFixture::open().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(fixture.record_event("employee.updated", &format!("emp_{n}")).await);
        fixture.advance_minutes(20);
    }
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;
    let archives = fixture.archives();
    let report = fixture.verify_files(&archives, &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.not_yet_sealed), (6, 0));

    let first = archives.iter().position(|file| !file.bytes.is_empty()).unwrap();
    let mut edited = archives.clone();
    edited[first].bytes =
        String::from_utf8(edited[first].bytes.clone()).unwrap().replacen("7500000", "7500001", 1).into();
    let finding = fixture.verify_files(&edited, &VerificationScope::default()).await.unwrap_err();
    assert_eq!((finding.tampering, finding.id), (Tampering::Edited, Some(ids[0])));
    let mut shorter = archives;
    shorter.pop();
    shorter.pop();
    let finding = fixture.verify_files(&shorter, &VerificationScope::default()).await.unwrap_err();
    assert_eq!(finding.tampering, Tampering::Truncated);
}

#[tokio::test]
async fn edit_before_sealing_raises_a_critical_event() {
    let fixture = AuditFixture::open().await;
    let id = fixture.record_event("employee.updated", "emp_1").await;
    fixture.tamper(id, "7500000", "1").await;
    fixture.advance_minutes(60);
    assert_eq!(fixture.run_seal_job().await["tampered"], 1);
    let finding = fixture.verify_files(&fixture.archives(), &VerificationScope::default()).await.unwrap_err();
    assert_eq!(
        (finding.tampering, finding.id, finding.hour),
        (Tampering::Edited, Some(id), Some(hour("2024-06-10T10")))
    );
    let app = app!(fixture.world, AUDIT_LOGS_LIST);
    let query = format!("/api/v1/audit-logs?entity_id={id}&status=failure");
    let page = fixture.world.get(&app, query).signed_in_as(&fixture.world.people.auditor).await;
    assert_eq!(page.body["items"][0]["action"], "record_tampered", "{}", page.body);
}
