//! `GET /api/v1/job-roles`

use crate::employees::{EmployeesFixture, all};

const PATH: &str = "/api/v1/job-roles";

#[tokio::test]
async fn job_roles_are_listed_by_title_page_by_page() {
    let office = EmployeesFixture::open().await;
    for title in ["Tester", "Engineer", "Écrivain"] {
        office.job_role(title).await;
    }
    let app = app!(office.world, JOB_ROLES_LIST);
    let caller = &office.world.people.employee;
    for (query, expected) in [("", vec!["Écrivain", "Engineer", "Tester"]), ("title=E", vec!["Écrivain", "Engineer"])]
    {
        assert_eq!(all(&office.get(&app, format!("{PATH}?{query}")).signed_in_as(caller).await, "title"), expected);
    }
    let first = office.get(&app, format!("{PATH}?limit=2")).signed_in_as(caller).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = office.get(&app, format!("{PATH}?limit=2&cursor={cursor}")).signed_in_as(caller).await;
    assert_eq!((all(&second, "title"), second.body.get("next_cursor")), (vec!["Tester"], None));
    let borrowed = office.get(&app, format!("{PATH}?limit=2&cursor={cursor}")).signed_in_as(office.hr());
    office.refused(borrowed, 400, "invalid_cursor", &["query:cursor"]).await;
}
