//! `PUT /api/v1/employees/{employee_id}/roles`

use serde_json::json;
use testkit::TestRequest;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn role_change_ends_tokens_and_publishes_once() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let before = fixture.load_person(&person).await;
    let app = app!(fixture.world, EMPLOYEES_ROLES_UPDATE);
    let body = json!({"roles": ["hr"]});
    let answer = fixture.world.put(&app, path(&person, "/roles"), body.clone()).signed_in_as(fixture.admin()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["roles"]), (200, &json!(["employee", "hr"])));
    assert_eq!(fixture.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.roles_changed");

    let get = app!(fixture.world, EMPLOYEES_GET);
    let after = fixture.load_person(&person).await;
    assert_eq!(fixture.get(&get, path(&person, "")).signed_in_as(&before).await.status, 401);
    assert_eq!(fixture.get(&get, path(&person, "")).signed_in_as(&after).await.status, 200);

    let stored = fixture.snapshot().await;
    let again = fixture.world.put(&app, path(&person, "/roles"), body).signed_in_as(fixture.admin()).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (200, "\"2\""));
    assert!(stored == fixture.snapshot().await, "setting the same roles changes nothing");
}

#[tokio::test]
async fn administrators_cannot_remove_their_own_admin_role() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_ROLES_UPDATE);
    let own = format!("/api/v1/employees/{}/roles", fixture.admin().id);
    let ask = |roles| fixture.world.put(&app, &own, json!({"roles": roles})).signed_in_as(fixture.admin());
    fixture.refused(ask(vec!["hr"]), 409, "own_admin_right", &["/roles"]).await;
    fixture.refused(ask(vec![]), 409, "own_admin_right", &["/roles"]).await;
    assert_eq!(ask(vec!["admin", "hr"]).await.status, 200);
}

#[tokio::test]
async fn concurrent_administrators_cannot_remove_each_other() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_ROLES_UPDATE);
    let person = fixture.create_employee("Ada", "Second", json!({})).await;
    let body = json!({"roles": ["admin"]});
    assert_eq!(fixture.world.put(&app, path(&person, "/roles"), body).signed_in_as(fixture.admin()).await.status, 200);
    let second = fixture.load_person(&person).await;
    let first = fixture.admin();
    let remove_roles = |subject: &directory::Person, caller: &directory::Person| -> TestRequest<'_> {
        fixture
            .world
            .put(&app, format!("/api/v1/employees/{}/roles", subject.id), json!({"roles": []}))
            .signed_in_as(caller)
    };
    let (one, two) =
        tokio::join!(remove_roles(&second, first).into_future(), remove_roles(first, &second).into_future());
    let succeeded = [one.status, two.status].iter().filter(|status| status.as_u16() == 200).count();
    assert!(succeeded <= 1, "{} {}", one.body, two.body);
}

#[tokio::test]
async fn invalid_changes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = fixture.create_employee("John", "Doe", json!({})).await;
    let app = app!(fixture.world, EMPLOYEES_ROLES_UPDATE);
    let ask = |body| fixture.world.put(&app, path(&person, "/roles"), body);
    fixture
        .refused(ask(json!({"roles": ["root"]})).signed_in_as(fixture.admin()), 400, "malformed", &["/roles/0"])
        .await;
    fixture.refused(ask(json!({"roles": "hr"})).signed_in_as(fixture.admin()), 400, "malformed", &["/roles"]).await;
    fixture
        .refused(ask(json!({"roles": [], "admin": true})).signed_in_as(fixture.admin()), 400, "malformed", &["/admin"])
        .await;
    let fine = json!({"roles": ["admin"]});
    for caller in [fixture.hr(), &fixture.world.people.manager, &fixture.world.people.employee] {
        fixture.refused(ask(fine.clone()).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    fixture
        .refused(ask(fine.clone()).signed_in_as(fixture.admin()).header("if-match", "\"2\""), 412, "stale", &[])
        .await;
    fixture.terminate(&person).await;
    fixture.refused(ask(fine).signed_in_as(fixture.admin()), 409, "terminated", &[]).await;
}
