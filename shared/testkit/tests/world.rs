//! A new world has published keys and people whose tokens are accepted.

use access::AUTH_ME;
use axum::{Json, Router, routing::get};
use lambda::{InitError, Shell, http::Caller};
use serde_json::{Value, json};

async fn me(caller: Caller) -> Json<Value> {
    Json(json!({"id": caller.id(), "roles": caller.roles()}))
}

fn router(_: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(AUTH_ME.path, get(me)))
}

#[tokio::test]
async fn all_people_of_a_world_can_sign_in() {
    let began = std::time::Instant::now();
    let world = testkit::world().await;
    println!("a world after {:?}", began.elapsed());
    let app = world.app(&AUTH_ME, router);
    for person in world.people.all() {
        let answer = world.get(&app, AUTH_ME.path).signed_in_as(person).await;
        assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(person.id)), "{:?}", answer.body);
    }
    let answer = world.get(&app, AUTH_ME.path).await;
    assert_eq!((answer.status.as_u16(), answer.problem()), (401, "token_missing"));
    println!("eight requests after {:?}", began.elapsed());
}

#[tokio::test]
async fn snapshot_detects_a_single_write() {
    let world = testkit::world().await;
    let before = world.snapshot().await;
    assert_eq!(before["EMPLOYEES_TABLE"].len(), 3 * world.people.all().len());
    assert_eq!(world.snapshot().await, before);
    let table = world.shell.table("EMPLOYEES_TABLE").unwrap();
    table.commit(&testkit::origin(), store::Write::create(store::Key::new("A", "B"), &json!({}))).await.unwrap();
    assert_ne!(world.snapshot().await, before);
}
