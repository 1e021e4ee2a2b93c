//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`

use futures::future::join_all;
use serde_json::json;

use crate::compliance::{ComplianceFixture, TABLE, VIOLATIONS};

fn path(id: &str) -> String {
    format!("{VIOLATIONS}/{id}/acknowledge")
}

#[tokio::test]
async fn a_violation_is_acknowledged_once_with_what_came_of_it() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    let id = house.register_violation(1, &people.employee, "a").await;
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = |comment: &str| house.post(&app, path(&id), json!({"comment": comment}));
    let answer = ask(" talked\nabout it ").signed_in_as(&people.manager).await;
    assert_eq!((answer.status.as_u16(), &answer.body["comment"]), (200, &json!("talked\nabout it")), "{}", answer.body);
    assert_eq!(answer.body["acknowledged_by"], json!(people.manager.id));
    assert_eq!(house.published_types(TABLE).await, ["compliance.violation_acknowledged"]);
    let refused = house.refused(ask("me too").signed_in_as(house.hr()), 409, "already_acknowledged", &[]).await;
    assert_eq!(refused.body["current"]["acknowledged_by"], json!(people.manager.id));
}

#[tokio::test]
async fn only_those_above_and_hr_may_and_nobody_for_themselves() {
    let house = ComplianceFixture::open().await;
    let people = house.world.people.clone();
    let id = house.register_violation(1, &people.employee, "a").await;
    let own = house.register_violation(2, house.hr(), "a").await;
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let ask = |id: &str| house.post(&app, path(id), json!({"comment": "x"}));
    for caller in [&people.employee, &people.admin, &people.auditor] {
        house.refused(ask(&id).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    let foreign = house.refused(ask(&id).signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    let ghost = "viol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let nobody = house.refused(ask(ghost).signed_in_as(&people.other_manager), 404, "not_found", &[]).await;
    assert_eq!(foreign.body["detail"], nobody.body["detail"], "foreign is not told from not there");
    house.refused(ask(&own).signed_in_as(house.hr()), 403, "own_violation", &[]).await;
    for (body, status, problem) in [
        (json!({}), 400, "malformed"),
        (json!({"comment": " "}), 422, "invalid"),
        (json!({"comment": "x".repeat(1_001)}), 422, "invalid"),
    ] {
        let ask = house.post(&app, path(&id), body).signed_in_as(house.hr());
        house.refused(ask, status, problem, &["/comment"]).await;
    }
}

#[tokio::test]
async fn of_twenty_at_once_one_counts_and_a_retry_gets_its_answer() {
    let house = ComplianceFixture::open().await;
    let id = house.register_violation(1, &house.world.people.employee.clone(), "a").await;
    let app = app!(house.world, COMPLIANCE_VIOLATIONS_ACKNOWLEDGE);
    let tries = (0..20).map(|n| {
        let ask = house.post(&app, path(&id), json!({"comment": format!("{n}")})).signed_in_as(house.hr());
        let ask = ask.header("idempotency-key", &n.to_string());
        async move { (n, ask.await) }
    });
    let answers = join_all(tries).await;
    let won: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 200).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|(_, answer)| matches!(answer.status.as_u16(), 200 | 409)));
    let (n, first) = won[0];
    let again = house.post(&app, path(&id), json!({"comment": format!("{n}")})).signed_in_as(house.hr());
    let again = again.header("idempotency-key", &n.to_string()).await;
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&first.body, "true"));
}
