//! `POST /api/v1/rosters`

use serde_json::{Value, json};

use crate::attendance::{
    fixture::{AttendanceFixture, attendance_rules},
    roster_fixture::{ROSTERS, early_week, path_of, with},
};

#[tokio::test]
async fn hr_creates_a_roster() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ROSTERS_CREATE);
    let rotation = json!({
        "name": " Three shifts ", "starts_on": "2024-06-03",
        "cycle": [["early"], ["early"], ["late"], ["late"], ["night"], ["night"], [], []],
    });
    let answer = fixture.post(&app, ROSTERS, rotation).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (201, "\"1\""), "{}", answer.body);
    assert_eq!(answer.header("location"), path_of(ROSTERS, &answer.body));
    assert_eq!(answer.body["name"], json!("Three shifts"));
    assert_eq!(answer.body["cycle"][4], json!(["night"]));
    assert_eq!(answer.body["created_by"], json!(fixture.hr().id));
    assert_eq!(answer.body.get("assigned_at"), None);
    let stamp = fixture.stamps("ATTENDANCE_TABLE").await.pop().unwrap();
    assert_eq!((&*stamp.event, &*stamp.entity_type), ("attendance.roster_created", "Roster"));
    assert_eq!(json!(stamp.entity_id), answer.body["id"]);
}

#[tokio::test]
async fn unknown_and_overlapping_shifts_are_rejected_with_pointers() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ROSTERS_CREATE);
    let table: [(Value, &str, &str); 5] = [
        (json!([["early"], [], ["late"], ["noon"]]), "/cycle/3/0", "unknown_shift"),
        (json!([["early", "late"]]), "/cycle/0/1", "overlap"),
        (json!([["day", "day"]]), "/cycle/0/1", "overlap"),
        (json!([["early", "night"], ["early", "day"]]), "/cycle/1/1", "overlap"),
        (json!([["Early"]]), "/cycle", "invalid"),
    ];
    for (cycle, pointer, code) in table {
        let ask = fixture.post(&app, ROSTERS, with(early_week(), json!({"cycle": cycle}))).signed_in_as(fixture.hr());
        let answer = fixture.refused(ask, 422, "invalid", &[pointer]).await;
        assert_eq!(answer.body["errors"][0]["code"], json!(code), "{}", answer.body);
    }
}

#[tokio::test]
async fn invalid_rosters_are_rejected() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ROSTERS_CREATE);
    let too_many = json!([["a", "b", "c", "d", "e"]]);
    for (fields, status, problem, pointer) in [
        (json!({"name": " "}), 422, "invalid", "/name"),
        (json!({"name": "x".repeat(61)}), 422, "invalid", "/name"),
        (json!({"cycle": []}), 422, "invalid", "/cycle"),
        (json!({"cycle": vec![json!([]); 57]}), 422, "invalid", "/cycle"),
        (json!({"cycle": too_many}), 422, "invalid", "/cycle"),
        (json!({"starts_on": "1024-01-01"}), 422, "invalid", "/starts_on"),
        (json!({"starts_on": "2024-02-30"}), 400, "malformed", "/starts_on"),
        (json!({"cycle": "early"}), 400, "malformed", "/cycle"),
        (json!({"id": "roster_1"}), 400, "malformed", "/id"),
    ] {
        let ask = fixture.post(&app, ROSTERS, with(early_week(), fields)).signed_in_as(fixture.hr());
        fixture.refused(ask, status, problem, &[pointer]).await;
    }
    for person in [fixture.employee(), fixture.manager(), &fixture.world.people.auditor] {
        fixture.refused(fixture.post(&app, ROSTERS, early_week()).signed_in_as(person), 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn shifts_of_all_current_policies_are_accepted() {
    let fixture = AttendanceFixture::new().await;
    let mut rules = attendance_rules();
    let noon = json!({"code": "noon", "from": "12:00:00", "to": "13:00:00", "break_minutes": 0});
    rules["shifts"].as_array_mut().unwrap().push(noon);
    fixture.put_policy(7, "attendance", rules).await;
    let app = app!(fixture.world, ROSTERS_CREATE);
    let noon = with(early_week(), json!({"cycle": [["noon"]]}));
    assert_eq!(fixture.post(&app, ROSTERS, noon).signed_in_as(fixture.hr()).await.status, 201);
}

#[tokio::test]
async fn repeated_key_replays_the_first_answer() {
    let fixture = AttendanceFixture::new().await;
    let app = app!(fixture.world, ROSTERS_CREATE);
    let ask = |body| fixture.post(&app, ROSTERS, body).signed_in_as(fixture.hr()).header("idempotency-key", "k");
    let first = ask(early_week()).await;
    let before = fixture.snapshot().await;
    let again = ask(early_week()).await;
    assert_eq!((again.status.as_u16(), again.header("idempotent-replayed")), (201, "true"));
    assert_eq!(again.body, first.body);
    assert!(before == fixture.snapshot().await);
    fixture
        .refused(
            ask(with(early_week(), json!({"name": "Other"}))),
            422,
            "idempotency_key_reused",
            &["header:Idempotency-Key"],
        )
        .await;
}
