//! `GET /api/v1/audit-logs/export`.

use audit::domain::{
    hash::Hash,
    verify::{RecordFile, VerificationScope},
};
use directory::Person;
use serde_json::{Value, json};

use crate::audit::AuditFixture;

const PATH: &str = "/api/v1/audit-logs/export";

/// Exports records and returns the answer and the file.
async fn export(fixture: &AuditFixture, by: &Person, query: &str) -> (Value, Vec<u8>) {
    let app = app!(fixture.world, AUDIT_LOGS_EXPORT);
    let answer = fixture.world.get(&app, format!("{PATH}?{query}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let id = answer.body["export_id"].as_str().unwrap();
    let format = answer.body["format"].as_str().unwrap();
    let file = fixture.world.cloud.object(&format!("exports/exports/{id}.{format}")).unwrap().body;
    assert_eq!(answer.body["sha256"], json!(Hash::of(&[&file])));
    assert!(answer.body["url"].as_str().unwrap().contains(&format!("/exports/exports/{id}.{format}?")));
    (answer.body, file)
}

async fn sealed() -> AuditFixture {
    let fixture = AuditFixture::open().await;
    for n in 0..5 {
        fixture.record_event(["employee.updated", "employee.created"][n % 2], &format!("emp_{n}")).await;
        fixture.advance_minutes(20);
    }
    fixture.advance_minutes(60);
    fixture.run_seal_job().await;
    fixture
}

#[tokio::test]
async fn export_of_hr_verifies_by_content() {
    let fixture = sealed().await;
    let (answer, bytes) = export(&fixture, &fixture.world.people.hr, "format=ndjson").await;
    assert_eq!((&answer["records"], &answer["redacted"]), (&json!(5), &json!(false)));
    assert_eq!(answer["expires_at"], json!(fixture.now() + jiff::SignedDuration::from_mins(15)));
    let file = RecordFile { name: "export".to_owned(), bytes };
    let report = fixture.verify_files(std::slice::from_ref(&file), &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.redacted), (5, 0));
}

#[tokio::test]
async fn export_of_an_auditor_hides_compensation_and_verifies_by_hash() {
    let fixture = sealed().await;
    let (answer, bytes) = export(&fixture, &fixture.world.people.auditor, "").await;
    assert_eq!(answer["redacted"], json!(true));
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("7500000") && text.contains("leaf_hash"), "{text}");
    let file = RecordFile { name: "export".to_owned(), bytes };
    let report = fixture.verify_files(std::slice::from_ref(&file), &VerificationScope::default()).await.unwrap();
    assert_eq!((report.records, report.redacted), (0, 5));
}

#[tokio::test]
async fn filtered_export_verifies_as_a_selection() {
    let fixture = sealed().await;
    let (answer, bytes) = export(&fixture, &fixture.world.people.hr, "log_type=employee_created").await;
    assert_eq!(answer["records"], 2);
    let file = RecordFile { name: "export".to_owned(), bytes };
    let partial = VerificationScope { partial: true, ..VerificationScope::default() };
    assert_eq!(fixture.verify_files(&[file], &partial).await.unwrap().records, 2);
}

#[tokio::test]
async fn csv_export_contains_no_formulas() {
    let fixture = AuditFixture::open().await;
    let mut event = fixture.event("employee.updated", "=HYPERLINK(\"http://example.test\")");
    event["user_agent"] = json!("@SUM(1)");
    fixture.deliver(&[event]).await.unwrap();
    let (answer, bytes) = export(&fixture, &fixture.world.people.hr, "format=csv").await;
    assert_eq!(answer["records"], 1);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("id,user_id,action,log_type,"));
    assert!(text.contains("\"'=HYPERLINK(\"\"http://example.test\"\")\"") && text.contains("\"'@SUM(1)\""), "{text}");
}

#[tokio::test]
async fn export_is_audited_with_its_query() {
    let fixture = sealed().await;
    let (answer, _) = export(&fixture, &fixture.world.people.auditor, "status=success&format=csv").await;
    let app = app!(fixture.world, AUDIT_LOGS_TYPE_LIST);
    let page = fixture
        .world
        .get(&app, "/api/v1/audit-logs/type/data_export")
        .signed_in_as(&fixture.world.people.auditor)
        .await;
    let record = &page.body["items"][0];
    assert_eq!(
        (&record["entity_id"], &record["user_id"]),
        (&answer["export_id"], &json!(fixture.world.people.auditor.id))
    );
    assert_eq!((&record["new_values"]["sha256"], &record["new_values"]["records"]), (&answer["sha256"], &json!(5)));
    assert_eq!(record["new_values"]["question"]["status"], "success");
    fixture.advance_minutes(120);
    assert_eq!(fixture.run_seal_job().await["tampered"], 0);
    assert!(
        fixture.verify_files(&fixture.archives(), &VerificationScope::default()).await.is_ok(),
        "the record of the export is sealed"
    );
}

#[tokio::test]
async fn failed_export_returns_503_and_is_not_recorded() {
    let fixture = sealed().await;
    fixture.world.cloud.fail_calls("S3.PUT");
    let before = fixture.world.list_items("AUDIT_TABLE").await;
    let app = app!(fixture.world, AUDIT_LOGS_EXPORT);
    let answer = fixture.world.get(&app, PATH).signed_in_as(&fixture.world.people.hr).await;
    assert_eq!((answer.status.as_u16(), answer.body.get("url")), (503, None));
    assert_eq!(fixture.world.list_items("AUDIT_TABLE").await, before);
}

#[tokio::test]
async fn export_refuses_other_roles_and_invalid_queries() {
    let fixture = AuditFixture::open().await;
    let app = app!(fixture.world, AUDIT_LOGS_EXPORT);
    let people = &fixture.world.people;
    assert_eq!(fixture.world.get(&app, PATH).await.status, 401);
    for person in [&people.employee, &people.manager] {
        assert_eq!(fixture.world.get(&app, PATH).signed_in_as(person).await.status, 403);
    }
    for (query, status, pointer) in [
        ("format=xml", 400, "query:format"),
        ("limit=5", 400, "query:limit"),
        ("from=2020-01-01T00:00:00Z", 422, "query:from"),
    ] {
        let answer = fixture.world.get(&app, format!("{PATH}?{query}")).signed_in_as(&people.hr).await;
        assert_eq!((answer.status.as_u16(), answer.pointers()), (status, vec![pointer]), "{query}: {}", answer.body);
    }
    assert!(fixture.world.cloud.object_paths().is_empty() && fixture.count_items("LOG#").await == 0);
}
