//! `PUT /api/v1/leaves/{leave_id}/approve`

use directory::Person;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::leave::{LeaveFixture, path};

const WEEK: (&str, &str) = ("2024-07-15", "2024-07-19");

async fn pending_leave(office: &LeaveFixture) -> Value {
    office.request_annual_leave(office.employee(), WEEK.0, WEEK.1).await
}

#[tokio::test]
async fn approval_by_the_manager_turns_the_hold_into_a_consumption() {
    let office = LeaveFixture::open().await;
    let leave = pending_leave(&office).await;
    let answer = office.approve(office.manager(), &leave).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"2\""), "{}", answer.body);
    let expected = [
        ("status", json!("approved")),
        ("approved_by", json!(office.manager().id)),
        ("approved_at", json!("2024-06-10T10:30:45Z")),
        ("duration_days", json!(5.0)),
    ];
    for (field, value) in expected {
        assert_eq!(answer.body[field], value, "{field}");
    }
    assert_eq!(answer.body["approval"]["waits_for"], json!(null));
    let decision = &answer.body["approval"]["decisions"][0];
    assert_eq!((&decision["by"], &decision["comments"]), (&json!(office.manager().id), &json!("Fine")));
    let ledger = office.ledger(office.employee(), "annual").await;
    let mut entries: Vec<_> = ledger.iter().map(|of| (of.id.split('#').next().unwrap(), of.minutes.0)).collect();
    entries.sort_unstable();
    assert_eq!(entries, [("consume", -2400), ("hold", -2400), ("release", 2400)]);
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 2400);
    let stamps = office.stamps("LEAVE_TABLE").await;
    let last = stamps.last().unwrap();
    assert_eq!(
        (last.event.as_str(), last.actor.to_string()),
        ("leave.request_approved", office.manager().id.to_string())
    );
}

#[tokio::test]
async fn one_of_fifty_concurrent_approvals_counts() {
    let office = LeaveFixture::open().await;
    let leave = pending_leave(&office).await;
    let app = app!(office.world, LEAVES_APPROVE);
    let ask = || office.world.put(&app, path(&leave, "/approve"), json!({})).signed_in_as(office.manager());
    let answers = join_all((0..50).map(|_| async { ask().await })).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    for late in answers.iter().filter(|answer| answer.status != 200) {
        assert_eq!((late.status.as_u16(), late.problem()), (409, "already_decided"), "{}", late.body);
        assert_eq!(late.body["current"]["status"], json!("approved"));
        assert_eq!(late.body["current"]["approved_by"], json!(office.manager().id), "the decision of the winner");
    }
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 2400, "one deduction");
    assert_eq!(office.ledger(office.employee(), "annual").await.len(), 3);
}

#[tokio::test]
async fn concurrent_approval_and_cancellation_have_one_winner() {
    for round in 0..20 {
        let office = LeaveFixture::open().await;
        let leave = pending_leave(&office).await;
        let (approve, cancel) = if round % 2 == 0 {
            futures::join!(office.approve(office.manager(), &leave), office.cancel(office.employee(), &leave))
        } else {
            let (cancel, approve) =
                futures::join!(office.cancel(office.employee(), &leave), office.approve(office.manager(), &leave));
            (approve, cancel)
        };
        let stored = office.read_leave(office.employee(), &leave).await.body;
        let taken = office.taken_minutes(office.employee(), "annual").await;
        match stored["status"].as_str().unwrap() {
            // Approved only, or approved first and then cancelled while in the future.
            "approved" => assert_eq!((approve.status.as_u16(), cancel.status.as_u16(), taken), (200, 409, 2400)),
            "cancelled" => {
                assert_eq!((cancel.status.as_u16(), taken), (200, 0), "{}", cancel.body);
                let first = approve.status == 200;
                assert!(first || (approve.status == 409 && approve.problem() == "already_decided"), "{}", approve.body);
                assert_eq!(stored["approved_by"].is_string(), first);
            }
            other => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn employees_cannot_approve_their_own_leave() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_APPROVE);
    // Mara has no manager, so HR decides.
    let leave = office.request_annual_leave(office.manager(), WEEK.0, WEEK.1).await;
    assert_eq!(leave["approval"]["waits_for"], json!({"employee_ids": [], "hr": true, "needed": 1}));
    let ask = office.world.put(&app, path(&leave, "/approve"), json!({})).signed_in_as(office.manager());
    office.refused(ask, 403, "own_request", &[]).await;
    assert_eq!(office.approve(office.hr(), &leave).await.status, 200);
    let own = office.request_annual_leave(office.hr(), WEEK.0, WEEK.1).await;
    let ask = office.world.put(&app, path(&own, "/approve"), json!({})).signed_in_as(office.hr());
    office.refused(ask, 403, "own_request", &[]).await;
}

#[tokio::test]
async fn non_approvers_get_403_and_outsiders_404() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_APPROVE);
    let leave = pending_leave(&office).await;
    let people = &office.world.people;
    let ask = |by| office.world.put(&app, path(&leave, "/approve"), json!({})).signed_in_as(by);
    office.refused(ask(&people.hr), 403, "not_your_step", &[]).await;
    for foreign in [&people.other_manager, &people.outsider] {
        let answer = office.refused(ask(foreign), 404, "not_found", &[]).await;
        assert!(!answer.body.to_string().contains("annual"));
    }
    for outside in [&people.auditor, &people.admin] {
        let answer = ask(outside).await;
        assert!(matches!(answer.status.as_u16(), 403 | 404), "{}", answer.body);
    }
    let nothing = json!({"id": "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8"});
    let ask = office.world.put(&app, path(&nothing, "/approve"), json!({})).signed_in_as(office.manager());
    office.refused(ask, 404, "not_found", &[]).await;
}

#[tokio::test]
async fn outdated_if_match_is_refused() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_APPROVE);
    let leave = pending_leave(&office).await;
    let ask = |etag: &str| {
        let ask = office.world.put(&app, path(&leave, "/approve"), json!({})).signed_in_as(office.manager());
        ask.header("if-match", etag)
    };
    office.refused(ask("\"7\""), 412, "stale", &[]).await;
    assert_eq!(ask("\"1\"").await.status, 200);
}

/// Leave type with these approval steps, in a world where Mara reports to a chief.
async fn with_steps(steps: Value) -> (LeaveFixture, Person) {
    let office = LeaveFixture::open().await;
    let chief = office.add_person(50, "Chief", None).await;
    let manager = Person { manager_id: Some(chief.id), ..office.manager().clone() };
    office.world.add_people(&[&manager]).await;
    office.put_leave_type("special", "Special").await;
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 30, "approval": steps})).await;
    // The cached people expire.
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    (office, chief)
}

async fn special(office: &LeaveFixture, start: &str, end: &str) -> Value {
    let body = json!({"leave_type": "special", "start_date": start, "end_date": end});
    let answer = office.request_leave(office.employee(), body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn approval_steps_cannot_be_skipped_or_reordered() {
    let (office, _) = with_steps(json!([{"by": "manager"}, {"by": "hr", "above_days": 5}])).await;
    let leave = special(&office, "2024-07-15", "2024-07-26").await;
    assert_eq!(leave["approval"]["steps"].as_array().unwrap().len(), 2);
    let early = office.approve(office.hr(), &leave).await;
    assert_eq!((early.status.as_u16(), early.problem()), (403, "not_your_step"), "{}", early.body);
    let first = office.approve(office.manager(), &leave).await;
    assert_eq!(
        (&first.body["status"], &first.body["approval"]["step"]),
        (&json!("pending"), &json!(1)),
        "{}",
        first.body
    );
    assert_eq!(first.body["approval"]["waits_for"], json!({"employee_ids": [], "hr": true, "needed": 1}));
    let again = office.approve(office.manager(), &leave).await;
    assert_eq!(again.status, 403, "{}", again.body);
    let last = office.approve(office.hr(), &leave).await;
    assert_eq!((&last.body["status"], &last.body["approved_by"]), (&json!("approved"), &json!(office.hr().id)));
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.last().unwrap(), "leave.request_approved");
    assert_eq!(office.taken_minutes(office.employee(), "special").await, 4800);

    let short = special(&office, "2024-08-05", "2024-08-09").await;
    assert_eq!(short["approval"]["steps"].as_array().unwrap().len(), 1, "five days do not exceed five days");
    assert_eq!(office.approve(office.manager(), &short).await.body["status"], json!("approved"));
}

#[tokio::test]
async fn approval_of_an_inner_step_advances_without_a_deduction() {
    let (office, chief) = with_steps(json!([{"by": "manager"}, {"by": "second_manager"}])).await;
    let leave = special(&office, "2024-07-15", "2024-07-19").await;
    office.approve(office.manager(), &leave).await;
    let stamps = office.stamps("LEAVE_TABLE").await;
    assert_eq!(stamps.last().unwrap().event, "leave.request_advanced");
    assert_eq!(office.ledger(office.employee(), "special").await.len(), 1, "only the hold is posted");
    let answer = office.approve(&chief, &leave).await;
    assert_eq!((&answer.body["status"], &answer.body["approved_by"]), (&json!("approved"), &json!(chief.id)));
}

#[tokio::test]
async fn committee_needs_the_set_number_of_different_approvers() {
    let office = LeaveFixture::open().await;
    let committee = [
        office.add_person(60, "Ann", None).await,
        office.add_person(61, "Bob", None).await,
        office.add_person(62, "Cid", None).await,
    ];
    let ids: Vec<_> = committee.iter().map(|one| one.id).collect();
    office.put_leave_type("special", "Special").await;
    let steps = json!([{"by": {"people": ids}, "needed": 2}]);
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 30, "approval": steps})).await;
    let leave = special(&office, "2024-07-15", "2024-07-19").await;
    assert_eq!(leave["approval"]["waits_for"]["needed"], json!(2));
    let first = office.approve(&committee[0], &leave).await;
    assert_eq!((first.status.as_u16(), &first.body["status"]), (200, &json!("pending")), "{}", first.body);
    assert_eq!(first.body["approval"]["waits_for"]["needed"], json!(1));
    let twice = office.approve(&committee[0], &leave).await;
    assert_eq!((twice.status.as_u16(), twice.problem()), (409, "already_decided"), "{}", twice.body);
    assert_eq!(
        office.approve(office.manager(), &leave).await.status,
        403,
        "the manager sees the request but is not an approver"
    );
    assert_eq!(office.approve(&committee[2], &leave).await.body["status"], json!("approved"));
    assert_eq!(office.approve(&committee[1], &leave).await.problem(), "already_decided");
    assert_eq!(office.taken_minutes(office.employee(), "special").await, 2400);
}

#[tokio::test]
async fn concurrent_approvals_of_two_committee_members_both_count() {
    let office = LeaveFixture::open().await;
    let (ann, bob) = (office.add_person(60, "Ann", None).await, office.add_person(61, "Bob", None).await);
    office.put_leave_type("special", "Special").await;
    let steps = json!([{"by": {"people": [ann.id, bob.id]}, "needed": 2}]);
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 30, "approval": steps})).await;
    let leave = special(&office, "2024-07-15", "2024-07-19").await;
    let (first, second) = futures::join!(office.approve(&ann, &leave), office.approve(&bob, &leave));
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200), "{} {}", first.body, second.body);
    let stored = office.read_leave(office.employee(), &leave).await.body;
    assert_eq!((&stored["status"], stored["approval"]["decisions"].as_array().unwrap().len()), (&json!("approved"), 2));
    assert_eq!(office.taken_minutes(office.employee(), "special").await, 2400);
}

#[tokio::test]
async fn delegate_decides_only_within_the_dates_of_the_delegation() {
    let office = LeaveFixture::open().await;
    let delegate = office.add_person(70, "Dana", None).await;
    let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    assert_eq!(office.approve(&delegate, &leave).await.status, 404, "there is no delegation yet");
    let body = json!({"delegate_id": delegate.id, "from": "2024-06-11", "to": "2024-06-12"});
    let given = office.post(&app, "/api/v1/leave-delegations", body).signed_in_as(office.manager()).await;
    assert_eq!(given.status, 201, "{}", given.body);
    for (at, status) in [
        ("2024-06-10T21:59:00Z", 404), // 23:59 in Berlin on the day before
        ("2024-06-12T22:00:00Z", 404), // midnight in Berlin after the last day
        ("2024-06-10T22:00:00Z", 200), // midnight in Berlin before the first day
    ] {
        office.world.clock.set(at.parse().unwrap());
        let answer = office.approve(&delegate, &leave).await;
        assert_eq!(answer.status, status, "{at}: {}", answer.body);
        if status == 200 {
            let decision = &answer.body["approval"]["decisions"][0];
            assert_eq!((&decision["by"], &decision["instead_of"]), (&json!(delegate.id), &json!(office.manager().id)));
            assert_eq!(answer.body["approved_by"], json!(delegate.id));
        }
    }
}

#[tokio::test]
async fn delegates_cannot_decide_their_own_leave() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVE_DELEGATIONS_CREATE);
    let body = json!({"delegate_id": office.employee().id, "from": "2024-06-01", "to": "2024-06-30"});
    assert_eq!(office.post(&app, "/api/v1/leave-delegations", body).signed_in_as(office.manager()).await.status, 201);
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    let answer = office.approve(office.employee(), &leave).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (403, "own_request"), "{}", answer.body);
}

#[tokio::test]
async fn suspended_manager_is_replaced_by_the_next_level_at_once() {
    let (office, chief) = with_steps(json!([{"by": "manager"}])).await;
    let leave = special(&office, "2024-07-15", "2024-07-19").await;
    assert_eq!(office.approve(&chief, &leave).await.status, 404, "the manager can decide");
    let suspended = Person {
        status: directory::EmploymentStatus::Suspended,
        manager_id: Some(chief.id),
        ..office.manager().clone()
    };
    office.world.add_people(&[&suspended]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let read = office.read_leave(office.employee(), &leave).await;
    assert_eq!(
        read.body["approval"]["waits_for"],
        json!({"employee_ids": [chief.id], "hr": false, "needed": 1}),
        "{}",
        read.body
    );
    assert_eq!(office.approve(office.hr(), &leave).await.status, 403, "the next level can decide");
    assert_eq!(office.approve(&chief, &leave).await.body["status"], json!("approved"));
}

#[tokio::test]
async fn hr_decides_at_once_if_named_approvers_are_unknown_or_have_left() {
    let office = LeaveFixture::open().await;
    let left = Person { status: directory::EmploymentStatus::Terminated, ..office.add_person(60, "Ann", None).await };
    office.world.add_people(&[&left]).await;
    let ghost = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    office.put_leave_type("special", "Special").await;
    let steps = json!([{"by": {"people": [left.id, ghost]}}]);
    office.put_policy(9, json!({"leave_type": "special", "entitlement_days": 30, "approval": steps})).await;
    let leave = special(&office, "2024-07-15", "2024-07-19").await;
    let list = app!(office.world, LEAVES_LIST);
    let waiting = office.get(&list, "/api/v1/leaves?waiting_for=me").signed_in_as(office.hr()).await;
    assert_eq!(waiting.body["items"][0]["id"], leave["id"], "HR finds it: {}", waiting.body);
    let answer = office.approve(office.hr(), &leave).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!("approved")), "{}", answer.body);
}
