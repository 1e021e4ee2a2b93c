//! `PUT /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

fn path(id: &str) -> String {
    format!("/api/v1/departments/{id}")
}

#[tokio::test]
async fn a_department_is_renamed_and_moved() {
    let office = EmployeesFixture::open().await;
    let sales = office.department("Sales", None).await;
    let app = app!(office.world, DEPARTMENTS_UPDATE);
    let ask = |body| office.world.put(&app, path(&sales), body).signed_in_as(office.hr());
    let renamed = ask(json!({"name": "Trade"})).await;
    assert_eq!((renamed.status.as_u16(), &renamed.body["name"]), (200, &json!("Trade")));
    let moved = ask(json!({"parent_id": office.engineering})).await;
    assert_eq!((moved.header("etag"), &moved.body["parent_id"]), ("\"3\"", &json!(office.engineering)));
    let top = ask(json!({"parent_id": null})).await;
    assert_eq!((top.header("etag"), &top.body["parent_id"]), ("\"4\"", &json!(null)));
    office.department("Sales", None).await;
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let sales = office.department("Sales", Some(&office.engineering.clone())).await;
    let inner = office.department("Inner", Some(&sales)).await;
    let app = app!(office.world, DEPARTMENTS_UPDATE);
    let ask = |id: &str, body| office.world.put(&app, path(id), body);
    let ghost = "dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    for (body, status, problem, pointer) in [
        (json!({"name": null}), 400, "malformed", "/name"),
        (json!({"name": ""}), 422, "invalid", "/name"),
        (json!({"name": "engineering"}), 409, "name_taken", "/name"),
        (json!({"parent_id": ghost}), 422, "invalid", "/parent_id"),
        (json!({"parent_id": sales}), 409, "loop", "/parent_id"),
        (json!({"parent_id": inner}), 409, "loop", "/parent_id"),
    ] {
        office.refused(ask(&sales, body).signed_in_as(office.hr()), status, problem, &[pointer]).await;
    }
    let fine = json!({"name": "Other"});
    office
        .refused(ask(&sales, fine.clone()).signed_in_as(office.hr()).header("if-match", "\"2\""), 412, "stale", &[])
        .await;
    office.refused(ask(ghost, fine.clone()).signed_in_as(office.hr()), 404, "not_found", &[]).await;
    office.refused(ask(&sales, fine).signed_in_as(&office.world.people.manager), 403, "forbidden", &[]).await;
}

#[tokio::test]
async fn two_moves_at_once_cannot_close_a_loop() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_UPDATE);
    for n in 0..5 {
        let a = office.department(&format!("A{n}"), None).await;
        let b = office.department(&format!("B{n}"), None).await;
        let one = office.world.put(&app, path(&a), json!({"parent_id": b})).signed_in_as(office.hr());
        let two = office.world.put(&app, path(&b), json!({"parent_id": a})).signed_in_as(office.hr());
        let (one, two) = tokio::join!(one.into_future(), two.into_future());
        assert!(one.status != 200 || two.status != 200, "at most one may win");
    }
}
