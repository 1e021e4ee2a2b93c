//! `GET /api/v1/departments`

use crate::employees::{EmployeesFixture, values_of};

const PATH: &str = "/api/v1/departments";

#[tokio::test]
async fn departments_are_filtered_sorted_and_paged() {
    let fixture = EmployeesFixture::open().await;
    let sales = fixture.create_department("Sales", None).await;
    fixture.create_department("Éclair Unit", Some(&sales)).await;
    fixture.create_department("Direct Sales", Some(&sales)).await;
    let app = app!(fixture.world, DEPARTMENTS_LIST);
    let caller = &fixture.world.people.employee;
    for (query, expected) in [
        (String::new(), vec!["Direct Sales", "Éclair Unit", "Engineering", "Sales"]),
        ("name=e".to_owned(), vec!["Éclair Unit", "Engineering"]),
        (format!("parent={sales}"), vec!["Direct Sales", "Éclair Unit"]),
        (format!("parent={sales}&name=DIR"), vec!["Direct Sales"]),
    ] {
        let answer = fixture.get(&app, format!("{PATH}?{query}")).signed_in_as(caller).await;
        assert_eq!(values_of(&answer, "name"), expected, "{query}");
    }
    let first = fixture.get(&app, format!("{PATH}?limit=3")).signed_in_as(caller).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{PATH}?limit=3&cursor={cursor}")).signed_in_as(caller).await;
    assert_eq!((values_of(&second, "name"), second.body.get("next_cursor")), (vec!["Sales"], None));
    let borrowed = fixture.get(&app, format!("{PATH}?limit=3&cursor={cursor}")).signed_in_as(fixture.hr());
    fixture.refused(borrowed, 400, "invalid_cursor", &["query:cursor"]).await;
}

#[tokio::test]
async fn deleted_department_is_not_listed() {
    let fixture = EmployeesFixture::open().await;
    let delete = app!(fixture.world, DEPARTMENTS_DELETE);
    let gone = fixture.create_department("Gone", None).await;
    assert_eq!(fixture.delete(&delete, format!("{PATH}/{gone}")).signed_in_as(fixture.hr()).await.status, 204);
    let app = app!(fixture.world, DEPARTMENTS_LIST);
    assert_eq!(values_of(&fixture.get(&app, PATH).signed_in_as(fixture.hr()).await, "name"), ["Engineering"]);
}
