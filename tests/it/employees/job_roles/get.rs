//! `GET /api/v1/job-roles/{job_role_id}`

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn every_role_reads_a_job_role_until_deletion() {
    let fixture = EmployeesFixture::open().await;
    let role = fixture.create_job_role("Engineer").await;
    let app = app!(fixture.world, JOB_ROLES_GET);
    let path = format!("/api/v1/job-roles/{role}");
    for caller in fixture.world.people.all() {
        let answer = fixture.get(&app, &path).signed_in_as(caller).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("etag"), answer.body["title"].as_str()),
            (200, "\"1\"", Some("Engineer"))
        );
    }
    fixture.refused(fixture.get(&app, &path), 401, "token_missing", &[]).await;
    let delete = app!(fixture.world, JOB_ROLES_DELETE);
    assert_eq!(fixture.delete(&delete, &path).signed_in_as(fixture.hr()).await.status, 204);
    fixture.refused(fixture.get(&app, &path).signed_in_as(fixture.hr()), 404, "not_found", &[]).await;
}
