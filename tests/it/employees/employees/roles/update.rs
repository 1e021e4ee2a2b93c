//! `PUT /api/v1/employees/{employee_id}/roles`

use serde_json::json;
use testkit::Ask;

use crate::employees::{EmployeesFixture, path};

#[tokio::test]
async fn an_administrator_gives_and_takes_roles_and_tokens_end() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let before = office.as_person(&person).await;
    let app = app!(office.world, EMPLOYEES_ROLES_UPDATE);
    let body = json!({"roles": ["hr"]});
    let answer = office.world.put(&app, path(&person, "/roles"), body.clone()).signed_in_as(office.admin()).await;
    assert_eq!((answer.status.as_u16(), &answer.body["roles"]), (200, &json!(["employee", "hr"])));
    assert_eq!(office.published_types("EMPLOYEES_TABLE").await.last().unwrap(), "employee.roles_changed");

    let get = app!(office.world, EMPLOYEES_GET);
    let after = office.as_person(&person).await;
    assert_eq!(office.get(&get, path(&person, "")).signed_in_as(&before).await.status, 401);
    assert_eq!(office.get(&get, path(&person, "")).signed_in_as(&after).await.status, 200);

    let stored = office.snapshot().await;
    let again = office.world.put(&app, path(&person, "/roles"), body).signed_in_as(office.admin()).await;
    assert_eq!((again.status.as_u16(), again.header("etag")), (200, "\"2\""));
    assert!(stored == office.snapshot().await, "the same roles are no change");
}

#[tokio::test]
async fn nobody_takes_the_admin_right_from_themselves() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_ROLES_UPDATE);
    let own = format!("/api/v1/employees/{}/roles", office.admin().id);
    let ask = |roles| office.world.put(&app, &own, json!({"roles": roles})).signed_in_as(office.admin());
    office.refused(ask(vec!["hr"]), 409, "own_admin_right", &["/roles"]).await;
    office.refused(ask(vec![]), 409, "own_admin_right", &["/roles"]).await;
    assert_eq!(ask(vec!["admin", "hr"]).await.status, 200);
}

#[tokio::test]
async fn two_administrators_cannot_unseat_each_other_at_once() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_ROLES_UPDATE);
    let person = office.hire("Ada", "Second", json!({})).await;
    let body = json!({"roles": ["admin"]});
    assert_eq!(office.world.put(&app, path(&person, "/roles"), body).signed_in_as(office.admin()).await.status, 200);
    let second = office.as_person(&person).await;
    let first = office.admin();
    let unseat = |whom: &directory::Person, by: &directory::Person| -> Ask<'_> {
        office.world.put(&app, format!("/api/v1/employees/{}/roles", whom.id), json!({"roles": []})).signed_in_as(by)
    };
    let (one, two) = tokio::join!(unseat(&second, first).into_future(), unseat(first, &second).into_future());
    let won = [one.status, two.status].iter().filter(|status| status.as_u16() == 200).count();
    assert!(won <= 1, "{} {}", one.body, two.body);
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let person = office.hire("John", "Doe", json!({})).await;
    let app = app!(office.world, EMPLOYEES_ROLES_UPDATE);
    let ask = |body| office.world.put(&app, path(&person, "/roles"), body);
    office.refused(ask(json!({"roles": ["root"]})).signed_in_as(office.admin()), 400, "malformed", &["/roles/0"]).await;
    office.refused(ask(json!({"roles": "hr"})).signed_in_as(office.admin()), 400, "malformed", &["/roles"]).await;
    office
        .refused(ask(json!({"roles": [], "admin": true})).signed_in_as(office.admin()), 400, "malformed", &["/admin"])
        .await;
    let fine = json!({"roles": ["admin"]});
    for caller in [office.hr(), &office.world.people.manager, &office.world.people.employee] {
        office.refused(ask(fine.clone()).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    office.refused(ask(fine.clone()).signed_in_as(office.admin()).header("if-match", "\"2\""), 412, "stale", &[]).await;
    office.terminate(&person).await;
    office.refused(ask(fine).signed_in_as(office.admin()), 409, "terminated", &[]).await;
}
