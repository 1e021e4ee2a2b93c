//! `PUT /api/v1/employees/{employee_id}/compensation`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::employees::{EmployeesFixture, path};

fn pay(day: &str, amount_minor: i64) -> Value {
    json!({"effective_date": day, "salary": {"amount_minor": amount_minor, "currency": "EUR"}})
}

async fn paid(office: &EmployeesFixture) -> Value {
    office.hire("John", "Doe", json!({"salary": {"amount_minor": 10, "currency": "EUR"}})).await
}

#[tokio::test]
async fn a_raise_ahead_a_raise_agreed_late_and_a_decision_changed() {
    let office = EmployeesFixture::open().await;
    let person = paid(&office).await;
    let app = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let set = async |day, amount| {
        let answer =
            office.world.put(&app, path(&person, "/compensation"), pay(day, amount)).signed_in_as(office.hr()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    };
    let ahead = set("2024-07-01", 12).await;
    assert_eq!((&ahead.body["salary"]["amount_minor"], ahead.header("etag")), (&json!(10), "\"2\""));
    assert_eq!(ahead.body["upcoming"][0]["effective_date"], "2024-07-01");
    let late = set("2024-06-01", 11).await;
    assert_eq!(
        (&late.body["salary"]["amount_minor"], &late.body["effective_date"]),
        (&json!(11), &json!("2024-06-01"))
    );
    let changed = set("2024-07-01", 13).await;
    assert_eq!(changed.body["upcoming"].as_array().unwrap().len(), 1);
    assert_eq!(changed.body["upcoming"][0]["salary"]["amount_minor"], 13);
    assert_eq!(changed.body["history"][0]["set_by"], office.hr().id.to_string());
    let announced = office.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(announced.last().unwrap(), "employee.compensation_changed");
}

#[tokio::test]
async fn setting_what_stands_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let person = paid(&office).await;
    let app = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let before = office.snapshot().await;
    let answer =
        office.world.put(&app, path(&person, "/compensation"), pay("2020-01-15", 10)).signed_in_as(office.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
    assert!(before == office.snapshot().await);
}

#[tokio::test]
async fn what_is_not_allowed_changes_nothing() {
    let office = EmployeesFixture::open().await;
    let person = paid(&office).await;
    let app = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let ask = |body| office.world.put(&app, path(&person, "/compensation"), body);
    for (body, status, problem, pointers) in [
        (pay("2020-01-14", 11), 422, "invalid", vec!["/effective_date"]),
        (pay("2199-01-01", 11), 422, "invalid", vec!["/effective_date"]),
        (pay("0001-01-01", 11), 422, "invalid", vec!["/effective_date"]),
        (pay("2024-07-01", 0), 422, "invalid", vec!["/salary/amount_minor"]),
        (pay("2024-07-01", i64::MAX), 422, "invalid", vec!["/salary/amount_minor"]),
        (json!({"effective_date": "2024-07-01"}), 400, "malformed", vec!["/salary"]),
        (pay("2024-07-01T00:00:00Z", 1), 400, "malformed", vec!["/effective_date"]),
        (pay("2020-01-15", 11), 409, "already_effective", vec![]),
    ] {
        office.refused(ask(body).signed_in_as(office.hr()), status, problem, &pointers).await;
    }
    let fine = pay("2024-07-01", 11);
    for caller in [office.admin(), &office.world.people.manager, &office.world.people.auditor] {
        office.refused(ask(fine.clone()).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    office.refused(ask(fine.clone()).signed_in_as(office.hr()).header("if-match", "\"4\""), 412, "stale", &[]).await;
    office.terminate(&person).await;
    office.refused(ask(fine).signed_in_as(office.hr()), 409, "terminated", &[]).await;
}

#[tokio::test]
async fn nobody_sets_their_own_pay() {
    let office = EmployeesFixture::open().await;
    let app = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let own = format!("/api/v1/employees/{}/compensation", office.hr().id);
    let ask = office.world.put(&app, own, pay("2024-07-01", 99)).signed_in_as(office.hr());
    office.refused(ask, 403, "own_pay", &[]).await;
}

#[tokio::test]
async fn of_many_decisions_at_once_none_is_lost_unseen() {
    let office = EmployeesFixture::open().await;
    let person = paid(&office).await;
    let app = app!(office.world, EMPLOYEES_COMPENSATION_UPDATE);
    let decisions = (1..=20).map(|n| {
        let body = pay(&format!("2024-07-{n:02}"), 100 + n);
        let ask = office.world.put(&app, path(&person, "/compensation"), body).signed_in_as(office.hr());
        async move { ask.await }
    });
    let answers = join_all(decisions).await;
    let stored = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409));
    let get = app!(office.world, EMPLOYEES_COMPENSATION_GET);
    let now = office.get(&get, path(&person, "/compensation")).signed_in_as(office.hr()).await;
    assert_eq!(now.body["upcoming"].as_array().unwrap().len(), stored, "who was told 200 is on record");
}
