//! `GET /api/v1/shift-assignments/{assignment_id}`

use crate::attendance::{
    fixture::Plant,
    roster_fixture::{ASSIGNMENTS, at},
};

#[tokio::test]
async fn an_assignment_is_read_by_whom_it_is_for_by_those_above_and_by_hr() {
    let plant = Plant::open().await;
    let (_, assigned) = plant.employee_on_early("2024-06-17").await;
    let app = app!(plant.world, SHIFT_ASSIGNMENTS_GET);
    let people = &plant.world.people;
    for reader in [&people.employee, &people.manager, &people.hr, &people.auditor] {
        let answer = plant.get(&app, at(ASSIGNMENTS, &assigned)).signed_in_as(reader).await;
        assert_eq!((answer.header("etag"), &answer.body), ("\"1\"", &assigned), "{}", reader.first_name);
    }
    let nothing = format!("{ASSIGNMENTS}/shift_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
    let none = plant.refused(plant.get(&app, nothing).signed_in_as(&people.outsider), 404, "not_found", &[]).await;
    for reader in [&people.outsider, &people.other_manager, &people.admin] {
        let ask = plant.get(&app, at(ASSIGNMENTS, &assigned)).signed_in_as(reader);
        let answer = plant.refused(ask, 404, "not_found", &[]).await;
        assert_eq!(answer.body["detail"], none.body["detail"], "nobody learns that there is one");
    }
}
