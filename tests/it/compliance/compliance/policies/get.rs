//! `GET /api/v1/compliance/policies/{policy_id}`

use serde_json::json;

use crate::compliance::{ComplianceFixture, POLICIES, training_policy};

#[tokio::test]
async fn all_roles_read_a_policy_with_its_versions() {
    let fixture = ComplianceFixture::open().await;
    let id = fixture.create_policy(training_policy(json!({}))).await;
    let update = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let body = training_policy(json!({"effective_from": "2025-01-01", "name": "Fire"}));
    assert_eq!(
        fixture.world.put(&update, format!("{POLICIES}/{id}"), body).signed_in_as(fixture.hr()).await.status,
        200
    );
    let app = app!(fixture.world, COMPLIANCE_POLICIES_GET);
    for caller in fixture.world.people.all() {
        let answer = fixture.get(&app, format!("{POLICIES}/{id}")).signed_in_as(caller).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""));
        assert_eq!((&answer.body["id"], &answer.body["name"]), (&json!(id), &json!("Fire")));
        let versions = answer.body["versions"].as_array().unwrap();
        let numbers: Vec<_> = versions.iter().map(|version| version["policy_version"].as_u64().unwrap()).collect();
        assert_eq!(numbers, [2, 1]);
        assert_eq!(
            (&versions[1]["name"], &versions[1]["effective_from"]),
            (&json!("Fire safety"), &json!("2024-01-01"))
        );
    }
    fixture.refused(fixture.get(&app, format!("{POLICIES}/{id}")), 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn unknown_policies_return_404() {
    let fixture = ComplianceFixture::open().await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_GET);
    for id in ["pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "x", "%00"] {
        let ask = fixture.get(&app, format!("{POLICIES}/{id}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}
