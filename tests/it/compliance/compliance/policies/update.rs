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
async fn policy_update_adds_a_version_and_publishes_the_previous_one() {
    let fixture = ComplianceFixture::open().await;
    let id = fixture.create_policy(training_policy(json!({}))).await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let rules = json!({"course": "fire-safety", "due_after_days": 10, "remind_days_before": 3});
    let body = training_policy(json!({"effective_from": "2024-07-01", "rules": rules, "scope": {"sites": ["berlin"]}}));
    let answer = fixture.world.put(&app, path(&id), body).signed_in_as(fixture.hr()).header("if-match", "\"1\"").await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    assert_eq!((&answer.body["id"], &answer.body["policy_version"]), (&json!(id), &json!(2)));
    let stamps = fixture.stamps(TABLE).await;
    let published: Vec<_> = stamps.iter().map(|stamp| stamp.event.as_str()).collect();
    assert_eq!(published, ["compliance.policy_created", "compliance.policy_updated"], "the first version is unchanged");
    let previous = &stamps[1].data.as_ref().unwrap()["previous"];
    assert_eq!((&previous["policy_version"], &previous["rules"]["due_after_days"]), (&json!(1), &json!(30)));
    assert_eq!(stamps[1].entity_id, id);
}

#[tokio::test]
async fn new_version_starts_later_and_keeps_kind_and_subject() {
    let fixture = ComplianceFixture::open().await;
    let id = fixture.create_policy(training_policy(json!({}))).await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let ask = |fields: Value| fixture.world.put(&app, path(&id), training_policy(fields)).signed_in_as(fixture.hr());
    let course = json!({"course": "first-aid", "due_after_days": 30, "remind_days_before": 14});
    let retention = json!({"records": "attendance", "keep_days": 731});
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
        fixture.refused(ask(fields), status, problem, &[pointer]).await;
    }
    let later = || json!({"effective_from": "2025-01-01"});
    fixture.refused(ask(later()).header("if-match", "\"2\""), 412, "stale", &[]).await;
    let ghost = "pol_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let unknown = fixture.world.put(&app, path(ghost), training_policy(later())).signed_in_as(fixture.hr());
    fixture.refused(unknown, 404, "not_found", &[]).await;
    let people = &fixture.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = fixture.world.put(&app, path(&id), training_policy(later())).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn new_version_must_not_overlap_another_policy() {
    let fixture = ComplianceFixture::open().await;
    let first = fixture.create_policy(leave_policy(json!({"effective_to": "2024-12-31"}))).await;
    let second = fixture.create_policy(leave_policy(json!({"effective_from": "2025-07-01"}))).await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let ask = |fields: Value| fixture.world.put(&app, path(&first), leave_policy(fields)).signed_in_as(fixture.hr());
    let refused = fixture
        .refused(ask(json!({"effective_from": "2025-01-01"})), 409, "policy_overlaps", &["/effective_from"])
        .await;
    assert_eq!(refused.body["current"]["policy_id"], json!(second));
    let fits = ask(json!({"effective_from": "2025-01-01", "effective_to": "2025-06-30"})).await;
    assert_eq!(fits.status, 200, "{}", fits.body);
}

/// Versions with the days on which they apply; a later version of a policy ends an earlier one.
async fn in_force(fixture: &ComplianceFixture) -> Vec<(String, String, String)> {
    let mut by_policy: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
    for item in fixture.world.list_items(TABLE).await {
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
        assert_eq!(
            numbers,
            (1..=numbers.len() as u64).collect::<Vec<_>>(),
            "each version number is stored once, without gaps"
        );
        for (at, (_, from)) in versions.iter().enumerate() {
            let until = versions.get(at + 1).map_or("9999".to_owned(), |(_, next)| next.clone());
            assert!(*from < until, "later versions start later");
            ranges.push((id.clone(), from.clone(), until));
        }
    }
    ranges
}

#[tokio::test]
async fn concurrent_updates_store_each_policy_version_once() {
    let fixture = ComplianceFixture::open().await;
    let id = fixture.create_policy(leave_policy(json!({}))).await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let tries = (0..20).map(|n: i64| {
        let from = date(2025, 1, 1).saturating_add(n.days());
        let ask = fixture
            .world
            .put(&app, path(&id), leave_policy(json!({"effective_from": from})))
            .signed_in_as(fixture.hr());
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
    assert_eq!(won, (2..=u64::try_from(count + 1).unwrap()).collect::<Vec<_>>(), "each version is stored once");
    assert_eq!(in_force(&fixture).await.len(), count + 1);
}

#[tokio::test]
async fn concurrent_updates_of_two_policies_never_overlap() {
    let fixture = ComplianceFixture::open().await;
    let app = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let first = fixture.create_policy(leave_policy(json!({"effective_to": "2024-03-31"}))).await;
    let second = fixture
        .create_policy(leave_policy(json!({"effective_from": "2024-04-01", "effective_to": "2024-06-30"})))
        .await;
    let tries = (0..10).flat_map(|n: i8| {
        [&first, &second].map(|id| {
            let fields = json!({"effective_from": format!("2025-{:02}-01", n + 1)});
            let ask = fixture.world.put(&app, path(id), leave_policy(fields)).signed_in_as(fixture.hr());
            async move { ask.await }
        })
    });
    let answers = join_all(tries).await;
    assert!(answers.iter().any(|answer| answer.status == 200));
    assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 409 | 422)), "{answers:?}");
    let open: Vec<_> = in_force(&fixture).await.into_iter().filter(|(_, from, _)| from.as_str() >= "2025").collect();
    assert!(
        !open.is_empty() && open.iter().all(|(id, ..)| *id == open[0].0),
        "only one of the policies has no last day: {open:?}"
    );
}
