//! `GET /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn everybody_reads_a_department() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_GET);
    let path = format!("/api/v1/departments/{}", office.engineering);
    for caller in office.world.people.all() {
        let answer = office.get(&app, &path).signed_in_as(caller).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!((&answer.body["name"], &answer.body["parent_id"]), (&json!("Engineering"), &json!(null)));
    }
    office.refused(office.get(&app, &path), 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn what_is_not_there_or_was_removed_is_not_found() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, DEPARTMENTS_GET);
    let delete = app!(office.world, DEPARTMENTS_DELETE);
    let path = format!("/api/v1/departments/{}", office.engineering);
    assert_eq!(office.delete(&delete, &path).signed_in_as(office.hr()).await.status, 204);
    for path in [path.as_str(), "/api/v1/departments/dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "/api/v1/departments/x"] {
        office.refused(office.get(&app, path).signed_in_as(office.hr()), 404, "not_found", &[]).await;
    }
}
