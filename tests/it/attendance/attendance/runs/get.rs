//! `GET /api/v1/attendance/runs/{run_id}`

use axum::http::Method;
use serde_json::json;

use crate::attendance::fixture::{Plant, deliveries, event};
use events::EventType;

const TUESDAY: &str = "2024-06-11";

/// Asks for a period again, and lets everything run to its end; answers the run's path.
async fn replayed(plant: &Plant, query: &str) -> String {
    let app = app!(plant.world, ATTENDANCE_PROCESS);
    let path = format!("/api/v1/attendance/process?{query}");
    let asked = plant.world.ask(&app, Method::POST, path).signed_in_as(plant.hr()).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    let id = asked.body["id"].as_str().unwrap().to_owned();
    let item = plant.item("RUNS".to_owned(), &id).await.unwrap();
    let requested = event(EventType::AttendanceRunRequested, "AttendanceRun", &id, 1, item);
    let consumer = ::attendance::on::change::build(&plant.world.shell).unwrap();
    assert_eq!(consumer(deliveries(vec![requested])).await, Vec::<String>::new());
    plant.settles_all().await;
    asked.header("location").to_owned()
}

#[tokio::test]
async fn a_replay_says_what_differs_and_why_and_a_dry_one_changes_nothing() {
    let plant = Plant::open().await;
    let person = plant.employee().clone();
    plant.clocks(&person, TUESDAY, &["2024-06-11T07:20:00Z"]).await;
    plant.night("2024-06-12T03:00:00Z").await;
    let mut day = plant.day(&person, TUESDAY).await.unwrap();
    day.punches.push(crate::attendance::nightly_run_fixture::punch(
        &person,
        policy::attendance::PunchKind::CheckOut,
        "2024-06-11T15:30:00Z",
    ));
    plant.store_day(&day).await;
    let before = plant.day(&person, TUESDAY).await;
    let app = app!(plant.world, ATTENDANCE_RUNS_GET);
    for dry_run in ["true", "false"] {
        let place = replayed(&plant, &format!("from={TUESDAY}&to={TUESDAY}&dry_run={dry_run}")).await;
        let answer = plant.get(&app, &place).signed_in_as(plant.hr()).await;
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
            (answer.body["counts"]["looked_at"].clone(), answer.body["counts"]["changed"].clone()),
            (json!(7), json!(1))
        );
        assert!(!answer.header("etag").is_empty());
        let changed = plant.day(&person, TUESDAY).await != before;
        assert_eq!(changed, dry_run == "false");
    }
    let place = replayed(&plant, &format!("from={TUESDAY}&to={TUESDAY}")).await;
    let answer = plant.get(&app, &place).signed_in_as(&plant.world.people.auditor).await;
    assert_eq!(answer.body["differences"], json!({"items": []}), "all is as it should be");
}

#[tokio::test]
async fn differences_come_page_by_page_and_each_once() {
    let plant = Plant::open().await;
    let place = replayed(&plant, "from=2024-06-03&to=2024-06-07").await;
    let app = app!(plant.world, ATTENDANCE_RUNS_GET);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = plant.get(&app, format!("{place}?limit=8{cursor}")).signed_in_as(plant.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let items = answer.body["differences"]["items"].as_array().unwrap().clone();
        seen.extend(items.iter().map(|one| (one["employee_id"].to_string(), one["date"].to_string())));
        assert!(items.iter().all(|one| one["why"] == json!(["new"]) && one.get("old").is_none()));
        match answer.body["differences"]["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 35);
    assert!(seen.is_sorted_by(|a, b| a < b), "person by person, day by day");
    let broken = plant.get(&app, format!("{place}?cursor=nonsense")).signed_in_as(plant.hr());
    plant.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
    let unknown = "/api/v1/attendance/runs/run_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    plant.refused(plant.get(&app, unknown).signed_in_as(plant.hr()), 404, "not_found", &[]).await;
}

#[tokio::test]
async fn whoever_runs_the_system_sees_that_it_runs_and_nothing_of_people() {
    let plant = Plant::open().await;
    let place = replayed(&plant, "from=2024-06-03&to=2024-06-07").await;
    let app = app!(plant.world, ATTENDANCE_RUNS_GET);
    let answer = plant.get(&app, &place).signed_in_as(&plant.world.people.admin).await;
    assert_eq!((answer.status.as_u16(), answer.body["counts"]["changed"].clone()), (200, json!(35)));
    assert_eq!(answer.body.get("differences"), None);
}
