//! `GET /api/v1/leaves/{id}`

use serde_json::{Value, json};

use crate::leave::{LEAVES, LeaveFixture, path, with};

async fn requested_leave(office: &LeaveFixture) -> Value {
    let body =
        json!({"leave_type": "annual", "start_date": "2024-07-15", "end_date": "2024-07-19", "reason": "Wedding"});
    office.request_leave(office.employee(), body).await.body
}

#[tokio::test]
async fn employee_managers_hr_and_auditors_read_a_request() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_GET);
    let leave = requested_leave(&office).await;
    let people = &office.world.people;
    for reader in [&people.employee, &people.manager, &people.hr] {
        let answer = office.get(&app, path(&leave, "")).signed_in_as(reader).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!(answer.body, with(leave.clone(), json!({"kind": "leave"})), "{}", reader.first_name);
    }
    let audited = office.get(&app, path(&leave, "")).signed_in_as(&people.auditor).await;
    assert_eq!(
        audited.body,
        with(leave.clone(), json!({"reason": null}))
            .as_object()
            .map(|hidden| {
                let mut hidden = hidden.clone();
                hidden.insert("reason".to_owned(), json!(null));
                hidden.insert("kind".to_owned(), json!("leave"));
                Value::Object(hidden)
            })
            .unwrap(),
        "an auditor sees the request without its reason"
    );
    for foreign in [&people.outsider, &people.other_manager] {
        office.refused(office.get(&app, path(&leave, "")).signed_in_as(foreign), 404, "not_found", &[]).await;
    }
    let ask = office.get(&app, path(&leave, "?cursor=x")).signed_in_as(&people.hr);
    office.refused(ask, 400, "invalid_cursor", &["query:cursor"]).await;
    office
        .refused(office.get(&app, format!("{LEAVES}/nonsense")).signed_in_as(&people.hr), 404, "not_found", &[])
        .await;
}

#[tokio::test]
async fn employee_id_returns_the_history_latest_first() {
    let office = LeaveFixture::open().await;
    let app = app!(office.world, LEAVES_GET);
    for start in ["2024-07-01", "2024-09-02", "2024-08-05"] {
        office.request_annual_leave(office.employee(), start, start).await;
    }
    office.request_annual_leave(office.manager(), "2024-07-01", "2024-07-01").await;
    let history = format!("{LEAVES}/{}", office.employee().id);
    let answer = office.get(&app, &history).signed_in_as(office.employee()).await;
    let starts = |body: &Value| -> Vec<String> {
        let items = body["items"].as_array().unwrap();
        items.iter().map(|item| item["start_date"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(answer.body["kind"], json!("history"));
    assert_eq!(starts(&answer.body), ["2024-09-02", "2024-08-05", "2024-07-01"], "{}", answer.body);
    let first = office.get(&app, format!("{history}?limit=2")).signed_in_as(office.manager()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let rest = office.get(&app, format!("{history}?limit=2&cursor={cursor}")).signed_in_as(office.manager()).await;
    assert_eq!((starts(&rest.body), rest.body.get("next_cursor")), (vec!["2024-07-01".to_owned()], None));
    let ask = office.get(&app, &history).signed_in_as(&office.world.people.outsider);
    office.refused(ask, 404, "not_found", &[]).await;
}
