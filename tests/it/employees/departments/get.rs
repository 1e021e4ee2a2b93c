//! `GET /api/v1/departments/{department_id}`

use serde_json::json;

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn every_role_reads_a_department() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_GET);
    let path = format!("/api/v1/departments/{}", fixture.engineering);
    for caller in fixture.world.people.all() {
        let answer = fixture.get(&app, &path).signed_in_as(caller).await;
        assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
        assert_eq!((&answer.body["name"], &answer.body["parent_id"]), (&json!("Engineering"), &json!(null)));
    }
    fixture.refused(fixture.get(&app, &path), 401, "token_missing", &[]).await;
}

#[tokio::test]
async fn unknown_and_deleted_departments_return_404() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, DEPARTMENTS_GET);
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    let path = format!("/api/v1/departments/{}", fixture.engineering);
    assert_eq!(fixture.delete(&delete, &path).signed_in_as(fixture.hr()).await.status, 204);
    for path in [path.as_str(), "/api/v1/departments/dep_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8", "/api/v1/departments/x"] {
        fixture.refused(fixture.get(&app, path).signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
    }
}
