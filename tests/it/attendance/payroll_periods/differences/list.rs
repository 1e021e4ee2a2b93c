//! `GET /api/v1/payroll-periods/{site}/{month}/differences`

use axum::http::Method;
use events::EventType;
use policy::{Portion, attendance::ChangedInput};
use serde_json::json;

use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules, deliveries, event},
    nightly_run_fixture::{NONE, days, leave},
    payroll_fixture::{PERIODS, WEDNESDAY},
    settled_days_fixture::path,
};

#[tokio::test]
async fn reports_of_a_closed_month_never_change() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    // Monday 12 minutes late, Wednesday two hours longer, Friday on leave; Thursday without record.
    fixture.check_in_and_out(&erin, "2024-05-13", &["2024-05-13T07:12:00Z", "2024-05-13T15:30:00Z"]).await;
    fixture.check_in_and_out(&erin, WEDNESDAY, &["2024-05-15T07:00:00Z", "2024-05-15T17:30:00Z"]).await;
    fixture.add_leave(&erin, "2024-05-17", leave(Portion::Full, 480)).await;
    for date in ["2024-05-13", WEDNESDAY, "2024-05-17"] {
        fixture.rederive(&erin, date).await;
    }
    fixture.closed("2024-05").await;
    let reported = fixture.reports_of(&erin, "2024-05").await;
    assert_eq!(reported["late"]["totals"], json!({"times": 1, "minutes": 12}));
    assert_eq!(reported["monthly"]["leave_by_type"], json!({"annual": 480}));

    // Overtime is withdrawn and the day becomes late.
    let mut day = fixture.find_day(&erin, WEDNESDAY).await.unwrap();
    day.punches.clear();
    fixture.store_day(&day).await;
    fixture.check_in_and_out(&erin, WEDNESDAY, &["2024-05-15T07:20:00Z", "2024-05-15T15:30:00Z"]).await;
    assert_eq!(fixture.reports_of(&erin, "2024-05").await, reported, "before the day is settled again");
    fixture.rederive(&erin, WEDNESDAY).await;
    assert_eq!(fixture.reports_of(&erin, "2024-05").await, reported, "after a correction");
    // Returned leave makes an absence.
    let mut returned = leave(Portion::Full, 480);
    (returned.active, returned.version) = (false, 3);
    let request = json!({
        "id": returned.leave_id, "employee_id": erin.id, "leave_type": "annual", "status": "cancelled",
        "approved_at": "2024-05-02T08:00:00Z",
        "count": {"days": [{"date": "2024-05-17", "portion": "full", "minutes": 480}], "site": "berlin", "calendar_version": 1},
    });
    let cancelled = event(EventType::LeaveRequestCancelled, "LeaveRequest", &returned.leave_id.to_string(), 3, request);
    let consumer = ::attendance::on::leave::build(&fixture.world.shell).unwrap();
    assert_eq!(consumer(deliveries(vec![cancelled])).await, NONE);
    assert_eq!(fixture.reports_of(&erin, "2024-05").await, reported, "before the returned day is settled again");
    fixture.settle_all().await;
    assert_eq!(fixture.reports_of(&erin, "2024-05").await, reported, "after a cancelled leave");
    // A backdated policy forgives the lateness of Monday.
    let mut rules = attendance_rules();
    rules["grace_in_minutes"] = json!(15);
    fixture.put_policy(1, "attendance", rules).await;
    let run = fixture.replay(&erin, "2024-05-13", "2024-05-13").await;
    assert_eq!(fixture.reports_of(&erin, "2024-05").await, reported, "after a replay");
    // A late import: the day was never settled.
    fixture.work_until(&erin, "2024-05-16", "15:30:00").await;
    let after = fixture.reports_of(&erin, "2024-05").await;
    let listed =
        after["monthly"]["items"].as_array().unwrap().iter().find(|item| item["date"] == "2024-05-16").unwrap();
    assert_eq!((&listed["settled"], &listed["worked_minutes"]), (&json!(false), &json!(null)));
    let totals = |reports: &std::collections::BTreeMap<&str, serde_json::Value>| {
        let mut monthly = reports["monthly"].clone();
        monthly.as_object_mut().unwrap().remove("items");
        monthly
    };
    assert_eq!(totals(&after), totals(&reported), "after a day that was not settled before");
    assert_eq!((&after["export"], &after["absenteeism"]), (&reported["export"], &reported["absenteeism"]));

    let posted = fixture.differences("2024-06").await;
    let found: Vec<_> = posted
        .iter()
        .map(|one| {
            (one["date"].clone(), one["status_before"].clone(), one["status_after"].clone(), one["causes"].clone())
        })
        .collect();
    // The fixture replaces the rules of a policy version, so the replay names no changed input.
    let causes = |cause: ChangedInput| json!([cause]);
    assert_eq!(
        found,
        [
            (json!("2024-05-13"), json!("present"), json!("present"), json!([])),
            (json!(WEDNESDAY), json!("present"), json!("present"), causes(ChangedInput::Punches)),
            (json!("2024-05-16"), json!(null), json!("present"), causes(ChangedInput::FirstDerivation)),
            (json!("2024-05-17"), json!("leave"), json!("absent"), causes(ChangedInput::Leave)),
        ]
    );
    assert_eq!((&posted[0]["run_id"], &posted[0]["difference"]["late_minutes"]), (&json!(run), &json!(-12)));
    let difference = &posted[1]["difference"];
    assert_eq!((&difference["overtime_minutes"], &difference["late_minutes"]), (&json!(-120), &json!(20)));
    assert_eq!(difference["overtime_by_rate"], json!([{"rate_bp": 12_500, "minutes": -120}]));
    assert_eq!(posted[3]["difference"]["leave_by_type"], json!({"annual": -480}));
    assert_eq!(posted[3]["difference"]["absent_minutes"], 480);
    for (date, one) in ["2024-05-13", WEDNESDAY, "2024-05-16", "2024-05-17"].iter().zip(&posted) {
        let (reported, current) = fixture.figures(&erin, date).await;
        let sum = reported.worked_minutes.0 + one["difference"]["worked_minutes"].as_i64().unwrap();
        assert_eq!(sum, current.worked_minutes.0, "{date}");
        assert_eq!(one["after"], json!(current), "{date}");
    }
}

#[tokio::test]
async fn single_day_shows_both_figures() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    fixture.work_until(&erin, WEDNESDAY, "15:30:00").await;
    fixture.closed("2024-05").await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let read = async || fixture.get(&app, path(erin.id, &format!("/days/{WEDNESDAY}"))).signed_in_as(&erin).await.body;
    assert_eq!(read().await["reported"], json!(null), "the figures are the reported ones");
    fixture.work_until(&erin, WEDNESDAY, "16:30:00").await;
    let changed = read().await;
    assert_eq!(changed["outcome"]["worked_minutes"], 540);
    assert_eq!(changed["reported"]["outcome"]["worked_minutes"], 480);
    fixture.work_until(&erin, "2024-05-16", "15:30:00").await;
    let app = app!(fixture.world, ATTENDANCE_DAYS_GET);
    let first = fixture.get(&app, path(erin.id, "/days/2024-05-16")).signed_in_as(&erin).await.body;
    assert_eq!(first["reported"], json!({"outcome": null, "leave_by_type": {}}));
    assert_eq!(first["outcome"]["worked_minutes"], 480);
}

#[tokio::test]
async fn differences_are_posted_in_the_open_month_and_stay_there() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    for date in ["2024-03-13", "2024-04-10"] {
        fixture.work_until(&erin, date, "15:30:00").await;
    }
    fixture.closed("2024-03").await;
    fixture.work_until(&erin, "2024-04-10", "16:30:00").await;
    fixture.work_until(&erin, "2024-03-13", "16:30:00").await;
    let posted = fixture.differences("2024-04").await;
    assert_eq!(posted.len(), 1, "April is open, so its own day has no difference: {posted:?}");
    fixture.closed("2024-04").await;
    fixture.work_until(&erin, "2024-03-13", "15:30:00").await;
    fixture.work_until(&erin, "2024-04-10", "15:30:00").await;
    assert_eq!(fixture.differences("2024-04").await, posted, "the sum of a closed period stays");
    let later = fixture.differences("2024-05").await;
    let found: Vec<_> = later.iter().map(|one| (&one["date"], &one["before"]["worked_minutes"])).collect();
    assert_eq!(found, [(&json!("2024-03-13"), &json!(540)), (&json!("2024-04-10"), &json!(540))]);
    let app = app!(fixture.world, PAYROLL_PERIODS_DIFFERENCES_LIST);
    let of_april = format!("{PERIODS}/berlin/2024-05/differences?from=2024-04-01&to=2024-04-30");
    let answer = fixture.get(&app, of_april).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.body["items"], json!([later[1]]));
}

#[tokio::test]
async fn repeated_settlement_posts_a_difference_once() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    fixture.work_until(&erin, WEDNESDAY, "15:30:00").await;
    fixture.closed("2024-05").await;
    fixture.work_until(&erin, WEDNESDAY, "16:30:00").await;
    let page = serde_json::to_value(fixture.rederive_page(vec![days(&erin, WEDNESDAY, WEDNESDAY)])).unwrap();
    let before = fixture.snapshot().await;
    for _ in 0..3 {
        assert_eq!(fixture.settle(&page).await, NONE);
    }
    assert!(before == fixture.snapshot().await);
    assert_eq!(fixture.differences("2024-06").await.len(), 1);
    let id = fixture.find_day(&erin, WEDNESDAY).await.unwrap().id.to_string();
    let event = |(kind, entity): &(String, String)| kind == "attendance.processed" && *entity == id;
    assert_eq!(fixture.published().await.iter().filter(|one| event(one)).count(), 2, "one of them with the difference");
}

#[tokio::test]
async fn current_days_need_no_state_of_their_site() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    fixture.closed("2024-05").await;
    fixture.check_in_and_out(&erin, "2024-06-05", &["2024-06-05T07:00:00Z", "2024-06-05T15:30:00Z"]).await;
    fixture.world.calls.clear();
    fixture.rederive(&erin, "2024-06-05").await;
    let calls: Vec<_> = fixture.world.calls.recorded().into_iter().map(|call| call.operation).collect();
    let counted = |name: &str| calls.iter().filter(|call| *call == name).count();
    assert_eq!((counted("PutItem"), counted("TransactWriteItems")), (1, 0), "{calls:?}");
    assert_eq!(counted("BatchGetItem"), 2, "people and days: {calls:?}");
}

#[tokio::test]
async fn only_hr_and_auditors_read_differences() {
    let fixture = AttendanceFixture::for_payroll().await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, PAYROLL_PERIODS_DIFFERENCES_LIST);
    let ask = |by, path: &str| fixture.world.request(&app, Method::GET, format!("{PERIODS}/{path}")).signed_in_as(by);
    for by in [&people.employee, &people.manager, &people.admin] {
        fixture.refused(ask(by, "berlin/2024-05/differences"), 403, "forbidden", &[]).await;
    }
    for by in [&people.hr, &people.auditor] {
        let answer = ask(by, "berlin/2024-05/differences").await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"items": []})));
    }
    fixture.refused(ask(&people.hr, "pune/2024-05/differences"), 404, "not_found", &[]).await;
    let reversed = ask(&people.hr, "berlin/2024-05/differences?from=2024-05-02&to=2024-05-01");
    fixture.refused(reversed, 422, "invalid", &["query:to"]).await;
}
