//! `GET /api/v1/attendance/runs/{run_id}`

use axum::http::Method;
use serde_json::json;

use crate::attendance::fixture::{AttendanceFixture, deliveries, event};
use events::EventType;

const TUESDAY: &str = "2024-06-11";

/// Requests a replay and settles its pages; returns the path of the run.
async fn replay(fixture: &AttendanceFixture, query: &str) -> String {
    let app = app!(fixture.world, ATTENDANCE_PROCESS);
    let path = format!("/api/v1/attendance/process?{query}");
    let answer = fixture.world.request(&app, Method::POST, path).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    let item = fixture.find_item("RUNS".to_owned(), &id).await.unwrap();
    let requested = event(EventType::AttendanceRunRequested, "AttendanceRun", &id, 1, item);
    let consumer = ::attendance::on::change::build(&fixture.world.shell).unwrap();
    assert_eq!(consumer(deliveries(vec![requested])).await, Vec::<String>::new());
    fixture.settle_all().await;
    answer.header("location").to_owned()
}

#[tokio::test]
async fn replay_reports_differences_and_dry_run_changes_nothing() {
    let fixture = AttendanceFixture::new().await;
    let person = fixture.employee().clone();
    fixture.check_in_and_out(&person, TUESDAY, &["2024-06-11T07:20:00Z"]).await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    let mut day = fixture.find_day(&person, TUESDAY).await.unwrap();
    day.punches.push(crate::attendance::nightly_run_fixture::punch(
        &person,
        policy::attendance::PunchKind::CheckOut,
        "2024-06-11T15:30:00Z",
    ));
    fixture.store_day(&day).await;
    let before = fixture.find_day(&person, TUESDAY).await;
    let app = app!(fixture.world, ATTENDANCE_RUNS_GET);
    for dry_run in ["true", "false"] {
        let location = replay(&fixture, &format!("from={TUESDAY}&to={TUESDAY}&dry_run={dry_run}")).await;
        let answer = fixture.get(&app, &location).signed_in_as(fixture.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(
            (answer.body["state"].clone(), answer.body["dry_run"].to_string().as_str()),
            (json!("closed"), dry_run)
        );
        let result = |status: &str, worked: i64| json!({"status": status, "worked_minutes": worked, "late_minutes": 20, "overtime_minutes": 0});
        let difference = json!({"employee_id": person.id, "date": TUESDAY, "old": result("incomplete", 0),
            "new": result("present", 460), "why": ["punches"]});
        assert_eq!(answer.body["differences"], json!({"items": [difference]}));
        assert_eq!(
            (answer.body["counts"]["examined"].clone(), answer.body["counts"]["changed"].clone()),
            (json!(7), json!(1))
        );
        assert!(!answer.header("etag").is_empty());
        let changed = fixture.find_day(&person, TUESDAY).await != before;
        assert_eq!(changed, dry_run == "false");
    }
    let location = replay(&fixture, &format!("from={TUESDAY}&to={TUESDAY}")).await;
    let answer = fixture.get(&app, &location).signed_in_as(&fixture.world.people.auditor).await;
    assert_eq!(answer.body["differences"], json!({"items": []}), "the second replay finds no difference");
}

#[tokio::test]
async fn differences_are_paged_without_repetition() {
    let fixture = AttendanceFixture::new().await;
    let location = replay(&fixture, "from=2024-06-03&to=2024-06-07").await;
    let app = app!(fixture.world, ATTENDANCE_RUNS_GET);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = fixture.get(&app, format!("{location}?limit=8{cursor}")).signed_in_as(fixture.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let items = answer.body["differences"]["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|one| (one["employee_id"].to_string(), one["date"].to_string())));
        assert!(items.iter().all(|one| one["why"] == json!(["first_derivation"]) && one.get("old").is_none()));
        match answer.body["differences"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 35);
    assert!(seen.is_sorted_by(|a, b| a < b), "ordered by person and day");
    let broken = fixture.get(&app, format!("{location}?cursor=nonsense")).signed_in_as(fixture.hr());
    fixture.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
    let unknown = "/api/v1/attendance/runs/run_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    fixture.refused(fixture.get(&app, unknown).signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn admins_see_progress_but_no_differences() {
    let fixture = AttendanceFixture::new().await;
    let location = replay(&fixture, "from=2024-06-03&to=2024-06-07").await;
    let app = app!(fixture.world, ATTENDANCE_RUNS_GET);
    let answer = fixture.get(&app, &location).signed_in_as(&fixture.world.people.admin).await;
    assert_eq!((answer.status.as_u16(), answer.body["counts"]["changed"].clone()), (200, json!(35)));
    assert_eq!(answer.body.get("differences"), None);
}
