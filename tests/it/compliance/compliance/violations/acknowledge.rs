//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`

use futures::future::join_all;
use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, VIOLATIONS};

fn path(id: &str) -> String {
    format!("{VIOLATIONS}/{id}/acknowledge")
}

#[tokio::test]
async fn violation_is_acknowledged_once_with_a_comment() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let id = fixture.register_violation(1, &people.employee, "blackout").await;
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = |comment: &str| fixture.post(&app, path(&id), json!({"comment": comment}));
    let answer = ask(" talked\nabout it ").signed_in_as(&people.manager).await;
    assert_eq!((answer.status.as_u16(), &answer.body["comment"]), (200, &json!("talked\nabout it")), "{}", answer.body);
    assert_eq!(answer.body["acknowledged_by"], json!(people.manager.id));
    assert_eq!(fixture.published_types(TABLE).await, ["compliance.violation_acknowledged"]);
    let refused = fixture.refused(ask("me too").signed_in_as(fixture.hr()), 409, "already_acknowledged", &[]).await;
    assert_eq!(refused.body["current"]["acknowledged_by"], json!(people.manager.id));
}

#[tokio::test]
async fn only_managers_and_hr_acknowledge_and_never_their_own() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let id = fixture.register_violation(1, &people.employee, "blackout").await;
    let own = fixture.register_violation(2, fixture.hr(), "blackout").await;
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = |id: &str| fixture.post(&app, path(id), json!({"comment": "x"}));
    for caller in [&people.employee, &people.admin, &people.auditor] {
        fixture.refused(ask(&id).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    let foreign = fixture.refused(ask(&id).signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    let ghost = "viol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let unknown = fixture.refused(ask(ghost).signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    assert_eq!(foreign.body["detail"], unknown.body["detail"], "invisible and unknown violations look the same");
    fixture.refused(ask(&own).signed_in_as(fixture.hr()), 403, "own_violation", &[]).await;
    for (body, status, problem) in [
        (json!({}), 400, "malformed"),
        (json!({"comment": " "}), 422, "invalid"),
        (json!({"comment": "x".repeat(1_001)}), 422, "invalid"),
    ] {
        let ask = fixture.post(&app, path(&id), body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &["/comment"]).await;
    }
}

#[tokio::test]
async fn concurrent_acknowledgements_store_one_and_retries_replay_it() {
    let fixture = ComplianceFixture::open().await;
    let id = fixture.register_violation(1, &fixture.world.people.employee.clone(), "blackout").await;
    let app = app!(fixture.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let tries = (0..20).map(|n| {
        let ask = fixture.post(&app, path(&id), json!({"comment": format!("{n}")})).signed_in_as(fixture.hr());
        let ask = ask.header("idempotency-key", &n.to_string());
        async move { (n, ask.await) }
    });
    let answers = join_all(tries).await;
    let won: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|(_, answer)| matches!(answer.status.as_u16(), 200 | 409)));
    let (n, first) = won[0];
    let again = fixture.post(&app, path(&id), json!({"comment": format!("{n}")})).signed_in_as(fixture.hr());
    let again = again.header("idempotency-key", &n.to_string()).await;
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
}
