//! `PUT /api/v1/employees/{employee_id}/compensation`

use futures::future::join_all;
use serde_json::{Value, json};

use crate::employees::{EmployeesFixture, path};

fn pay(day: &str, amount_minor: i64) -> Value {
    json!({"effective_date": day, "salary": {"amount_minor": amount_minor, "currency": "EUR"}})
}

async fn paid(fixture: &EmployeesFixture) -> Value {
    fixture.create_employee("John", "Doe", json!({"salary": {"amount_minor": 10, "currency": "EUR"}})).await
}

#[tokio::test]
async fn compensation_changes_apply_ahead_late_and_again() {
    let fixture = EmployeesFixture::open().await;
    let person = paid(&fixture).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let set = async |day, amount| {
        let answer =
            fixture.world.put(&app, path(&person, "/compensation"), pay(day, amount)).signed_in_as(fixture.hr()).await;
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
    assert_eq!(changed.body["history"][0]["set_by"], fixture.hr().id.to_string());
    let published = fixture.published_types("EMPLOYEES_TABLE").await;
    assert_eq!(published.last().unwrap(), "employee.compensation_changed");
}

#[tokio::test]
async fn setting_the_same_compensation_changes_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = paid(&fixture).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let before = fixture.snapshot().await;
    let answer =
        fixture.world.put(&app, path(&person, "/compensation"), pay("2020-01-15", 10)).signed_in_as(fixture.hr()).await;
    assert_eq!((answer.status.as_u16(), answer.header("etag")), (200, "\"1\""));
    assert!(before == fixture.snapshot().await);
}

#[tokio::test]
async fn invalid_changes_store_nothing() {
    let fixture = EmployeesFixture::open().await;
    let person = paid(&fixture).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let ask = |body| fixture.world.put(&app, path(&person, "/compensation"), body);
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
        fixture.refused(ask(body).signed_in_as(fixture.hr()), status, problem, &pointers).await;
    }
    let fine = pay("2024-07-01", 11);
    for caller in [fixture.admin(), &fixture.world.people.manager, &fixture.world.people.auditor] {
        fixture.refused(ask(fine.clone()).signed_in_as(caller), 403, "forbidden", &[]).await;
    }
    fixture.refused(ask(fine.clone()).signed_in_as(fixture.hr()).header("if-match", "\"4\""), 412, "stale", &[]).await;
    fixture.terminate(&person).await;
    fixture.refused(ask(fine).signed_in_as(fixture.hr()), 409, "terminated", &[]).await;
}

#[tokio::test]
async fn hr_cannot_change_own_compensation() {
    let fixture = EmployeesFixture::open().await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let own = format!("/api/v1/employees/{}/compensation", fixture.hr().id);
    let ask = fixture.world.put(&app, own, pay("2024-07-01", 99)).signed_in_as(fixture.hr());
    fixture.refused(ask, 403, "own_pay", &[]).await;
}

#[tokio::test]
async fn concurrent_compensation_changes_are_stored_or_rejected() {
    let fixture = EmployeesFixture::open().await;
    let person = paid(&fixture).await;
    let app = app!(fixture.world, EMPLOYEES_COMPENSATION_UPDATE);
    let requests = (1..=20).map(|n| {
        let body = pay(&format!("2024-07-{n:02}"), 100 + n);
        let ask = fixture.world.put(&app, path(&person, "/compensation"), body).signed_in_as(fixture.hr());
        async move { ask.await }
    });
    let answers = join_all(requests).await;
    let stored = answers.iter().filter(|answer| answer.status == 200).count();
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.status == 409));
    let get = app!(fixture.world, EMPLOYEES_COMPENSATION_GET);
    let now = fixture.get(&get, path(&person, "/compensation")).signed_in_as(fixture.hr()).await;
    assert_eq!(now.body["upcoming"].as_array().unwrap().len(), stored, "every change answered with 200 is stored");
}
