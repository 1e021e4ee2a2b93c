//! `GET /api/v1/job-roles/{job_role_id}`

use crate::employees::EmployeesFixture;

#[tokio::test]
async fn everybody_reads_a_job_role_until_it_is_removed() {
    let office = EmployeesFixture::open().await;
    let role = office.job_role("Engineer").await;
    let app = app!(office.world, JOB_ROLES_GET);
    let path = format!("/api/v1/job-roles/{role}");
    for caller in office.world.people.all() {
        let answer = office.get(&app, &path).signed_in_as(caller).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("etag"), answer.body["title"].as_str()),
            (200, "\"1\"", Some("Engineer"))
        );
    }
    office.refused(office.get(&app, &path), 401, "token_missing", &[]).await;
    let delete = app!(office.world, JOB_ROLES_DELETE);
    assert_eq!(office.delete(&delete, &path).signed_in_as(office.hr()).await.status, 204);
    office.refused(office.get(&app, &path).signed_in_as(office.hr()), 404, "not_found", &[]).await;
}
