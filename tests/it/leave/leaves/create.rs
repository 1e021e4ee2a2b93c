//! `POST /api/v1/leaves`

use directory::Person;
use futures::future::join_all;
use serde_json::{Value, json};
use testkit::round_trips;

use crate::leave::{LEAVES, LeaveFixture, with};

/// Request for a week in July, with the leave type by its name.
fn week() -> Value {
    json!({"leave_type": "Annual", "start_date": "2024-07-15", "end_date": "2024-07-21", "reason": "Vacation"})
}

#[tokio::test]
async fn request_counts_working_days_and_asks_the_manager() {
    let office = LeaveFixture::open().await;
    let answer =
        office.request_leave(office.employee(), with(week(), json!({"employee_id": office.employee().id}))).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    let leave = &answer.body;
    assert_eq!(answer.header("location"), crate::leave::path(leave, ""));
    for (field, value) in [
        ("employee_id", json!(office.employee().id)),
        ("leave_type", json!("annual")),
        ("leave_type_name", json!("Annual")),
        ("duration_days", json!(5.0)),
        ("duration", json!({"minutes": 2400, "days": 5.0})),
        ("reason", json!("Vacation")),
        ("status", json!("pending")),
        ("created_by", json!(office.employee().id)),
        ("created_at", json!("2024-06-10T10:30:45Z")),
        ("approved_by", json!(null)),
        ("approved_at", json!(null)),
        ("rejected_reason", json!(null)),
        ("cancelled_at", json!(null)),
        ("violations", json!([])),
    ] {
        assert_eq!(leave[field], value, "{field}");
    }
    assert_eq!(leave["days"].as_array().unwrap().len(), 7, "the weekend is listed and counts 0 minutes");
    let waits_for = json!({"employee_ids": [office.manager().id], "hr": false, "needed": 1});
    assert_eq!((&leave["approval"]["step"], &leave["approval"]["waits_for"]), (&json!(0), &waits_for));

    let ledger = office.ledger(office.employee(), "annual").await;
    let entry = |of: &policy::leave::LedgerEntry| (of.id.clone(), of.minutes.0, of.rule.clone());
    let hold = format!("hold#{}", leave["id"].as_str().unwrap());
    assert_eq!(ledger.iter().map(entry).collect::<Vec<_>>(), [(hold, -2400, "request".to_owned())]);
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 2400);
    let announced = office.published_types("LEAVE_TABLE").await;
    assert_eq!(announced.iter().filter(|event| event.starts_with("leave.request")).count(), 1);
    assert!(announced.contains(&"leave.request_created".to_owned()));
}

#[tokio::test]
async fn invalid_requests_are_refused_and_store_nothing() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let one_day = json!({"end_date": "2024-07-15"});
    for (fields, status, problem, pointers) in [
        (json!({"leave_type": null}), 400, "malformed", vec!["/leave_type"]),
        (json!({"days": 3}), 400, "malformed", vec!["/days"]),
        (json!({"start_date": "2024-02-30"}), 400, "malformed", vec!["/start_date"]),
        (json!({"end_date": "2024-07-14"}), 422, "invalid", vec!["/end_date"]),
        (json!({"end_date": "2025-07-16"}), 422, "invalid", vec!["/end_date"]),
        (json!({"leave_type": "Sabbatical"}), 422, "invalid", vec!["/leave_type"]),
        (json!({"half": "am"}), 422, "invalid", vec!["/half"]),
        (json!({"from": "09:00", "to": "10:00"}), 422, "invalid", vec!["/from"]),
        (with(one_day.clone(), json!({"from": "10:00"})), 422, "invalid", vec!["/to"]),
        (with(one_day.clone(), json!({"to": "10:00"})), 422, "invalid", vec!["/from"]),
        (with(one_day.clone(), json!({"from": "10:00", "to": "10:00"})), 422, "invalid", vec!["/to"]),
        (with(one_day.clone(), json!({"half": "pm", "from": "10:00", "to": "11:00"})), 422, "invalid", vec!["/half"]),
        (json!({"reason": ""}), 422, "invalid", vec!["/reason"]),
        (json!({"start_date": "2024-07-13", "end_date": "2024-07-14"}), 422, "policy_violation", vec!["/start_date"]),
        (json!({"override": true}), 403, "forbidden", vec!["/override"]),
    ] {
        let ask = office.post(&app, LEAVES, with(week(), fields)).signed_in_as(office.employee());
        office.refused(ask, status, problem, &pointers).await;
    }
}

#[tokio::test]
async fn request_fails_without_policy_or_calendar() {
    let office = LeaveFixture::open().await;
    office.put_leave_type("unpaid", "Unpaid").await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask = office.post(&app, LEAVES, with(week(), json!({"leave_type": "unpaid"}))).signed_in_as(office.employee());
    office.refused(ask, 422, "invalid", &["/leave_type"]).await;
    let away = directory::Person { site: "pune".to_owned(), ..office.add_person(40, "Asha", None).await };
    office.world.add_people(&[&away]).await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask = office.post(&app, LEAVES, week()).signed_in_as(&away);
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    office.refused(ask, 422, "invalid", &["/employee_id"]).await;
}

#[tokio::test]
async fn only_hr_requests_leave_for_others() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let people = &office.world.people;
    let for_whom = |id: &str| with(week(), json!({"employee_id": id}));
    let nobody = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8".to_owned();
    for id in [people.outsider.id.to_string(), nobody.clone()] {
        for caller in [&people.employee, &people.manager] {
            let answer = office
                .refused(office.post(&app, LEAVES, for_whom(&id)).signed_in_as(caller), 404, "not_found", &[])
                .await;
            assert!(!answer.body.to_string().contains("policy"), "the refusal reveals no policy");
        }
    }
    office
        .refused(
            office.post(&app, LEAVES, for_whom(&nobody)).signed_in_as(&people.hr),
            422,
            "invalid",
            &["/employee_id"],
        )
        .await;
    let answer = office.request_leave(&people.hr, for_whom(&people.employee.id.to_string())).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["created_by"], json!(people.hr.id));
    let gone = directory::Person {
        status: directory::EmploymentStatus::Terminated,
        ..office.add_person(41, "Gone", None).await
    };
    office.world.add_people(&[&gone]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let ask = office.post(&app, LEAVES, for_whom(&gone.id.to_string())).signed_in_as(&people.hr);
    office.refused(ask, 422, "invalid", &["/employee_id"]).await;
}

#[tokio::test]
async fn request_without_approval_step_is_approved_at_once() {
    let office = LeaveFixture::open().await;
    let body = json!({"leave_type": "sick leave", "start_date": "2024-06-07", "end_date": "2024-06-10"});
    let answer = office.request_leave(office.employee(), body).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (201, &json!("approved")), "{}", answer.body);
    assert_eq!(answer.body["approved_at"], answer.body["created_at"]);
    assert_eq!((&answer.body["approved_by"], &answer.body["approval"]), (&json!(null), &json!(null)));
    let ledger = office.ledger(office.employee(), "sick").await;
    assert_eq!(ledger.iter().map(|entry| entry.minutes.0).collect::<Vec<_>>(), [-960]);
    assert!(ledger[0].id.starts_with("consume#"));
    let stamps = office.stamps("LEAVE_TABLE").await;
    let announced: Vec<_> = stamps.iter().filter(|stamp| stamp.event.starts_with("leave.request")).collect();
    assert_eq!((announced.len(), announced[0].event.as_str()), (1, "leave.request_approved"));
    assert_eq!(announced[0].data.as_ref().unwrap()["created"], json!(true));
}

#[tokio::test]
async fn policy_violations_are_refused_and_hr_may_override_them() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let body = json!({"leave_type": "casual", "start_date": "2024-06-11", "end_date": "2024-06-14"});
    let ask = office.post(&app, LEAVES, body.clone()).signed_in_as(office.employee());
    let before = office.snapshot().await;
    let answer = ask.await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (422, "policy_violation"), "{}", answer.body);
    let errors = answer.body["errors"].as_array().unwrap();
    let mut codes: Vec<_> = errors.iter().map(|error| error["code"].as_str().unwrap()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["notice_too_short", "run_too_long"], "{}", answer.body);
    assert!(errors.iter().all(|error| error["detail"].as_str().unwrap().len() > 10), "each violation has a sentence");
    assert!(before == office.snapshot().await);

    let for_them = with(body, json!({"employee_id": office.employee().id, "override": true}));
    let ask = office.post(&app, LEAVES, for_them.clone()).signed_in_as(office.hr());
    office.refused(ask, 422, "invalid", &["/reason"]).await;
    let answer = office.request_leave(office.hr(), with(for_them.clone(), json!({"reason": "Moving house"}))).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let violations = answer.body["violations"].as_array().unwrap();
    assert!(violations.len() == 2 && violations.iter().all(|violation| violation["blocking"] == json!(false)));
    let stamps = office.stamps("LEAVE_TABLE").await;
    assert_eq!(stamps.last().unwrap().data.as_ref().unwrap()["override"], json!(true));

    let too_much = with(for_them, json!({"reason": "x", "start_date": "2024-08-05", "end_date": "2024-08-14"}));
    let answer = office.request_leave(office.hr(), too_much).await;
    let codes: Vec<_> = answer.body["errors"].as_array().unwrap().iter().map(|error| error["code"].clone()).collect();
    assert_eq!((answer.status.as_u16(), codes), (422, vec![json!("insufficient_balance")]), "{}", answer.body);
}

#[tokio::test]
async fn pending_requests_reduce_the_available_balance() {
    let office = LeaveFixture::open().await;
    office.request_annual_leave(office.employee(), "2024-07-01", "2024-07-31").await;
    let app = app!(office.world, LEAVES_CREATE);
    // 23 of 30 days are held, so 7 are left.
    let body = json!({"leave_type": "annual", "start_date": "2024-09-02", "end_date": "2024-09-11"});
    let ask = office.post(&app, LEAVES, body).signed_in_as(office.employee());
    let answer = office.refused(ask, 422, "policy_violation", &["/start_date"]).await;
    assert_eq!(answer.body["current"]["required"], json!({"minutes": 3840, "days": 8.0}));
    assert_eq!(answer.body["current"]["balance"], json!({"minutes": 3360, "days": 7.0}));
    office.request_annual_leave(office.employee(), "2024-09-02", "2024-09-10").await;
}

#[tokio::test]
async fn retry_replays_the_first_answer() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask =
        |body: Value| office.post(&app, LEAVES, body).signed_in_as(office.employee()).header("idempotency-key", "k");
    let first = ask(week()).await;
    let again = ask(week()).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201), "{}", again.body);
    assert_eq!((first.body, again.header("idempotent-replayed")), (again.body.clone(), "true"));
    let other = ask(with(week(), json!({"reason": "Something else"}))).await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency_key_reused"));
    assert_eq!(office.ledger(office.employee(), "annual").await.len(), 1);
}

#[tokio::test]
async fn concurrent_requests_with_one_key_create_one_request() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask = || office.post(&app, LEAVES, week()).signed_in_as(office.employee()).header("idempotency-key", "k");
    let answers = join_all((0..20).map(|_| async { ask().await })).await;
    assert!(answers.iter().all(|answer| answer.status == 201), "all calls return the one request");
    assert!(answers.iter().all(|answer| answer.body["id"] == answers[0].body["id"]));
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 2400);
}

#[tokio::test]
async fn request_costs_one_round_trip_and_one_transaction() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let day = |day: u8| json!({"leave_type": "Annual", "start_date": format!("2024-07-{day}"), "end_date": format!("2024-07-{day}")});
    let ask = |n: u8| {
        office.post(&app, LEAVES, day(n)).signed_in_as(office.employee()).header("idempotency-key", &n.to_string())
    };
    assert_eq!(ask(15).await.status, 201, "the first request fills the caches");
    office.world.clock.advance(jiff::SignedDuration::from_secs(30));
    office.world.calls.clear();
    assert_eq!(ask(16).await.status, 201);
    let calls = office.world.calls.recorded();
    let reads: Vec<_> = calls.iter().filter(|call| call.is_read()).collect();
    let names: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(round_trips(reads.iter().copied()), 1, "{names:?}");
    let writes: Vec<_> = calls.iter().filter(|call| !call.is_read()).map(|call| call.operation.as_str()).collect();
    assert_eq!(writes, ["TransactWriteItems"], "{names:?}");
}

/// Request for one day of annual leave, or a part of it.
fn day(on: &str, fields: Value) -> Value {
    with(json!({"leave_type": "annual", "start_date": on, "end_date": on}), fields)
}

#[tokio::test]
async fn one_of_a_hundred_requests_for_a_day_wins() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask = |_| office.post(&app, LEAVES, day("2024-07-15", json!({}))).signed_in_as(office.employee());
    let answers = join_all((0..100).map(|n| async move { ask(n).await })).await;
    let won: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert_eq!(won.len(), 1);
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((lost.status.as_u16(), lost.problem()), (409, "overlap"), "{}", lost.body);
        assert_eq!(lost.body["current"]["leave_id"], won[0].body["id"], "`current` names the winner");
    }
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 480, "one day is held");
    assert_eq!(office.account(office.employee(), "annual").await.usage.len(), 1);
}

#[tokio::test]
async fn concurrent_requests_for_different_days_succeed_or_get_busy() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let ask =
        |n: u8| office.post(&app, LEAVES, day(&format!("2024-07-{n:02}"), json!({}))).signed_in_as(office.employee());
    let answers = join_all((15..20).map(|n| async move { ask(n).await })).await;
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    for lost in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!((lost.status.as_u16(), lost.problem()), (409, "busy"), "{}", lost.body);
    }
    assert!(won >= 1);
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 480 * i64::try_from(won).unwrap());
}

#[tokio::test]
async fn halves_and_hours_overlap_only_where_they_intersect() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_CREATE);
    let am = json!({"half": "am"});
    let hours = |from: &str, to: &str| json!({"from": from, "to": to});
    for (on, first, second, fits) in [
        ("2024-07-01", am.clone(), json!({"half": "pm"}), true),
        ("2024-07-02", am.clone(), am.clone(), false),
        ("2024-07-03", hours("10:00", "12:00"), hours("12:00", "14:00"), true),
        ("2024-07-04", hours("10:00", "12:00"), hours("11:45", "14:00"), false),
        ("2024-07-05", hours("10:00", "11:00"), am, false),
        ("2024-07-08", hours("10:00", "11:00"), json!({"half": "pm"}), true),
        ("2024-07-09", json!({"half": "pm"}), json!({}), false),
        ("2024-07-10", json!({}), hours("16:00", "17:00"), false),
    ] {
        let first = office.request_leave(office.employee(), day(on, first)).await;
        assert_eq!(first.status, 201, "{on}: {}", first.body);
        let ask = office.post(&app, LEAVES, day(on, second)).signed_in_as(office.employee());
        if fits {
            let answer = ask.await;
            assert_eq!(answer.status, 201, "{on}: {}", answer.body);
        } else {
            let answer = office.refused(ask, 409, "overlap", &["/start_date"]).await;
            assert_eq!(answer.body["current"]["leave_id"], first.body["id"], "{on}");
        }
    }
}

#[tokio::test]
async fn hours_count_only_within_opening_hours() {
    let office = LeaveFixture::open().await;
    for (on, fields, minutes) in [
        ("2024-07-01", json!({"half": "am"}), 240),
        ("2024-07-02", json!({"from": "10:00", "to": "12:00"}), 120),
        ("2024-07-03", json!({"from": "11:00", "to": "14:00"}), 120),
    ] {
        let answer = office.request_leave(office.employee(), day(on, fields)).await;
        assert_eq!(answer.body["duration"]["minutes"], json!(minutes), "{on}: {}", answer.body);
    }
}

#[tokio::test]
async fn leave_of_a_year_fits_into_one_request() {
    let office = LeaveFixture::open().await;
    let body = json!({"leave_type": "sick", "start_date": "2024-06-10", "end_date": "2025-06-10"});
    let answer = office.request_leave(office.employee(), body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(answer.body["days"].as_array().unwrap().len(), 366);
    let app = app!(office.world, LEAVES_CREATE);
    for on in ["2024-06-10", "2024-12-31", "2025-06-10"] {
        let ask = office.post(&app, LEAVES, day(on, json!({}))).signed_in_as(office.employee());
        office.refused(ask, 409, "overlap", &["/start_date"]).await;
    }
    office.request_annual_leave(office.employee(), "2025-06-11", "2025-06-11").await;
}

#[tokio::test]
async fn returned_days_can_be_requested_again() {
    let office = LeaveFixture::open().await;
    for end in ["cancelled", "rejected"] {
        let leave = office.request_annual_leave(office.employee(), "2024-06-24", "2024-07-05").await;
        let answer = match end {
            "cancelled" => office.cancel(office.employee(), &leave).await,
            _ => office.reject(office.manager(), &leave).await,
        };
        assert_eq!((answer.status.as_u16(), &answer.body["status"]), (200, &json!(end)), "{}", answer.body);
        assert_eq!(office.taken_minutes(office.employee(), "annual").await, 0, "{end}");
    }
    office.request_annual_leave(office.employee(), "2024-06-24", "2024-07-05").await;
    assert_eq!(office.taken_minutes(office.employee(), "annual").await, 4800);
}

/// Leave type `illness` without approval, which interrupts annual leave and needs a certificate above three days.
async fn office_with_illness() -> LeaveFixture {
    let office = LeaveFixture::open().await;
    office.put_leave_type("illness", "Illness").await;
    let rules = json!({
        "leave_type": "illness", "backdate_days": 7, "approval": [], "interrupts": ["annual"], "attachment_above_days": 3,
    });
    office.put_policy(11, rules).await;
    office
}

fn illness(first: &str, last: &str) -> Value {
    json!({"leave_type": "illness", "start_date": first, "end_date": last})
}

#[tokio::test]
async fn illness_during_annual_leave_splits_it_and_gives_the_days_back() {
    let office = office_with_illness().await;
    let person = office.employee();
    let leave = office.request_annual_leave(person, "2024-07-15", "2024-07-26").await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    // Reported after it began.
    office.set_date("2024-07-18");
    let preview = app!(office.world, LEAVES_PREVIEW);
    let body = illness("2024-07-17", "2024-07-18");
    let shown = office.post(&preview, "/api/v1/leaves/preview", body.clone()).signed_in_as(person).await;
    let expected = json!([{"leave_id": leave["id"], "from": "2024-07-17", "to": "2024-07-18"}]);
    assert_eq!((&shown.body["valid"], &shown.body["interrupts"]), (&json!(true), &expected), "{}", shown.body);
    let ill = office.request_leave(person, body).await;
    assert_eq!((ill.status.as_u16(), &ill.body["duration_days"]), (201, &json!(2.0)), "{}", ill.body);
    let rest = office.read_leave(person, &leave).await.body;
    assert_eq!(
        (&rest["status"], &rest["start_date"], &rest["end_date"], &rest["duration_days"]),
        (&json!("approved"), &json!("2024-07-15"), &json!("2024-07-26"), &json!(8.0)),
        "{rest}"
    );
    let returned = &rest["returned"][0];
    assert_eq!((&returned["reason"], &returned["leave_id"]), (&json!("interrupted"), &ill.body["id"]), "{returned}");
    assert_eq!(office.taken_minutes(person, "annual").await, 8 * 480);
    assert_eq!(office.taken_minutes(person, "illness").await, 2 * 480);
    let calendar = app!(office.world, LEAVES_CALENDAR);
    let seen =
        office.get(&calendar, "/api/v1/leaves/calendar?from=2024-07-01&to=2024-07-31").signed_in_as(office.hr()).await;
    let spans: Vec<_> = seen.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["leave_type"], &one["from"], &one["to"]))
        .collect();
    let days =
        ["2024-07-15", "2024-07-16", "2024-07-17", "2024-07-18", "2024-07-19", "2024-07-26"].map(|day| json!(day));
    let (annual, illness_type) = (json!("annual"), json!("illness"));
    assert_eq!(
        spans,
        [(&annual, &days[0], &days[1]), (&illness_type, &days[2], &days[3]), (&annual, &days[4], &days[5])]
    );
    let stamps = office.stamps("LEAVE_TABLE").await;
    let told = stamps.iter().find(|stamp| stamp.event == "leave.request_cancelled").expect("the approvers are told");
    assert_eq!(told.data.as_ref().unwrap()["interrupted_by"], ill.body["id"]);

    let app = app!(office.world, LEAVES_CREATE);
    let long = illness("2024-07-22", "2024-07-26");
    let ask = office.post(&app, crate::leave::LEAVES, long.clone()).signed_in_as(person);
    office.refused(ask, 422, "policy_violation", &["/attachment_id"]).await;
    let proven = office.request_leave(person, with(long, json!({"attachment_id": "certificate"}))).await;
    assert_eq!(proven.status, 201, "{}", proven.body);
    let rest = office.read_leave(person, &leave).await.body;
    assert_eq!((&rest["end_date"], &rest["duration_days"]), (&json!("2024-07-21"), &json!(3.0)), "{rest}");
    assert_eq!(office.taken_minutes(person, "annual").await, 3 * 480);
}

#[tokio::test]
async fn illness_covers_a_whole_leave_and_does_not_interrupt_pending_leave() {
    let office = office_with_illness().await;
    let person = office.employee();
    let app = app!(office.world, LEAVES_CREATE);
    let leave = office.request_annual_leave(person, "2024-07-15", "2024-07-16").await;
    let ask = || office.post(&app, crate::leave::LEAVES, illness("2024-07-15", "2024-07-17")).signed_in_as(person);
    office.refused(ask(), 409, "overlap", &["/start_date"]).await;
    assert_eq!(office.approve(office.manager(), &leave).await.status, 200);
    assert_eq!(ask().await.status, 201);
    let read = office.read_leave(person, &leave).await.body;
    assert_eq!((&read["status"], &read["cancelled_reason"]), (&json!("cancelled"), &json!("interrupted")));
    assert_eq!(office.taken_minutes(person, "annual").await, 0);
}

#[tokio::test]
async fn half_first_and_half_last_day_are_one_request() {
    let office = LeaveFixture::open().await;
    let days =
        |fields| with(json!({"leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-17"}), fields);
    let body = days(json!({"starts_at_midday": true, "ends_at_midday": true}));
    let leave = office.request_leave(office.employee(), body).await;
    assert_eq!(leave.status, 201, "{}", leave.body);
    let shown = ["duration_days", "half", "starts_at_midday", "ends_at_midday"].map(|field| leave.body[field].clone());
    assert_eq!(shown, [json!(2.0), json!(null), json!(true), json!(true)]);
    let morning = json!({"leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-15", "half": "am"});
    assert_eq!(
        office.request_leave(office.employee(), morning.clone()).await.status,
        201,
        "the morning before is free"
    );
    let one_day = with(morning, json!({"end_date": "2024-07-15", "half": null, "ends_at_midday": true}));
    let app = app!(office.world, LEAVES_CREATE);
    let ask = office.post(&app, "/api/v1/leaves", one_day).signed_in_as(office.employee());
    office.refused(ask, 422, "invalid", &["/ends_at_midday"]).await;
}

#[tokio::test]
async fn no_override_allows_leave_after_the_last_day_of_employment() {
    let office = LeaveFixture::open().await;
    let hired = office.hire(62, "Lea", "2024-01-01").await;
    let leaver = Person { termination_date: Some("2024-07-15".parse().unwrap()), ..hired };
    office.world.add_people(&[&leaver]).await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let body = json!({"employee_id": leaver.id, "leave_type": "annual", "start_date": "2024-07-15",
        "end_date": "2024-07-16", "override": true, "reason": "Agreed"});
    let answer = office.request_leave(office.hr(), body.clone()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["errors"][0]["code"]), (422, &json!("not_eligible")));
    let within = with(body, json!({"end_date": "2024-07-15"}));
    assert_eq!(office.request_leave(office.hr(), within).await.status, 201);
}
