//! `GET /api/v1/auth/sessions`

use serde_json::{Value, json};

use crate::auth::{AuthFixture, LOGIN, PASSWORD, text};

const SESSIONS: &str = "/api/v1/auth/sessions";

#[tokio::test]
async fn a_person_sees_their_own_sessions_that_go_on_the_latest_first() {
    let desk = AuthFixture::open().await;
    let list = app!(desk.world, AUTH_SESSIONS_LIST);
    let logout = app!(desk.world, AUTH_LOGOUT);
    let old = desk.signed_in().await;
    desk.later(60);
    let gone = desk.signed_in().await;
    desk.later(60);
    let body = json!({"login": desk.employee().email, "password": PASSWORD});
    let phone =
        desk.world.post(&desk.login, LOGIN, body).header("user-agent", "A phone").from_ip("198.51.100.7").await.body;
    let out = desk.world.ask(&logout, axum::http::Method::POST, "/api/v1/auth/logout");
    assert_eq!(out.token(text(&gone, "access_token")).await.status, 204);
    desk.later(60);
    let old = desk.refreshed(&old).await;

    let answer = desk.world.get(&list, SESSIONS).token(text(&old, "access_token")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let items = answer.body["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [&phone["session_id"], &old["session_id"]]);
    assert_eq!((&items[0]["device"], &items[0]["ip_address"]), (&json!("A phone"), &json!("198.51.100.7")));
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(false), &json!(true)));
    assert_eq!(items[1]["last_used_at"], json!(desk.world.now()));
    assert!(!answer.body.to_string().contains("generation"), "nothing inside shows");
}

#[tokio::test]
async fn pages_are_followed_by_cursor_and_a_cursor_is_of_no_use_to_others() {
    let desk = AuthFixture::open().await;
    let list = app!(desk.world, AUTH_SESSIONS_LIST);
    for _ in 0..5 {
        desk.signed_in().await;
        desk.later(1);
    }
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let path = cursor
            .as_ref()
            .map_or(format!("{SESSIONS}?limit=2"), |cursor| format!("{SESSIONS}?limit=2&cursor={cursor}"));
        let page = desk.world.get(&list, path).signed_in_as(desk.employee()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        let foreign = desk.world.get(&list, format!("{SESSIONS}?cursor={next}"));
        desk.give_password(&desk.world.people.hr).await;
        assert_eq!(foreign.signed_in_as(&desk.world.people.hr).await.problem(), "invalid_cursor");
        cursor = Some(next.to_owned());
    }
    let mut unique = seen.clone();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (5, 5));
}

#[tokio::test]
async fn nobody_sees_anything_without_a_token_and_others_see_nothing_of_it() {
    let desk = AuthFixture::open().await;
    let list = app!(desk.world, AUTH_SESSIONS_LIST);
    desk.signed_in().await;
    assert_eq!(desk.world.get(&list, SESSIONS).await.status, 401);
    for person in [&desk.world.people.hr, &desk.world.people.admin] {
        let answer = desk.world.get(&list, SESSIONS).signed_in_as(person).await;
        assert_eq!(answer.body, json!({"items": Vec::<Value>::new()}));
    }
    for (query, status) in [("limit=0", 400), ("limit=101", 400), ("cursor=x", 400), ("employee_id=x", 400)] {
        let answer = desk.world.get(&list, format!("{SESSIONS}?{query}")).signed_in_as(desk.employee()).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
    }
}
