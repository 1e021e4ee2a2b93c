//! `audit-job-seal`: hours are sealed in order, once, and archived; whatever is touched afterwards shows.

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
async fn an_hour_is_sealed_ten_minutes_after_its_end_and_not_before() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.world.clock.set("2024-06-10T11:09:59Z".parse().unwrap());
    trail.seal().await;
    assert_eq!(hours(&trail.seals()), ["2024-06-10T09"], "the hour before is over; this one is not");
    trail.world.clock.set("2024-06-10T11:10:00Z".parse().unwrap());
    assert_eq!(trail.seal().await["records"], 1);
    assert_eq!(hours(&trail.seals()), ["2024-06-10T09", "2024-06-10T10"]);
    assert!(trail.world.cloud.objects().contains(&"seals/seals/2024/06/10/10.json".to_owned()));
}

#[tokio::test]
async fn the_first_seal_is_that_of_the_first_hour_with_records_however_late_the_job_first_runs() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(60 * 5);
    let summary = trail.seal().await;
    assert_eq!((&summary["hours"], &summary["caught_up"]), (&json!(5), &json!(true)));
    let seals = trail.seals();
    assert_eq!(hours(&seals).first().map(String::as_str), Some("2024-06-10T10"));
    let sizes: Vec<_> = seals.iter().map(|sealed| sealed.signed.seal.tree_size).collect();
    assert_eq!(sizes, [1, 0, 0, 0, 0], "empty hours are sealed, too");
}

#[tokio::test]
async fn a_long_outage_is_caught_up_in_bounded_runs() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(60 * 50);
    let first = trail.seal().await;
    assert_eq!((&first["hours"], &first["caught_up"]), (&json!(48), &json!(false)));
    let second = trail.seal().await;
    assert_eq!((&second["hours"], &second["caught_up"]), (&json!(2), &json!(true)));
    let whole = VerificationScope { until: Some(hour("2024-06-12T12").start()), ..VerificationScope::default() };
    assert_eq!(trail.verify(&trail.archives(), &whole).await.unwrap().seals, 50);
}

#[tokio::test]
async fn running_again_or_twice_at_once_changes_nothing() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(120);
    let (one, two) = tokio::join!(trail.seal(), trail.seal());
    assert_eq!((&one["caught_up"], &two["caught_up"]), (&json!(true), &json!(true)));
    let seals = trail.seals();
    let stored = trail.world.list_items("AUDIT_TABLE").await;
    assert_eq!(trail.seal().await["hours"], 0);
    assert_eq!((trail.seals(), trail.world.list_items("AUDIT_TABLE").await), (seals, stored));
    assert!(trail.verify(&trail.archives(), &VerificationScope::default()).await.is_ok());
}

#[tokio::test]
async fn a_run_that_dies_halfway_is_finished_by_the_next() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(60);
    trail.seal().await;
    // As if the run had died after the bucket was written and before the table knew.
    let table = trail.world.table_name("AUDIT_TABLE");
    let seal = trail
        .world
        .list_items("AUDIT_TABLE")
        .await
        .into_iter()
        .find(|item| store::string_attribute(item, "pk") == Some("SEALS"))
        .unwrap();
    let key = ["pk", "sk"].map(|name| (name.to_owned(), seal[name].clone()));
    trail.world.dynamo.client.delete_item().table_name(table).set_key(Some(key.into())).send().await.unwrap();
    let before = trail.seals();
    trail.advance_minutes(60);
    assert_eq!(trail.seal().await["hours"], 2);
    let after = trail.seals();
    assert_eq!(after.first(), before.first(), "the seal that stands is adopted");
    assert!(trail.verify(&trail.archives(), &VerificationScope::default()).await.is_ok());
}

#[tokio::test]
async fn without_kms_nothing_is_sealed_and_nothing_is_lost() {
    let trail = AuditFixture::open().await;
    trail.record("employee.updated", "emp_1").await;
    trail.advance_minutes(60);
    trail.world.cloud.fail_calls("TrentService.Sign");
    let job = audit::job::seal::build(&trail.world.shell).unwrap();
    let failed = job(trail.world.shell.system_origin("audit-job-seal", "r"), json!({})).await;
    assert!(failed.is_err() && trail.seals().is_empty());
    trail.world.cloud.recover();
    assert_eq!(trail.seal().await["records"], 1);
}

#[tokio::test]
async fn the_archive_holds_what_was_sealed_byte_for_byte_and_betrays_every_touch() {
    let trail = AuditFixture::open().await;
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(trail.record("employee.updated", &format!("emp_{n}")).await);
        trail.advance_minutes(20);
    }
    trail.advance_minutes(60);
    trail.seal().await;
    let archives = trail.archives();
    let report = trail.verify(&archives, &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.not_yet_sealed), (6, 0));

    let first = archives.iter().position(|file| !file.bytes.is_empty()).unwrap();
    let mut edited = archives.clone();
    edited[first].bytes =
        String::from_utf8(edited[first].bytes.clone()).unwrap().replacen("7500000", "7500001", 1).into();
    let finding = trail.verify(&edited, &VerificationScope::default()).await.unwrap_err();
    assert_eq!((finding.what, finding.id), (Tampering::Edited, Some(ids[0])));
    let mut shorter = archives;
    shorter.pop();
    shorter.pop();
    let finding = trail.verify(&shorter, &VerificationScope::default()).await.unwrap_err();
    assert_eq!(finding.what, Tampering::Truncated);
}

#[tokio::test]
async fn a_hand_on_the_table_before_the_seal_is_a_critical_event_and_shows_in_the_archive() {
    let trail = AuditFixture::open().await;
    let id = trail.record("employee.updated", "emp_1").await;
    trail.tamper(id, "7500000", "1").await;
    trail.advance_minutes(60);
    assert_eq!(trail.seal().await["tampered"], 1);
    let finding = trail.verify(&trail.archives(), &VerificationScope::default()).await.unwrap_err();
    assert_eq!((finding.what, finding.id, finding.hour), (Tampering::Edited, Some(id), Some(hour("2024-06-10T10"))));
    let app = app!(trail.world, AUDIT_LOGS_LIST);
    let query = format!("/api/v1/audit-logs?entity_id={id}&status=failure");
    let page = trail.world.get(&app, query).signed_in_as(&trail.world.people.auditor).await;
    assert_eq!(page.body["items"][0]["action"], "record_tampered", "{}", page.body);
}
