//! `POST /api/v1/compliance/policies`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::{
    compliance::{ComplianceFixture, POLICIES, TABLE, leave_policy, training_policy},
    conformance::{openapi::document, policy_fields::policy_fields},
};

#[tokio::test]
async fn created_policy_has_version_one() {
    let fixture = ComplianceFixture::open().await;
    let body = leave_policy(json!({"name": " Annual leave ", "warn_only": ["notice_too_short"]}));
    let answer = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    assert_eq!(answer.header("location"), format!("{POLICIES}/{}", crate::compliance::id(&answer)));
    assert_eq!((&answer.body["name"], &answer.body["policy_version"]), (&json!("Annual leave"), &json!(1)));
    assert_eq!(answer.body["rules"]["entitlement_days"], json!(24));
    assert_eq!(answer.body["created_by"], json!(fixture.hr().id));
    assert_eq!(fixture.published_types(TABLE).await, ["compliance.policy_created"]);
}

#[tokio::test]
async fn policies_of_each_kind_are_created() {
    let fixture = ComplianceFixture::open().await;
    for (kind, rules) in [
        (
            "attendance",
            json!({"shifts": [{"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30}],
                "window_before_minutes": 60, "window_after_minutes": 60, "grace_in_minutes": 5, "grace_out_minutes": 5,
                "breaks": [{"worked_over_minutes": 360, "break_minutes": 30}], "rounding": "nearest",
                "rounding_step_minutes": 15}),
        ),
        (
            "working_time",
            json!({"daily_max_minutes": 600, "weekly_max_minutes": 2880, "daily_rest_minutes": 660, "weekly_rest_minutes": 1440}),
        ),
        ("carry_over", json!({"cap_days": 10, "expires_after_months": 3})),
        (
            "overtime",
            json!({"tiers": [{"from_minutes": 0, "rate_bp": 12500}, {"from_minutes": 120, "rate_bp": 15000}],
                "rest_day_rate_bp": 15000, "holiday_rate_bp": 20000, "minimum_block_minutes": 15,
                "daily_cap_minutes": 240, "weekly_cap_minutes": 600}),
        ),
        ("data_retention", json!({"records": "attendance", "keep_days": 731})),
        ("training", json!({"course": "first-aid", "due_after_days": 60, "remind_days_before": 7})),
    ] {
        let body = leave_policy(json!({"name": kind, "kind": kind, "rules": rules}));
        let answer = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr()).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.body);
        assert_eq!(answer.body["kind"], json!(kind));
    }
}

/// Rules of each kind, with a value for every field.
fn complete_rules(approver: kernel::EmployeeId) -> Vec<(&'static str, Value)> {
    let leave = json!({
        "leave_type": "annual", "entitlement_days": 24, "period_start": {"month": 4},
        "accrual": {"schedule": "monthly", "posted_at": "start", "round_to": "half_day"},
        "prorate_by_fte": true, "full_day_minutes": 480, "carry_over": {"cap_days": 5, "expires_after_months": 3},
        "negative_days": 2, "notice_days": 3, "notice_tiers": [{"above_days": 5, "notice_days": 14}],
        "backdate_days": 1, "interrupts": [], "adjoins": [], "run_days_max": 20, "service_days_min": 90, "sandwich": "inside",
        "blackouts": [{"from": "2024-12-01", "to": "2024-12-31", "reason": "Stocktaking"}], "eligible": ["full_time"],
        "attachment_above_days": 10, "unit": "day", "encashment": {"max_days": 5, "keep_days": 10},
        "credit_expires_days": 90, "approval": [
            {"by": {"people": [approver]}, "needed": 1, "above_days": 2, "escalate_after_hours": 48},
        ],
    });
    let by_hours = json!({
        "leave_type": "sick", "entitlement_days": 10, "unit": "hour", "approval": [], "accrual": {
            "schedule": "per_hours_worked", "posted_at": "end", "round_to": "minute",
            "worked_share": {"earned_minutes": 1, "worked_minutes": 30},
        },
    });
    let attendance = json!({
        "shifts": [{"code": "night", "from": "22:00", "to": "06:00", "break_minutes": 30}], "default_shift": "night",
        "window_before_minutes": 60, "window_after_minutes": 60, "debounce_seconds": 30, "grace_in_minutes": 5,
        "grace_out_minutes": 5, "breaks": [{"worked_over_minutes": 360, "break_minutes": 30}], "rounding": "nearest",
        "rounding_step_minutes": 15,
    });
    let overtime = json!({
        "night": {"from": "23:00", "to": "06:00", "extra_bp": 2500}, "early_work": "plain",
        "tiers": [{"from_minutes": 0, "rate_bp": 12500}], "rest_day_rate_bp": 15000, "holiday_rate_bp": 20000,
        "minimum_block_minutes": 15, "daily_cap_minutes": 240, "weekly_cap_minutes": 600,
        "rest_day_credit": {"mode": "grant", "leave_type": "annual", "share_bp": 10000, "expires_days": 90},
    });
    let working_time = json!({
        "daily_max_minutes": 600, "weekly_max_minutes": 2880, "daily_rest_minutes": 660, "weekly_rest_minutes": 1440,
    });
    let training = json!({"course": "first-aid", "due_after_days": 60, "repeat_months": 12, "remind_days_before": 7});
    vec![
        ("leave", leave),
        ("leave", by_hours),
        ("attendance", attendance),
        ("overtime", overtime),
        ("working_time", working_time),
        ("carry_over", json!({"cap_days": 10, "expires_after_months": 3})),
        ("data_retention", json!({"records": "attendance", "keep_days": 1095})),
        ("training", training),
    ]
}

/// Calls `visit` for every object in a value with its JSON pointer.
fn each_object(pointer: &str, value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            visit(pointer);
            fields.iter().for_each(|(name, field)| each_object(&format!("{pointer}/{name}"), field, visit));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| each_object(&format!("{pointer}/{at}"), item, visit));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[tokio::test]
async fn unknown_fields_are_refused_at_every_level_of_every_kind() {
    let fixture = ComplianceFixture::open().await;
    let mut missing = policy_fields(&document());
    for (kind, rules) in complete_rules(fixture.manager().id) {
        let scope = json!({"sites": ["berlin"], "departments": [fixture.manager().department_id]});
        let body = leave_policy(json!({
            "kind": kind, "rules": rules, "scope": scope, "effective_to": "2030-12-31", "warn_only": ["blackout"],
        }));
        missing.retain(|field| {
            let path = field.strip_prefix(kind).map_or_else(|| field.clone(), |rest| format!(".rules{rest}"));
            body.pointer(&path.replace("[]", ".0").replace('.', "/")).is_none()
        });
        let mut places = Vec::new();
        each_object("", &body, &mut |pointer| places.push(pointer.to_owned()));
        for place in places {
            let mut body = body.clone();
            body.pointer_mut(&place).unwrap()["no_such_field"] = json!(1);
            let answer = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr()).await;
            assert_eq!(
                (answer.status.as_u16(), answer.problem()),
                (400, "malformed"),
                "{kind}{place}: {}",
                answer.body
            );
            // A choice by one name, such as `{"people": [..]}`, is refused as a whole.
            let choice = ["/rules/period_start", "/rules/approval/0/by"].contains(&place.as_str());
            let expected = if choice { place } else { format!("{place}/no_such_field") };
            assert_eq!(answer.pointers(), [expected], "{kind}: {}", answer.body);
        }
        let answer = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr()).await;
        assert_eq!(answer.status, 201, "{kind}: {}", answer.body);
    }
    assert!(missing.is_empty(), "the bodies of this test lack fields: {missing:?}");
}

#[tokio::test]
async fn invalid_policies_are_refused_with_a_pointer() {
    let fixture = ComplianceFixture::open().await;
    for (fields, status, problem, pointer) in [
        (json!({"name": null}), 400, "malformed", "/name"),
        (json!({"kind": "leaf"}), 400, "malformed", "/kind"),
        (json!({"colour": "red"}), 400, "malformed", "/colour"),
        (json!({"effective_from": "2024-02-30"}), 400, "malformed", "/effective_from"),
        (json!({"rules": []}), 400, "malformed", "/rules"),
        (json!({"rules": {"course": 1}}), 400, "malformed", "/rules/course"),
        (json!({"rules": {"course": "a", "due": 1}}), 400, "malformed", "/rules/due"),
        (json!({"rules": {"course": "a"}}), 400, "malformed", "/rules/due_after_days"),
        (json!({"scope": {"sites": ["berlin"], "people": []}}), 400, "malformed", "/scope/people"),
        (json!({"scope": {"sites": "berlin"}}), 400, "malformed", "/scope/sites"),
        (json!({"scope": []}), 400, "malformed", "/scope"),
        (json!({"kind": "carry_over"}), 400, "malformed", "/rules/course"),
        (json!({"name": " "}), 422, "invalid", "/name"),
        (json!({"effective_from": "0001-01-01"}), 422, "invalid", "/effective_from"),
        (json!({"effective_to": "2023-12-31"}), 422, "invalid", "/effective_to"),
    ] {
        let body = training_policy(fields.clone());
        let ask = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
    let ask = fixture
        .post(&fixture.create, POLICIES, leave_policy(json!({"warn_only": ["no_such_code"]})))
        .signed_in_as(fixture.hr());
    let answer = ask.await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.pointers()[0].starts_with("/warn_only"), "{}", answer.body);
    let people = &fixture.world.people;
    for caller in [&people.employee, &people.manager, &people.auditor, &people.admin] {
        let ask = fixture.post(&fixture.create, POLICIES, training_policy(json!({}))).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn overlapping_policies_conflict() {
    let fixture = ComplianceFixture::open().await;
    let existing = fixture.create_policy(leave_policy(json!({"effective_to": "2024-12-31"}))).await;
    for from in ["2023-06-01", "2024-06-01", "2024-12-31"] {
        let ask = fixture
            .post(&fixture.create, POLICIES, leave_policy(json!({"effective_from": from})))
            .signed_in_as(fixture.hr());
        let refused = fixture.refused(ask, 409, "policy_overlaps", &["/effective_from"]).await;
        assert_eq!(refused.body["current"]["policy_id"], json!(existing));
    }
    // A different subject, a narrower scope or a different period does not overlap.
    fixture.create_policy(training_policy(json!({}))).await;
    fixture.create_policy(leave_policy(json!({"scope": {"sites": ["berlin"]}}))).await;
    fixture.create_policy(leave_policy(json!({"effective_from": "2025-01-01"}))).await;
    let ask = fixture.post(&fixture.create, POLICIES, leave_policy(json!({"scope": {"sites": ["pune", "berlin"]}})));
    fixture.refused(ask.signed_in_as(fixture.hr()), 409, "policy_overlaps", &["/effective_from"]).await;
    fixture.create_policy(leave_policy(json!({"scope": {"sites": ["pune"]}}))).await;
}

#[tokio::test]
async fn concurrent_creates_store_one_of_the_overlapping_policies() {
    let fixture = ComplianceFixture::open().await;
    let tries = (0..20).map(|_| {
        let ask = fixture.post(&fixture.create, POLICIES, leave_policy(json!({}))).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(tries).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19, "{statuses:?}");
    assert_eq!(fixture.published_types(TABLE).await, ["compliance.policy_created"]);
}

#[tokio::test]
async fn retry_with_the_same_key_replays_the_first_answer() {
    let fixture = ComplianceFixture::open().await;
    let ask =
        |body| fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr()).header("idempotency-key", "k");
    let first = ask(leave_policy(json!({}))).await;
    let again = ask(leave_policy(json!({}))).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{} {}", first.body, again.body);
    assert_eq!((&first.body, again.header("idempotent-replayed")), (&again.body, "true"));
    let other = ask(leave_policy(json!({"name": "Other"})));
    fixture.refused(other, 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn leave_types_and_approvers_that_do_not_exist_are_refused_with_a_pointer() {
    let fixture = ComplianceFixture::open().await;
    let left = directory::Person { status: directory::EmploymentStatus::Terminated, ..fixture.employee().clone() };
    fixture.world.add_people(&[&left]).await;
    fixture.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let ghost = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let rules = |leave_type: &str, people: serde_json::Value| {
        let mut body = leave_policy(json!({}));
        body["rules"]["leave_type"] = json!(leave_type);
        body["rules"]["approval"] = json!([{"by": "manager"}, {"by": {"people": people}}]);
        body
    };
    let manager = fixture.manager().id;
    let adjoining = |codes: serde_json::Value| {
        let mut body = rules("annual", json!([manager]));
        body["rules"]["adjoins"] = codes;
        body
    };
    for (body, pointers) in [
        (adjoining(json!(["annual", "nap"])), vec!["/rules/adjoins/1"]),
        (rules("nap", json!([manager])), vec!["/rules/leave_type"]),
        (rules("annual", json!([manager, ghost])), vec!["/rules/approval/1/by/people/1"]),
        (rules("annual", json!([left.id])), vec!["/rules/approval/1/by/people/0"]),
        (rules("nap", json!([ghost])), vec!["/rules/leave_type", "/rules/approval/1/by/people/0"]),
    ] {
        let ask = fixture.post(&fixture.create, POLICIES, body).signed_in_as(fixture.hr());
        fixture.refused(ask, 422, "invalid", &pointers).await;
    }
    let overtime = |leave_type: &str, mode: &str| {
        json!({
            "name": "Overtime", "effective_from": "2024-01-01", "kind": "overtime",
            "rules": {
                "tiers": [{"from_minutes": 0, "rate_bp": 12_500}], "rest_day_rate_bp": 15_000, "holiday_rate_bp": 20_000,
                "minimum_block_minutes": 15, "daily_cap_minutes": 240, "weekly_cap_minutes": 600,
                "rest_day_credit": {"mode": mode, "leave_type": leave_type, "share_bp": 10_000},
            },
        })
    };
    let ask = fixture.post(&fixture.create, POLICIES, overtime("nap", "grant")).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/rules/rest_day_credit/leave_type"]).await;
    fixture.create_policy(overtime("annual", "grant")).await;
    let id = fixture.create_policy(rules("annual", json!([manager]))).await;
    let update = app!(fixture.world, COMPLIANCE_POLICIES_UPDATE);
    let next = crate::compliance::with(rules("annual", json!([ghost])), json!({"effective_from": "2025-01-01"}));
    let ask = fixture.put(&update, format!("{POLICIES}/{id}"), next).signed_in_as(fixture.hr());
    fixture.refused(ask, 422, "invalid", &["/rules/approval/1/by/people/0"]).await;
}
