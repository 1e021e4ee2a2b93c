//! `GET /api/v1/compliance/policies`

use serde_json::json;

use crate::compliance::{ComplianceFixture, POLICIES, all, leave_policy, training_policy};

#[tokio::test]
async fn policy_list_filters_by_kind_subject_and_day() {
    let fixture = ComplianceFixture::open().await;
    fixture.create_policy(training_policy(json!({"name": "T"}))).await;
    let annual = fixture.create_policy(leave_policy(json!({"name": "A1", "effective_to": "2024-12-31"}))).await;
    fixture
        .create_policy(leave_policy(
            json!({"name": "B", "scope": {"sites": ["berlin"]}, "effective_from": "2024-03-01"}),
        ))
        .await;
    let update = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let body = leave_policy(json!({"name": "A2", "effective_from": "2025-01-01"}));
    assert_eq!(
        fixture.world.put(&update, format!("{POLICIES}/{annual}"), body).signed_in_as(fixture.hr()).await.status,
        200
    );
    let app = app!(fixture.world, COMPLIANCE_POLICIES_LIST);
    for (query, expected) in [
        ("", vec!["A2", "B", "T"]),
        ("kind=leave", vec!["A2", "B"]),
        ("subject=training:fire-safety", vec!["T"]),
        ("subject=leave:sick", vec![]),
        ("effective_on=2023-12-31", vec![]),
        ("effective_on=2024-02-01", vec!["A1", "T"]),
        ("effective_on=2024-12-31&kind=leave", vec!["A1", "B"]),
        ("effective_on=2030-01-01", vec!["A2", "B", "T"]),
    ] {
        let answer =
            fixture.get(&app, format!("{POLICIES}?{query}")).signed_in_as(&fixture.world.people.employee).await;
        assert_eq!(all(&answer, "name"), expected, "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn policy_pages_are_complete_and_cursors_bound_to_the_caller() {
    let fixture = ComplianceFixture::open().await;
    for course in ["a", "b", "c"] {
        let rules = json!({"course": course, "due_after_days": 30, "remind_days_before": 14});
        fixture.create_policy(training_policy(json!({"name": course, "rules": rules}))).await;
    }
    let app = app!(fixture.world, COMPLIANCE_POLICIES_LIST);
    let first = fixture.get(&app, format!("{POLICIES}?limit=2")).signed_in_as(fixture.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{POLICIES}?limit=2&cursor={cursor}")).signed_in_as(fixture.hr()).await;
    assert_eq!((all(&first, "name"), all(&second, "name")), (vec!["a", "b"], vec!["c"]));
    assert_eq!(second.body.get("next_cursor"), None);
    let borrowed =
        fixture.get(&app, format!("{POLICIES}?limit=2&cursor={cursor}")).signed_in_as(&fixture.world.people.admin);
    fixture.refused(borrowed, 400, "invalid_cursor", &["query:cursor"]).await;
    for (query, pointer) in
        [("kind=x", "query:kind"), ("effective_on=2024-13-01", "query:effective_on"), ("x=1", "query:x")]
    {
        let ask = fixture.get(&app, format!("{POLICIES}?{query}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 400, "malformed", &[pointer]).await;
    }
}
