//! `POST /api/v1/payroll-periods/{site}/{month}/close`

use attendance::{domain::payroll_difference::PostedDay, store::Race};
use axum::http::Method;
use futures::future::join_all;
use serde_json::json;
use testkit::origin;

use crate::attendance::{
    correction_fixture::CORRECTIONS,
    fixture::AttendanceFixture,
    nightly_run_fixture::{NONE, days},
    payroll_fixture::{PERIODS, WEDNESDAY},
};

#[tokio::test]
async fn close_is_one_write_and_one_event() {
    let fixture = AttendanceFixture::for_payroll().await;
    let before = fixture.published().await.len();
    fixture.world.calls.clear();
    let closed = fixture.closed("2024-05").await;
    let writes: Vec<_> =
        fixture.world.calls.recorded().into_iter().filter(|call| !call.is_read()).map(|call| call.operation).collect();
    assert_eq!(writes, ["TransactWriteItems"]);
    let open = json!({"incomplete_days": [], "more_incomplete_days": false, "pending_corrections": [],
        "more_pending_corrections": false});
    let expected = json!({
        "site": "berlin", "month": "2024-05", "dry_run": false, "closed_at": fixture.now(), "closed_by": fixture.hr().id,
        "closable_from": "2024-06-03T00:00:00Z", "obstacle": null, "open": open,
    });
    assert_eq!(closed, expected);
    let published = fixture.published().await;
    assert_eq!(published[before..], [("attendance.payroll_period_closed".to_owned(), "berlin:2024-05".to_owned())]);
    let stored = fixture.find_item("PAYROLL#berlin".to_owned(), "MONTH#2024-05").await.unwrap();
    assert_eq!((&stored["closed_by"], &stored["incomplete_days"]), (&json!(fixture.hr().id), &json!(0)));
}

#[tokio::test]
async fn repeated_key_gets_the_first_answer() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, PAYROLL_PERIODS_CLOSE);
    let close = |month: &str| {
        let path = format!("{PERIODS}/berlin/{month}/close");
        fixture.world.request(&app, Method::POST, path).signed_in_as(fixture.hr()).header("idempotency-key", "k1")
    };
    let first = close("2024-05").await;
    assert_eq!(first.status, 200, "{}", first.body);
    let second = close("2024-05").await;
    assert_eq!((second.status.as_u16(), &second.body), (200, &first.body));
    assert_eq!(second.header("idempotent-replayed"), "true");
    fixture.refused(close("2024-06"), 422, "idempotency_key_reused", &["header:Idempotency-Key"]).await;
}

#[tokio::test]
async fn months_are_closed_in_order_once_they_are_settled() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, PAYROLL_PERIODS_CLOSE);
    let ask = |month: &str| {
        let path = format!("{PERIODS}/berlin/{month}/close");
        fixture.world.request(&app, Method::POST, path).signed_in_as(fixture.hr())
    };
    fixture.refused(ask("2024-06"), 409, "month_not_settled", &[]).await;
    fixture.closed("2024-03").await;
    fixture.refused(ask("2024-03"), 409, "month_closed", &[]).await;
    fixture.refused(ask("2024-01"), 409, "month_closed", &[]).await;
    let refused = fixture.refused(ask("2024-05"), 409, "earlier_month_open", &[]).await;
    assert_eq!(refused.body["current"], json!({"month": "2024-04"}));
    fixture.closed("2024-04").await;
    fixture.closed("2024-05").await;
    fixture.refused(ask("2024-06"), 409, "month_not_settled", &[]).await;
    for (month, obstacle) in
        [("2024-05", "month_closed"), ("2024-06", "month_not_settled"), ("2024-07", "earlier_month_open")]
    {
        let checked = fixture.close(month, "?dry_run=true").await;
        assert_eq!((checked.status.as_u16(), &checked.body["obstacle"]), (200, &json!(obstacle)), "{}", checked.body);
    }
}

#[tokio::test]
async fn month_with_an_open_run_is_not_closed() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let path = "/api/v1/attendance/process?from=2024-05-20&to=2024-06-02";
    let answer = fixture.world.request(&app, Method::POST, path).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let close = app!(fixture.world, PAYROLL_PERIODS_CLOSE);
    let ask = fixture.world.request(&close, Method::POST, format!("{PERIODS}/berlin/2024-05/close"));
    fixture.refused(ask.signed_in_as(fixture.hr()), 409, "month_not_settled", &[]).await;
    fixture.closed("2024-04").await;
}

#[tokio::test]
async fn only_hr_closes_months_of_known_sites() {
    let fixture = AttendanceFixture::for_payroll().await;
    let app = app!(fixture.world, PAYROLL_PERIODS_CLOSE);
    let people = fixture.world.people.clone();
    let ask = |by, site: &str, month: &str| {
        fixture.world.request(&app, Method::POST, format!("{PERIODS}/{site}/{month}/close")).signed_in_as(by)
    };
    for by in [&people.employee, &people.manager, &people.admin, &people.auditor] {
        fixture.refused(ask(by, "berlin", "2024-05"), 403, "forbidden", &[]).await;
    }
    for (site, month) in [("pune", "2024-05"), ("berlin", "2024-13"), ("berlin", "2024-05-01")] {
        fixture.refused(ask(&people.hr, site, month), 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn dry_run_names_incomplete_days_and_pending_corrections() {
    let fixture = AttendanceFixture::for_payroll().await;
    let (erin, manager) = (fixture.employee().clone(), fixture.manager().clone());
    fixture.check_in_and_out(&erin, WEDNESDAY, &["2024-05-15T07:00:00Z"]).await;
    fixture.rederive(&erin, WEDNESDAY).await;
    fixture.check_in_and_out(&erin, "2024-06-05", &["2024-06-05T07:00:00Z"]).await;
    fixture.rederive(&erin, "2024-06-05").await;
    let request = |date: &str| json!({"date": date, "reason": "I forgot it", "add": [{"kind": "check_out", "at": format!("{date}T15:30:00Z")}]});
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_CREATE);
    let mut ids = Vec::new();
    for date in [WEDNESDAY, "2024-06-05"] {
        let answer = fixture.world.post(&app, CORRECTIONS, request(date)).signed_in_as(&erin).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        ids.push(answer.body["id"].clone());
    }
    let before = fixture.snapshot().await;
    let checked = fixture.close("2024-05", "?dry_run=true").await;
    assert!(before == fixture.snapshot().await, "a dry run stores nothing");
    assert_eq!((&checked.body["obstacle"], &checked.body["closed_at"]), (&json!(null), &json!(null)));
    let day = json!({"employee_id": erin.id, "date": WEDNESDAY});
    let correction = json!({"correction_id": ids[0], "employee_id": erin.id, "date": WEDNESDAY});
    assert_eq!(checked.body["open"]["incomplete_days"], json!([day]));
    assert_eq!(checked.body["open"]["pending_corrections"], json!([correction]));
    let closed = fixture.closed("2024-05").await;
    assert_eq!(closed["open"], checked.body["open"], "open items do not prevent the close");
    // Approved afterwards, the correction is a difference.
    let approve = app!(fixture.world, ATTENDANCE_CORRECTIONS_APPROVE);
    let path = format!("{CORRECTIONS}/{}/approve", ids[0].as_str().unwrap());
    assert_eq!(fixture.world.put(&approve, path, json!({})).signed_in_as(&manager).await.status, 200);
    fixture.rederive(&erin, WEDNESDAY).await;
    let posted = fixture.differences("2024-06").await;
    assert_eq!(
        (posted.len(), &posted[0]["status_before"], &posted[0]["status_after"]),
        (1, &json!("incomplete"), &json!("present"))
    );
    assert_eq!((&posted[0]["difference"]["worked_minutes"], &posted[0]["causes"]), (&json!(480), &json!(["punches"])));
    let still = fixture.close("2024-05", "?dry_run=true").await;
    assert_eq!(still.body["open"]["incomplete_days"], json!([]), "the day is complete now");
}

#[tokio::test]
async fn simultaneous_closes_close_the_month_once() {
    let fixture = AttendanceFixture::for_payroll().await;
    let answers = join_all((0..6).map(|_| fixture.close("2024-05", ""))).await;
    let mut found: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    found.sort_unstable();
    assert_eq!(found, [200, 409, 409, 409, 409, 409]);
    let lost = answers.iter().filter(|answer| answer.status == 409);
    assert!(lost.into_iter().all(|answer| answer.problem() == "month_closed"));
    let closed = fixture.published().await.into_iter().filter(|(kind, _)| kind == "attendance.payroll_period_closed");
    assert_eq!(closed.count(), 1);
}

#[tokio::test]
async fn settlements_during_a_close_are_reported_or_posted() {
    let fixture = AttendanceFixture::for_payroll().await;
    let mut people = Vec::new();
    for number in 0..12 {
        let person = fixture.add_employee(0x60 + number, "Ida").await;
        fixture.work_until(&person, WEDNESDAY, "15:30:00").await;
        people.push(person);
    }
    for person in &people {
        let mut day = fixture.find_day(person, WEDNESDAY).await.unwrap();
        let until = "2024-05-15T17:30:00Z";
        day.punches[1] =
            crate::attendance::nightly_run_fixture::punch(person, policy::attendance::PunchKind::CheckOut, until);
        fixture.store_day(&day).await;
    }
    let settle = |person| {
        let page = serde_json::to_value(fixture.rederive_page(vec![days(person, WEDNESDAY, WEDNESDAY)])).unwrap();
        let fixture = &fixture;
        async move { fixture.settle(&page).await }
    };
    let close = async {
        // Some days are settled before the close, some after it.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        fixture.closed("2024-05").await;
        fixture.reports_of(&people[0], "2024-05").await
    };
    let (failed, at_close) = tokio::join!(join_all(people.iter().map(settle)), close);
    assert_eq!(failed.concat(), NONE, "no settlement fails");
    assert_eq!(fixture.reports_of(&people[0], "2024-05").await, at_close, "the reports stay as right after the close");
    let posted = fixture.differences("2024-06").await;
    for person in &people {
        let (reported, current) = fixture.figures(person, WEDNESDAY).await;
        let changed: i64 = posted
            .iter()
            .filter(|one| one["employee_id"] == json!(person.id))
            .map(|one| one["difference"]["worked_minutes"].as_i64().unwrap())
            .sum();
        assert_eq!(current.worked_minutes.0, 600, "the change is not lost");
        assert_eq!(reported.worked_minutes.0 + changed, 600, "it is reported or posted");
        assert!([0, 120].contains(&changed), "{changed}");
    }
}

#[tokio::test]
async fn day_that_was_derived_before_the_close_is_not_written_after_it() {
    let fixture = AttendanceFixture::for_payroll().await;
    let erin = fixture.employee().clone();
    fixture.work_until(&erin, WEDNESDAY, "15:30:00").await;
    let store = fixture.store();
    let stored = store.find_day(erin.id, WEDNESDAY.parse().unwrap()).await.unwrap().unwrap();
    let mut day = stored.value.clone();
    day.outcome.as_mut().unwrap().worked_minutes = kernel::Minutes(600);
    let changed = PostedDay { day, difference: None };
    let write = async |closed_through: Option<&str>| {
        let closed_through = closed_through.map(|month| month.parse().unwrap());
        store.write_posted_day(&origin(), &changed, stored.version, None, ("berlin", closed_through)).await.unwrap()
    };
    fixture.closed("2024-04").await;
    fixture.closed("2024-05").await;
    let before = fixture.snapshot().await;
    for read_before in [None, Some("2024-04")] {
        assert!(matches!(write(read_before).await, Race::Lost), "{read_before:?}");
    }
    assert!(before == fixture.snapshot().await, "nothing is written");
    assert!(matches!(write(Some("2024-05")).await, Race::Won(_)));
}
