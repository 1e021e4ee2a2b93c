//! `GET /api/v1/job-roles`

use crate::employees::{EmployeesFixture, values_of};

const PATH: &str = "/api/v1/job-roles";

#[tokio::test]
async fn job_roles_are_filtered_sorted_and_paged() {
    let fixture = EmployeesFixture::open().await;
    for title in ["Tester", "Engineer", "Écrivain"] {
        fixture.create_job_role(title).await;
    }
    let app = app!(fixture.world, JOB_ROLES_LIST);
    let caller = &fixture.world.people.employee;
    for (query, expected) in [("", vec!["Écrivain", "Engineer", "Tester"]), ("title=E", vec!["Écrivain", "Engineer"])]
    {
        assert_eq!(
            values_of(&fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(caller).await, "title"),
            expected
        );
    }
    let first = fixture.get(&app, format!("{PATH}?limit=2")).signed_in_as(caller).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{PATH}?limit=2&cursor={cursor}")).signed_in_as(caller).await;
    assert_eq!((values_of(&second, "title"), second.body.get("next_cursor")), (vec!["Tester"], None));
    let borrowed = fixture.get(&app, format!("{PATH}?limit=2&cursor={cursor}")).signed_in_as(fixture.hr());
    fixture.refused(borrowed, 400, "invalid_cursor", &["query:cursor"]).await;
}
