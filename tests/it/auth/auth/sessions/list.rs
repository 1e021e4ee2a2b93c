//! `GET /api/v1/auth/sessions`

use serde_json::{Value, json};

use crate::auth::{AuthFixture, LOGIN, PASSWORD, text};

const SESSIONS: &str = "/api/v1/auth/sessions";

#[tokio::test]
async fn active_own_sessions_are_listed_latest_first() {
    let fixture = AuthFixture::open().await;
    let list = app!(fixture.world, AUTH_SESSIONS_LIST);
    let logout = app!(fixture.world, AUTH_LOGOUT);
    let old = fixture.sign_in().await;
    fixture.advance_seconds(60);
    let gone = fixture.sign_in().await;
    fixture.advance_seconds(60);
    let body = json!({"login": fixture.employee().email, "password": PASSWORD});
    let phone = fixture
        .world
        .post(&fixture.login, LOGIN, body)
        .header("user-agent", "A phone")
        .from_ip("198.51.100.7")
        .await
        .body;
    let out = fixture.world.request(&logout, axum::http::Method::POST, "/api/v1/auth/logout");
    assert_eq!(out.token(text(&gone, "access_token")).await.status, 204);
    fixture.advance_seconds(60);
    let old = fixture.refresh_tokens(&old).await;

    let answer = fixture.world.get(&list, SESSIONS).token(text(&old, "access_token")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let items = answer.body["items"].as_array().unwrap();
    let ids: Vec<_> = items.iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [&phone["session_id"], &old["session_id"]]);
    assert_eq!((&items[0]["device"], &items[0]["ip_address"]), (&json!("A phone"), &json!("198.51.100.7")));
    assert_eq!((&items[0]["current"], &items[1]["current"]), (&json!(false), &json!(true)));
    assert_eq!(items[1]["last_used_at"], json!(fixture.world.now()));
    assert!(!answer.body.to_string().contains("generation"), "internal fields are not shown");
}

#[tokio::test]
async fn pages_follow_the_cursor_which_is_bound_to_the_caller() {
    let fixture = AuthFixture::open().await;
    let list = app!(fixture.world, AUTH_SESSIONS_LIST);
    for _ in 0..5 {
        fixture.sign_in().await;
        fixture.advance_seconds(1);
    }
    let (mut seen, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let path = cursor
            .as_ref()
            .map_or(format!("{SESSIONS}?limit=2"), |cursor| format!("{SESSIONS}?limit=2&cursor={cursor}"));
        let page = fixture.world.get(&list, path).signed_in_as(fixture.employee()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        seen.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        let Some(next) = page.body["next_cursor"].as_str() else { break };
        let foreign = fixture.world.get(&list, format!("{SESSIONS}?cursor={next}"));
        fixture.give_password(&fixture.world.people.hr).await;
        assert_eq!(foreign.signed_in_as(&fixture.world.people.hr).await.problem(), "invalid_cursor");
        cursor = Some(next.to_owned());
    }
    let mut unique = seen.clone();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (5, 5));
}

#[tokio::test]
async fn sessions_need_a_token_and_hide_those_of_others() {
    let fixture = AuthFixture::open().await;
    let list = app!(fixture.world, AUTH_SESSIONS_LIST);
    fixture.sign_in().await;
    assert_eq!(fixture.world.get(&list, SESSIONS).await.status, 401);
    for person in [&fixture.world.people.hr, &fixture.world.people.admin] {
        let answer = fixture.world.get(&list, SESSIONS).signed_in_as(person).await;
        assert_eq!(answer.body, json!({"items": Vec::<Value>::new()}));
    }
    for (query, status) in [("limit=0", 400), ("limit=101", 400), ("cursor=x", 400), ("employee_id=x", 400)] {
        let answer = fixture.world.get(&list, format!("{SESSIONS}?{query}")).signed_in_as(fixture.employee()).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
    }
}
