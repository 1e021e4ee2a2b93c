//! `GET /api/v1/attendance-corrections`

use directory::Person;
use events::EventType;
use serde_json::{Value, json};

use crate::attendance::{
    correction_fixture::{CORRECTIONS, gone},
    fixture::{Plant, deliveries, event},
};

async fn lists(plant: &Plant, by: &Person, query: &str) -> Vec<Value> {
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_LIST);
    let answer = plant.get(&app, format!("{CORRECTIONS}{query}")).signed_in_as(by).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

/// Corrections of the employee (decided, then waiting) and of the foreigner (waiting).
async fn three(plant: &Plant) -> [Value; 3] {
    plant.forgotten().await;
    let people = plant.world.people.clone();
    let decided = plant.asked().await;
    assert_eq!(plant.rejects(plant.manager(), &decided).await.status, 200);
    let waiting = plant.asked().await;
    let add = json!([{"kind": "check_in", "at": "2024-06-07T07:00:00Z"}]);
    let body = json!({"date": "2024-06-07", "reason": "Dead", "add": add});
    let foreign = plant.wants(&people.outsider, body).await.body;
    [decided, waiting, foreign].map(|correction| correction["id"].clone())
}

#[tokio::test]
async fn everybody_sees_what_their_grant_reaches() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let [decided, waiting, foreign] = three(&plant).await;
    let all = |ids: &[&Value]| ids.iter().map(|id| (*id).clone()).collect::<Vec<_>>();
    assert_eq!(
        lists(&plant, &people.employee, "").await,
        all(&[&waiting, &decided]),
        "one's own, whatever became of it"
    );
    assert_eq!(lists(&plant, &people.employee, "?status=rejected").await, all(&[&decided]));
    assert_eq!(lists(&plant, &people.manager, "").await, all(&[&waiting]), "what waits of those below");
    assert_eq!(lists(&plant, &people.manager, "?status=rejected").await, all(&[&decided]));
    let own = format!("?employee_id={}", people.manager.id);
    assert_eq!(lists(&plant, &people.manager, &own).await, all(&[]));
    for by in [&people.hr, &people.auditor] {
        assert_eq!(lists(&plant, by, "").await, all(&[&foreign, &waiting]));
        assert_eq!(lists(&plant, by, "?status=rejected").await, all(&[&decided]));
        let of = format!("?employee_id={}", people.employee.id);
        assert_eq!(lists(&plant, by, &of).await, all(&[&waiting, &decided]));
    }
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_LIST);
    let of = format!("{CORRECTIONS}?employee_id={}", people.employee.id);
    for by in [&people.outsider, &people.other_manager] {
        plant.refused(plant.get(&app, of.clone()).signed_in_as(by), 404, "not_found", &[]).await;
    }
    let words = plant.get(&app, CORRECTIONS.to_owned()).signed_in_as(&people.auditor).await.body;
    assert!(words["items"][0]["reason"].is_null() && words["items"][0].get("original").is_none(), "{words}");
}

#[tokio::test]
async fn pages_follow_each_other_and_a_cursor_is_for_one_question() {
    let plant = Plant::open().await;
    plant.forgotten().await;
    for minute in 0..5 {
        assert_eq!(plant.wants(plant.employee(), gone(&format!("2024-06-07T15:3{minute}:00Z"))).await.status, 201);
    }
    let app = app!(plant.world, ATTENDANCE_CORRECTIONS_LIST);
    let (mut seen, mut query) = (Vec::new(), "?limit=2".to_owned());
    loop {
        let page = plant.get(&app, format!("{CORRECTIONS}{query}")).signed_in_as(plant.hr()).await.body;
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["add"][0]["at"].clone()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        query = format!("?limit=2&cursor={cursor}");
        let other = plant.get(&app, format!("{CORRECTIONS}?status=rejected&cursor={cursor}")).signed_in_as(plant.hr());
        plant.refused(other, 400, "invalid_cursor", &["query:cursor"]).await;
    }
    let expected: Vec<_> = (0..5).rev().map(|minute| json!(format!("2024-06-07T15:3{minute}:00Z"))).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn what_waits_goes_along_to_another_manager() {
    let plant = Plant::open().await;
    let people = plant.world.people.clone();
    let [decided, waiting, foreign] = three(&plant).await;
    let moved = Person {
        manager_id: Some(people.other_manager.id),
        department_id: people.outsider.department_id,
        ..people.employee.clone()
    };
    plant.world.add_people(&[&moved]).await;
    plant.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let before = plant.stamps("ATTENDANCE_TABLE").await;
    let handler = ::attendance::on::employee::build(&plant.world.shell).unwrap();
    let told = || {
        let values = serde_json::to_value(&moved).unwrap();
        deliveries(vec![event(EventType::EmployeeUpdated, "Employee", &moved.id.to_string(), 7, values)])
    };
    assert_eq!(handler(told()).await, Vec::<String>::new());
    assert_eq!(handler(told()).await, Vec::<String>::new());
    assert!(plant.stamps("ATTENDANCE_TABLE").await.iter().all(|stamp| before.contains(stamp)), "it publishes nothing");
    assert_eq!(lists(&plant, &people.other_manager, "").await, [foreign, waiting]);
    assert_eq!(lists(&plant, &people.manager, "").await, Vec::<Value>::new());
    assert_eq!(lists(&plant, &people.manager, "?status=rejected").await, [decided], "what was decided stays");
}
