//! `GET /api/v1/shift-assignments`

use directory::Person;
use serde_json::{Value, json};

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ASSIGNMENTS, early_week, with},
};

/// The employee, their manager and somebody else's report on one roster, and the employee on shifts of one day.
async fn some(plant: &Plant) -> (Value, Vec<Value>) {
    let roster = plant.makes_roster(early_week()).await;
    let mut made = Vec::new();
    for (person, from, to) in [
        (plant.employee(), "2024-06-03", json!("2024-06-16")),
        (plant.manager(), "2024-06-10", Value::Null),
        (&plant.world.people.outsider, "2024-06-10", Value::Null),
    ] {
        let body = json!({"employee_id": person.id, "roster_id": roster["id"], "from": from, "to": to});
        made.push(plant.assigns(plant.hr(), body).await.body);
    }
    let body =
        json!({"employee_id": plant.employee().id, "shifts": ["late"], "from": "2024-06-12", "to": "2024-06-12"});
    made.push(plant.assigns(plant.hr(), body).await.body);
    (roster, made)
}

#[tokio::test]
async fn everybody_lists_what_they_reach() {
    let plant = Plant::open().await;
    let (roster, made) = some(&plant).await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_LIST);
    let people = &plant.world.people;
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
        let answer = plant.get(&app, format!("{ASSIGNMENTS}{filter}")).signed_in_as(reader).await;
        let mut items = answer.body["items"].as_array().unwrap().clone();
        let mut expected: Vec<_> = expected.iter().map(|at| made[*at].clone()).collect();
        if filter.contains("roster_id") {
            // Those without an end stand in the order of their ids.
            items.sort_by_key(|one| one["id"].to_string());
            expected.sort_by_key(|one| one["id"].to_string());
        }
        assert_eq!(items, expected, "{} {filter}: {}", reader.first_name, answer.body);
    }
    for (reader, whom) in
        [(&people.employee, &people.manager), (&people.manager, &people.outsider), (&people.admin, &people.hr)]
    {
        let ask = plant.get(&app, format!("{ASSIGNMENTS}{}", of(whom))).signed_in_as(reader);
        plant.refused(ask, 404, "not_found", &[]).await;
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_what_was_taken_back_is_in_none() {
    let plant = Plant::open().await;
    let (roster, made) = some(&plant).await;
    let delete = app!(plant.world, SHIFT_ASSIGNMENTS_DELETE);
    let gone = format!("{ASSIGNMENTS}/{}", made[1]["id"].as_str().unwrap());
    assert_eq!(plant.delete(&delete, gone).signed_in_as(plant.hr()).await.status, 204);
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_LIST);
    let start = format!("{ASSIGNMENTS}?limit=1&roster_id={}", roster["id"].as_str().unwrap());
    let (mut path, mut found) = (start.clone(), Vec::new());
    loop {
        let page = plant.get(&app, &path).signed_in_as(plant.hr()).await;
        found.extend(page.body["items"].as_array().unwrap().clone());
        let Some(cursor) = page.body["next_cursor"].as_str() else { break };
        path = format!("{start}&cursor={cursor}");
    }
    assert_eq!(found, [made[2].clone(), made[0].clone()]);
    let broken = plant.get(&app, format!("{ASSIGNMENTS}?cursor=x")).signed_in_as(plant.hr());
    plant.refused(broken, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn a_list_costs_one_query_however_many_there_are() {
    let plant = Plant::open().await;
    for n in 0..30 {
        let day = format!("2024-08-{:02}", n + 1);
        let body = json!({"employee_id": plant.employee().id, "shifts": ["late"], "from": day, "to": day});
        assert_eq!(plant.assigns(plant.hr(), body).await.status, 201);
    }
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_LIST);
    plant.get(&app, ASSIGNMENTS).signed_in_as(plant.employee()).await;
    plant.world.calls.clear();
    let answer = plant.get(&app, format!("{ASSIGNMENTS}?limit=5")).signed_in_as(plant.employee()).await;
    assert_eq!(answer.body["items"].as_array().unwrap().len(), 5);
    let latest = with(answer.body["items"][0].clone(), json!({}));
    assert_eq!(latest["from"], json!("2024-08-30"));
    let queries = plant.world.calls.recorded().into_iter().filter(|call| call.operation == "Query").count();
    assert_eq!(queries, 1);
}
