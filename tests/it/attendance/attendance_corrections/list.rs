//! `GET /api/v1/attendance-corrections`

use directory::Person;
use events::EventType;
use serde_json::{Value, json};

use crate::attendance::{
    correction_fixture::{CORRECTIONS, missing_check_out},
    fixture::{AttendanceFixture, deliveries, event},
};

async fn list_ids(fixture: &AttendanceFixture, by: &Person, query: &str) -> Vec<Value> {
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_LIST);
    let answer = fixture.get(&app, format!("{CORRECTIONS}{query}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

/// Corrections of the employee (decided, pending) and of an unrelated employee (pending).
async fn three_corrections(fixture: &AttendanceFixture) -> [Value; 3] {
    fixture.forget_check_out().await;
    let people = fixture.world.people.clone();
    let decided = fixture.requested_correction().await;
    assert_eq!(fixture.reject(fixture.manager(), &decided).await.status, 200);
    let pending = fixture.requested_correction().await;
    let add = json!([{"kind": "check_in", "at": "2024-06-07T07:00:00Z"}]);
    let body = json!({"date": "2024-06-07", "reason": "Dead", "add": add});
    let foreign = fixture.request_correction(&people.outsider, body).await.body;
    [decided, pending, foreign].map(|correction| correction["id"].clone())
}

#[tokio::test]
async fn list_is_limited_to_the_callers_scope() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let [decided, pending, foreign] = three_corrections(&fixture).await;
    let all = |ids: &[&Value]| ids.iter().map(|id| (*id).clone()).collect::<Vec<_>>();
    assert_eq!(
        list_ids(&fixture, &people.employee, "").await,
        all(&[&pending, &decided]),
        "own corrections with any status"
    );
    assert_eq!(list_ids(&fixture, &people.employee, "?status=rejected").await, all(&[&decided]));
    assert_eq!(
        list_ids(&fixture, &people.manager, "").await,
        all(&[&pending]),
        "pending corrections of direct reports"
    );
    assert_eq!(list_ids(&fixture, &people.manager, "?status=rejected").await, all(&[&decided]));
    let own = format!("?employee_id={}", people.manager.id);
    assert_eq!(list_ids(&fixture, &people.manager, &own).await, all(&[]));
    for by in [&people.hr, &people.auditor] {
        assert_eq!(list_ids(&fixture, by, "").await, all(&[&foreign, &pending]));
        assert_eq!(list_ids(&fixture, by, "?status=rejected").await, all(&[&decided]));
        let of = format!("?employee_id={}", people.employee.id);
        assert_eq!(list_ids(&fixture, by, &of).await, all(&[&pending, &decided]));
    }
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_LIST);
    let of = format!("{CORRECTIONS}?employee_id={}", people.employee.id);
    for by in [&people.outsider, &people.other_manager] {
        fixture.refused(fixture.get(&app, of.clone()).signed_in_as(by), 404, "not_found", &[]).await;
    }
    let list = fixture.get(&app, CORRECTIONS.to_owned()).signed_in_as(&people.auditor).await.body;
    assert!(list["items"][0]["reason"].is_null() && list["items"][0].get("original").is_none(), "{list}");
}

#[tokio::test]
async fn pages_continue_and_cursor_is_bound_to_its_filter() {
    let fixture = AttendanceFixture::new().await;
    fixture.forget_check_out().await;
    for minute in 0..5 {
        assert_eq!(
            fixture
                .request_correction(fixture.employee(), missing_check_out(&format!("2024-06-07T15:3{minute}:00Z")))
                .await
                .status,
            201
        );
    }
    let app = app!(fixture.world, ATTENDANCE_CORRECTIONS_LIST);
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = fixture.get(&app, format!("{CORRECTIONS}{query}")).signed_in_as(fixture.hr()).await.body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["add"][0]["at"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
        let other =
            fixture.get(&app, format!("{CORRECTIONS}?status=rejected&cursor={cursor}")).signed_in_as(fixture.hr());
        fixture.refused(other, 400, "invalid_cursor", &["query:cursor"]).await;
    }
    let expected: Vec<_> = (0..5).rev().map(|minute| json!(format!("2024-06-07T15:3{minute}:00Z"))).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn pending_corrections_follow_a_new_manager() {
    let fixture = AttendanceFixture::new().await;
    let people = fixture.world.people.clone();
    let [decided, pending, foreign] = three_corrections(&fixture).await;
    let moved = Person {
        manager_id: Some(people.other_manager.id),
        department_id: people.outsider.department_id,
        ..people.employee.clone()
    };
    fixture.world.add_people(&[&moved]).await;
    fixture.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let before = fixture.stamps("ATTENDANCE_TABLE").await;
    let handler = ::attendance::on::employee::build(&fixture.world.shell).unwrap();
    let moved_event = || {
        let values = serde_json::to_value(&moved).unwrap();
        deliveries(vec![event(EventType::EmployeeUpdated, "Employee", &moved.id.to_string(), 7, values)])
    };
    assert_eq!(handler(moved_event()).await, Vec::<String>::new());
    assert_eq!(handler(moved_event()).await, Vec::<String>::new());
    assert!(
        fixture.stamps("ATTENDANCE_TABLE").await.iter().all(|stamp| before.contains(stamp)),
        "the move publishes nothing"
    );
    assert_eq!(list_ids(&fixture, &people.other_manager, "").await, [foreign, pending]);
    assert_eq!(list_ids(&fixture, &people.manager, "").await, Vec::<Value>::new());
    assert_eq!(
        list_ids(&fixture, &people.manager, "?status=rejected").await,
        [decided],
        "decided corrections keep their manager"
    );
}
