//! `GET /api/v1/departments`

use crate::employees::{EmployeesFixture, all};

const PATH: &str = "/api/v1/departments";

#[tokio::test]
async fn departments_are_listed_by_name_by_parent_and_page_by_page() {
    let office = EmployeesFixture::open().await;
    let sales = office.department("Sales", None).await;
    office.department("Éclair Unit", Some(&sales)).await;
    office.department("Direct Sales", Some(&sales)).await;
    let app = app!(office.world, DEPARTMENTS_LIST);
    let caller = &office.world.people.employee;
    for (query, expected) in [
        (String::new(), vec!["Direct Sales", "Éclair Unit", "Engineering", "Sales"]),
        ("name=e".to_owned(), vec!["Éclair Unit", "Engineering"]),
        (format!("parent={sales}"), vec!["Direct Sales", "Éclair Unit"]),
        (format!("parent={sales}&name=DIR"), vec!["Direct Sales"]),
    ] {
        let answer = office.get(&app, format!("{PATH}?{query}")).signed_in_as(caller).await;
        assert_eq!(all(&answer, "name"), expected, "{query}");
    }
    let first = office.get(&app, format!("{PATH}?limit=3")).signed_in_as(caller).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = office.get(&app, format!("{PATH}?limit=3&cursor={cursor}")).signed_in_as(caller).await;
    assert_eq!((all(&second, "name"), second.body.get("next_cursor")), (vec!["Sales"], None));
    let borrowed = office.get(&app, format!("{PATH}?limit=3&cursor={cursor}")).signed_in_as(office.hr());
    office.refused(borrowed, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn a_removed_department_is_not_listed() {
    let office = EmployeesFixture::open().await;
    let delete = app!(office.world, DEPARTMENTS_DELETE);
    let gone = office.department("Gone", None).await;
    assert_eq!(office.delete(&delete, format!("{PATH}/{gone}")).signed_in_as(office.hr()).await.status, 204);
    let app = app!(office.world, DEPARTMENTS_LIST);
    assert_eq!(all(&office.get(&app, PATH).signed_in_as(office.hr()).await, "name"), ["Engineering"]);
}
