//! `GET /api/v1/shift-assignments`

use directory::Person;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::AttendanceFixture,
    roster_fixture::{ASSIGNMENTS, early_week, with},
};

/// The employee, their manager and an unrelated employee on one roster, and the employee on shifts of one day.
async fn four_assignments(fixture: &AttendanceFixture) -> (Value, Vec<Value>) {
    let roster = fixture.create_roster(early_week()).await;
    let mut made = Vec::new();
    for (person, from, to) in [
        (fixture.employee(), "2024-06-03", json!("2024-06-16")),
        (fixture.manager(), "2024-06-10", Value::Null),
        (&fixture.world.people.outsider, "2024-06-10", Value::Null),
    ] {
        let body = json!({"employee_id": person.id, "roster_id": roster["id"], "from": from, "to": to});
        made.push(fixture.create_assignment(fixture.hr(), body).await.body);
    }
    let body =
        json!({"employee_id": fixture.employee().id, "shifts": ["late"], "from": "2024-06-12", "to": "2024-06-12"});
    made.push(fixture.create_assignment(fixture.hr(), body).await.body);
    (roster, made)
}

#[tokio::test]
async fn list_is_limited_to_the_callers_scope() {
    let fixture = AttendanceFixture::new().await;
    let (roster, made) = four_assignments(&fixture).await;
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_LIST);
    let people = &fixture.world.people;
    let of = |person: &Person| format!("?employee_id={}", person.id);
    let on = format!("?roster_id={}", roster["id"].as_str().unwrap());
    let table: [(&Person, String, &[usize]); 12] = [
        (&people.employee, String::new(), &[3, 0]),
        (&people.employee, on.clone(), &[0]),
        (&people.employee, "?date=2024-06-12".to_owned(), &[3, 0]),
        (&people.employee, "?date=2024-06-13".to_owned(), &[0]),
        (&people.employee, "?date=2024-06-17".to_owned(), &[]),
        (&people.manager, of(&people.employee), &[3, 0]),
        (&people.manager, on.clone(), &[1, 0]),
        (&people.hr, format!("{}&{}", of(&people.employee), &on[1..]), &[0]),
        (&people.hr, of(&people.outsider), &[2]),
        (&people.hr, String::new(), &[]),
        (&people.auditor, format!("{on}&date=2024-06-20"), &[1, 2]),
        (&people.other_manager, on.clone(), &[2]),
    ];
    for (reader, filter, expected) in table {
        let answer = fixture.get(&app, format!("{ASSIGNMENTS}{filter}")).signed_in_as(reader).await;
        let mut items = answer.body["items"].as_array().unwrap().clone();
        let mut expected: Vec<_> = expected.iter().map(|at| made[*at].clone()).collect();
        if filter.contains("roster_id") {
            // Open-ended assignments are ordered by their ids.
            items.sort_by_key(|one| one["id"].to_string());
            expected.sort_by_key(|one| one["id"].to_string());
        }
        assert_eq!(items, expected, "{} {filter}: {}", reader.first_name, answer.body);
    }
    for (reader, whom) in
        [(&people.employee, &people.manager), (&people.manager, &people.outsider), (&people.admin, &people.hr)]
    {
        let ask = fixture.get(&app, format!("{ASSIGNMENTS}{}", of(whom))).signed_in_as(reader);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn pages_continue_without_deleted_assignments() {
    let fixture = AttendanceFixture::new().await;
    let (roster, made) = four_assignments(&fixture).await;
    let delete = app!(fixture.world, SHIFT_ASSIGNMENTS_DELETE);
    let gone = format!("{ASSIGNMENTS}/{}", made[1]["id"].as_str().unwrap());
    assert_eq!(fixture.delete(&delete, gone).signed_in_as(fixture.hr()).await.status, 204);
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_LIST);
    let start = format!("{ASSIGNMENTS}?limit=1&roster_id={}", roster["id"].as_str().unwrap());
    let (mut path, mut found) = (start.clone(), Vec::new());
    loop {
        let page = fixture.get(&app, &path).signed_in_as(fixture.hr()).await;
        found.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("{start}&cursor={cursor}");
    }
    assert_eq!(found, [made[2].clone(), made[0].clone()]);
    let broken = fixture.get(&app, format!("{ASSIGNMENTS}?cursor=x")).signed_in_as(fixture.hr());
    fixture.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn list_costs_one_query_for_any_number() {
    let fixture = AttendanceFixture::new().await;
    for n in 0..30 {
        let day = format!("2024-08-{:02}", n + 1);
        let body = json!({"employee_id": fixture.employee().id, "shifts": ["late"], "from": day, "to": day});
        assert_eq!(fixture.create_assignment(fixture.hr(), body).await.status, 201);
    }
    let app = app!(fixture.world, SHIFT_ASSIGNMENTS_LIST);
    fixture.get(&app, ASSIGNMENTS).signed_in_as(fixture.employee()).await;
    fixture.world.calls.clear();
    let answer = fixture.get(&app, format!("{ASSIGNMENTS}?limit=5")).signed_in_as(fixture.employee()).await;
    assert_eq!(answer.body["items"].as_array().unwrap().len(), 5);
    let latest = with(answer.body["items"][0].clone(), json!({}));
    assert_eq!(latest["from"], json!("2024-08-30"));
    let queries = fixture.world.calls.recorded().into_iter().filter(|call| call.operation == "Query").count();
    assert_eq!(queries, 1);
}
