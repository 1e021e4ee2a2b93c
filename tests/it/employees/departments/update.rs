//! `PUT /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

fn path(id: &str) -> String {
    format!("/api/v1/departments/{id}")
}

#[tokio::test]
async fn department_is_renamed_and_moved() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", None).await;
    let app = app!(fixture.world, DEPARTMENTS_UPDATE);
    let ask = |body| fixture.world.put(&app, path(&sales), body).signed_in_as(fixture.hr());
    let renamed = ask(json!({"name": "Trade"})).await;
    assert_eq!((renamed.status.as_u16(), &renamed.body["name"]), (200, &json!("Trade")));
    let moved = ask(json!({"parent_id": fixture.engineering})).await;
    assert_eq!((moved.header("etag"), &moved.body["parent_id"]), ("\"3\"", &json!(fixture.engineering)));
    let top = ask(json!({"parent_id": null})).await;
    assert_eq!((top.header("etag"), &top.body["parent_id"]), ("\"4\"", &json!(null)));
    fixture.create_department("Sales", None).await;
}

#[tokio::test]
async fn invalid_changes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", Some(&fixture.engineering.clone())).await;
    let inner = fixture.create_department("Inner", Some(&sales)).await;
    let app = app!(fixture.world, DEPARTMENTS_UPDATE);
    let ask = |id: &str, body| fixture.world.put(&app, path(id), body);
    let ghost = "dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, status, problem, pointer) in [
        (json!({"name": null}), 400, "malformed", "/name"),
        (json!({"name": ""}), 422, "invalid", "/name"),
        (json!({"name": "engineering"}), 409, "name_taken", "/name"),
        (json!({"parent_id": ghost}), 422, "invalid", "/parent_id"),
        (json!({"parent_id": sales}), 409, "loop", "/parent_id"),
        (json!({"parent_id": inner}), 409, "loop", "/parent_id"),
    ] {
        fixture.refused(ask(&sales, body).signed_in_as(fixture.hr()), status, problem, &[pointer]).await;
    }
    let fine = json!({"name": "Other"});
    fixture
        .refused(ask(&sales, fine.clone()).signed_in_as(fixture.hr()).header("if-match", "\"2\""), 412, "stale", &[])
        .await;
    fixture.refused(ask(ghost, fine.clone()).signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
    fixture.refused(ask(&sales, fine).signed_in_as(&fixture.world.people.manager), 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn concurrent_moves_cannot_form_a_loop() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_UPDATE);
    for n in 0..5 {
        let a = fixture.create_department(&format!("A{n}"), None).await;
        let b = fixture.create_department(&format!("B{n}"), None).await;
        let one = fixture.world.put(&app, path(&a), json!({"parent_id": b})).signed_in_as(fixture.hr());
        let two = fixture.world.put(&app, path(&b), json!({"parent_id": a})).signed_in_as(fixture.hr());
        let (one, two) = tokio::join!(one.into_future(), two.into_future());
        assert!(one.status != 200 || two.status != 200, "at most one move may succeed");
    }
}
