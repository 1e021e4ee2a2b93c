//! `GET /api/v1/attendance/runs`

use axum::http::Method;
use serde_json::json;

use crate::attendance::fixture::AttendanceFixture;

#[tokio::test]
async fn runs_are_listed_newest_first_in_pages() {
    let fixture = AttendanceFixture::new().await;
    fixture.run_overnight("2024-06-12T03:00:00Z").await;
    fixture.run_overnight("2024-06-12T17:00:00Z").await;
    fixture.set_time("2024-06-12T18:00:00Z");
    let process = app!(fixture.world, ATTENDANCE_PROCESS);
    let path = "/api/v1/attendance/process?from=2024-06-10&to=2024-06-11";
    assert_eq!(fixture.world.request(&process, Method::POST, path).signed_in_as(fixture.hr()).await.status, 202);
    let app = app!(fixture.world, ATTENDANCE_RUNS_LIST);
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/attendance/runs?limit=2{cursor}");
        let answer = fixture.get(&app, path).signed_in_as(&fixture.world.people.admin).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        seen.extend(answer.body["items"].as_array().unwrap().clone());
        match answer.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let states: Vec<_> = seen.iter().map(|run| (run["kind"].clone(), run["state"].clone())).collect();
    let run = |kind: &str, state: &str| (json!(kind), json!(state));
    assert_eq!(states, [run("replay", "requested"), run("nightly", "closed"), run("nightly", "closed")]);
    assert_eq!(seen[2]["closed_by"], json!("2024-06-12T03:00:00Z"));
    assert_eq!(seen[2]["requested_by"], json!("system:attendance-job-dispatch"));
    assert_eq!((seen[2]["pages"].clone(), seen[2]["pages_open"].clone()), (json!(1), json!(0)));
    assert_eq!(seen[2]["counts"]["absent"], json!(7));
    assert!(seen.iter().all(|run| run.get("open").is_none()));
}
