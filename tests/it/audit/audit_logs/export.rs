//! `GET /api/v1/audit-logs/export`.

use audit::domain::{
    hash::Hash,
    verify::{File, VerificationScope},
};
use directory::Person;
use serde_json::{Value, json};

use crate::audit::AuditFixture;

const PATH: &str = "/api/v1/audit-logs/export";

/// Exports; answers the answer and the file.
async fn export(trail: &AuditFixture, by: &Person, query: &str) -> (Value, Vec<u8>) {
    let app = app!(trail.world, AUDIT_LOGS_EXPORT);
    let answer = trail.world.get(&app, format!("{PATH}?{query}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.body["export_id"].as_str().unwrap();
    let format = answer.body["format"].as_str().unwrap();
    let file = trail.world.cloud.object(&format!("exports/exports/{id}.{format}")).unwrap().body;
    assert_eq!(answer.body["sha256"], json!(Hash::of(&[&file])));
    assert!(answer.body["url"].as_str().unwrap().contains(&format!("/exports/exports/{id}.{format}?")));
    (answer.body, file)
}

async fn sealed() -> AuditFixture {
    let trail = AuditFixture::open().await;
    for n in 0..5 {
        trail.record(["employee.updated", "employee.created"][n % 2], &format!("emp_{n}")).await;
        trail.advance_minutes(20);
    }
    trail.advance_minutes(60);
    trail.seal().await;
    trail
}

#[tokio::test]
async fn hr_gets_the_exact_records_and_they_verify() {
    let trail = sealed().await;
    let (answer, bytes) = export(&trail, &trail.world.people.hr, "format=ndjson").await;
    assert_eq!((&answer["records"], &answer["redacted"]), (&json!(5), &json!(false)));
    assert_eq!(answer["expires_at"], json!(trail.now() + jiff::SignedDuration::from_mins(15)));
    let file = File { name: "export".to_owned(), bytes };
    let report = trail.verify(std::slice::from_ref(&file), &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.redacted), (5, 0));
}

#[tokio::test]
async fn an_auditor_gets_no_pay_but_hashes_that_are_sealed() {
    let trail = sealed().await;
    let (answer, bytes) = export(&trail, &trail.world.people.auditor, "").await;
    assert_eq!(answer["redacted"], json!(true));
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("7500000") && text.contains("leaf_hash"), "{text}");
    let file = File { name: "export".to_owned(), bytes };
    let report = trail.verify(std::slice::from_ref(&file), &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.redacted), (0, 5));
}

#[tokio::test]
async fn a_filtered_export_verifies_as_a_selection() {
    let trail = sealed().await;
    let (answer, bytes) = export(&trail, &trail.world.people.hr, "log_type=employee_created").await;
    assert_eq!(answer["records"], 2);
    let file = File { name: "export".to_owned(), bytes };
    let partial = VerificationScope { partial: true, ..VerificationScope::default() };
    assert_eq!(trail.verify(&[file], &partial).await.unwrap().records, 2);
}

#[tokio::test]
async fn csv_is_no_program() {
    let trail = AuditFixture::open().await;
    let mut event = trail.event("employee.updated", "=HYPERLINK(\"http://example.test\")");
    event["user_agent"] = json!("@SUM(1)");
    trail.deliver(&[event]).await.unwrap();
    let (answer, bytes) = export(&trail, &trail.world.people.hr, "format=csv").await;
    assert_eq!(answer["records"], 1);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("id,user_id,action,log_type,"));
    assert!(text.contains("\"'=HYPERLINK(\"\"http://example.test\"\")\"") && text.contains("\"'@SUM(1)\""), "{text}");
}

#[tokio::test]
async fn an_export_is_on_record_with_what_was_asked() {
    let trail = sealed().await;
    let (answer, _) = export(&trail, &trail.world.people.auditor, "status=success&format=csv").await;
    let app = app!(trail.world, AUDIT_LOGS_TYPE_LIST);
    let page =
        trail.world.get(&app, "/api/v1/audit-logs/type/data_export").signed_in_as(&trail.world.people.auditor).await;
    let record = &page.body["items"][0];
    assert_eq!(
        (&record["entity_id"], &record["user_id"]),
        (&answer["export_id"], &json!(trail.world.people.auditor.id))
    );
    assert_eq!((&record["new_values"]["sha256"], &record["new_values"]["records"]), (&answer["sha256"], &json!(5)));
    assert_eq!(record["new_values"]["question"]["status"], "success");
    trail.advance_minutes(120);
    assert_eq!(trail.seal().await["tampered"], 0);
    assert!(trail.verify(&trail.archives(), &VerificationScope::default()).await.is_ok(), "and is sealed");
}

#[tokio::test]
async fn without_the_bucket_there_is_no_link_and_no_record_of_one() {
    let trail = sealed().await;
    trail.world.cloud.fail_calls("S3.PUT");
    let before = trail.world.list_items("AUDIT_TABLE").await;
    let app = app!(trail.world, AUDIT_LOGS_EXPORT);
    let answer = trail.world.get(&app, PATH).signed_in_as(&trail.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.body.get("url")), (503, None));
    assert_eq!(trail.world.list_items("AUDIT_TABLE").await, before);
}

#[tokio::test]
async fn not_everybody_exports_and_bad_queries_are_refused() {
    let trail = AuditFixture::open().await;
    let app = app!(trail.world, AUDIT_LOGS_EXPORT);
    let people = &trail.world.people;
    assert_eq!(trail.world.get(&app, PATH).await.status, 401);
    for person in [&people.employee, &people.manager] {
        assert_eq!(trail.world.get(&app, PATH).signed_in_as(person).await.status, 403);
    }
    for (query, status, pointer) in [
        ("format=xml", 400, "query:format"),
        ("limit=5", 400, "query:limit"),
        ("from=2020-01-01T00:00:00Z", 422, "query:from"),
    ] {
        let answer = trail.world.get(&app, format!("{PATH}?{query}")).signed_in_as(&people.hr).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
    }
    assert!(trail.world.cloud.objects().is_empty() && trail.count("LOG#").await == 0);
}
