//! `PUT /api/v1/compliance/policies/{policy_id}`

use std::collections::BTreeMap;

use futures::future::join_all;
use jiff::{ToSpan, civil::date};
use serde_json::{Value, json};

use crate::compliance::{ComplianceFixture, POLICIES, TABLE, leave_policy, training_policy};

fn path(id: &str) -> String {
    format!("{POLICIES}/{id}")
}

#[tokio::test]
async fn a_change_is_a_new_version_and_tells_what_was_before() {
    let house = ComplianceFixture::open().await;
    let id = house.policy(training_policy(json!({}))).await;
    let app = app!(house.world, COMPLIANCE_POLICIES_UPDATE);
    let rules = json!({"course": "fire-safety", "due_after_days": 10, "remind_days_before": 3});
    let body = training_policy(json!({"effective_from": "2024-07-01", "rules": rules, "scope": {"sites": ["berlin"]}}));
    let answer = house.world.put(&app, path(&id), body).signed_in_as(house.hr()).header("if-match", "\"1\"").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["id"], &answer.body["policy_version"]), (&json!(id), &json!(2)));
    let stamps = house.stamps(TABLE).await;
    let said: Vec<_> = stamps.iter().map(|stamp| stamp.event.as_str()).collect();
    assert_eq!(said, ["compliance.policy_created", "compliance.policy_updated"], "the first version stays as it was");
    let previous = &stamps[1].data.as_ref().unwrap()["previous"];
    assert_eq!((&previous["policy_version"], &previous["rules"]["due_after_days"]), (&json!(1), &json!(30)));
    assert_eq!(stamps[1].entity_id, id);
}

#[tokio::test]
async fn a_version_begins_later_and_stays_about_the_same() {
    let house = ComplianceFixture::open().await;
    let id = house.policy(training_policy(json!({}))).await;
    let app = app!(house.world, COMPLIANCE_POLICIES_UPDATE);
    let ask = |fields: Value| house.world.put(&app, path(&id), training_policy(fields)).signed_in_as(house.hr());
    let course = json!({"course": "first-aid", "due_after_days": 30, "remind_days_before": 14});
    let retention = json!({"records": "attendance", "keep_days": 30});
    for (fields, status, problem, pointer) in [
        (json!({"effective_from": "2024-01-01"}), 422, "invalid", "/effective_from"),
        (json!({"effective_from": "2023-01-01"}), 422, "invalid", "/effective_from"),
        (json!({"effective_from": "2025-01-01", "rules": course}), 422, "invalid", "/rules/course"),
        (
            json!({"effective_from": "2025-01-01", "kind": "data_retention", "rules": retention}),
            422,
            "invalid",
            "/kind",
        ),
        (json!({"effective_from": "2025-01-01", "rules": {"x": 1}}), 400, "malformed", "/rules/x"),
    ] {
        house.refused(ask(fields), status, problem, &[pointer]).await;
    }
    let later = || json!({"effective_from": "2025-01-01"});
    house.refused(ask(later()).header("if-match", "\"2\""), 412, "stale", &[]).await;
    let ghost = "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let nobody = house.world.put(&app, path(ghost), training_policy(later())).signed_in_as(house.hr());
    house.refused(nobody, 404, "not_found", &[]).await;
    let people = &house.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = house.world.put(&app, path(&id), training_policy(later())).signed_in_as(caller);
        house.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn a_version_may_not_reach_into_another_policy() {
    let house = ComplianceFixture::open().await;
    let first = house.policy(leave_policy(json!({"effective_to": "2024-12-31"}))).await;
    let second = house.policy(leave_policy(json!({"effective_from": "2025-07-01"}))).await;
    let app = app!(house.world, COMPLIANCE_POLICIES_UPDATE);
    let ask = |fields: Value| house.world.put(&app, path(&first), leave_policy(fields)).signed_in_as(house.hr());
    let refused =
        house.refused(ask(json!({"effective_from": "2025-01-01"})), 409, "policy_overlaps", &["/effective_from"]).await;
    assert_eq!(refused.body["current"]["policy_id"], json!(second));
    let fits = ask(json!({"effective_from": "2025-01-01", "effective_to": "2025-06-30"})).await;
    assert_eq!(fits.status, 200, "{}", fits.body);
}

/// Every version with the days it applies: a later one of the same policy ends an earlier one.
async fn in_force(house: &ComplianceFixture) -> Vec<(String, String, String)> {
    let mut by_policy: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for item in house.world.list_items(TABLE).await {
        let Some(id) = store::string_attribute(&item, "policy_id") else { continue };
        let version = item["policy_version"].as_n().unwrap().parse().unwrap();
        by_policy
            .entry(id.to_owned())
            .or_default()
            .push((version, store::string_attribute(&item, "effective_from").unwrap().to_owned()));
    }
    let mut ranges = Vec::new();
    for (id, mut versions) in by_policy {
        versions.sort();
        let numbers: Vec<_> = versions.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>(), "one winner per version, and no gap");
        for (at, (_, from)) in versions.iter().enumerate() {
            let until = versions.get(at + 1).map_or("9999".to_owned(), |(_, next)| next.clone());
            assert!(*from < until, "versions follow each other in time");
            ranges.push((id.clone(), from.clone(), until));
        }
    }
    ranges
}

#[tokio::test]
async fn of_twenty_changes_at_once_each_version_has_one_winner() {
    let house = ComplianceFixture::open().await;
    let id = house.policy(leave_policy(json!({}))).await;
    let app = app!(house.world, COMPLIANCE_POLICIES_UPDATE);
    let tries = (0..20).map(|n: i64| {
        let from = date(2025, 1, 1).saturating_add(n.days());
        let ask =
            house.world.put(&app, path(&id), leave_policy(json!({"effective_from": from}))).signed_in_as(house.hr());
        async move { ask.await }
    });
    let answers = join_all(tries).await;
    let mut won: Vec<u64> = answers
        .iter()
        .filter(|answer| answer.status == 200)
        .map(|answer| answer.body["policy_version"].as_u64().unwrap())
        .collect();
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409 | 422)), "{answers:?}");
    let count = won.len();
    won.sort_unstable();
    won.dedup();
    assert_eq!(won, (2..=u64::try_from(count + 1).unwrap()).collect::<Vec<_>>(), "no version has two winners");
    assert_eq!(in_force(&house).await.len(), count + 1);
}

#[tokio::test]
async fn policies_that_are_written_at_once_never_overlap() {
    let house = ComplianceFixture::open().await;
    let app = app!(house.world, COMPLIANCE_POLICIES_UPDATE);
    let first = house.policy(leave_policy(json!({"effective_to": "2024-03-31"}))).await;
    let second =
        house.policy(leave_policy(json!({"effective_from": "2024-04-01", "effective_to": "2024-06-30"}))).await;
    let tries = (0..10).flat_map(|n: i8| {
        [&first, &second].map(|id| {
            let fields = json!({"effective_from": format!("2025-{:02}-01", n + 1)});
            let ask = house.world.put(&app, path(id), leave_policy(fields)).signed_in_as(house.hr());
            async move { ask.await }
        })
    });
    let answers = join_all(tries).await;
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409 | 422)), "{answers:?}");
    let open: Vec<_> = in_force(&house).await.into_iter().filter(|(_, from, _)| from.as_str() >= "2025").collect();
    assert!(
        !open.is_empty() && open.iter().all(|(id, ..)| *id == open[0].0),
        "one of the two goes on for ever: {open:?}"
    );
}
