//! `GET /api/v1/compliance/training`

use jiff::{SignedDuration, civil::date};
use serde_json::json;

use crate::compliance::{ComplianceFixture, TRAININGS, all};

#[tokio::test]
async fn training_list_filters_by_employee_status_and_due_date() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    fixture.assign_training(&people.employee, "late", date(2024, 6, 10)).await;
    let done = fixture.assign_training(&people.employee, "done", date(2024, 6, 20)).await;
    fixture.assign_training(&people.outsider, "far", date(2024, 9, 1)).await;
    fixture.assign_training(&people.employee, "soon", date(2024, 6, 12)).await;
    let complete = app!(fixture.world, COMPLIANCE_TRAINING_COMPLETE);
    let path = format!("{TRAININGS}/{}/complete", done["id"].as_str().unwrap());
    assert_eq!(fixture.post(&complete, path, json!({})).signed_in_as(fixture.hr()).await.status, 200);
    fixture.world.clock.advance(SignedDuration::from_hours(24));
    let app = app!(fixture.world, COMPLIANCE_TRAINING_LIST);
    let employee = people.employee.id;
    for (query, expected) in [
        (String::new(), vec!["late", "soon", "done", "far"]),
        (format!("employee_id={employee}"), vec!["late", "soon", "done"]),
        ("status=open".to_owned(), vec!["soon", "far"]),
        ("status=overdue".to_owned(), vec!["late"]),
        ("status=done".to_owned(), vec!["done"]),
        ("due_before=2024-06-12".to_owned(), vec!["late"]),
        ("due_before=2024-06-13".to_owned(), vec!["late", "soon"]),
        ("status=open&due_before=2024-06-11".to_owned(), vec![]),
        ("status=open&due_before=2024-06-10".to_owned(), vec![]),
        (format!("status=open&due_before=2024-06-13&employee_id={employee}"), vec!["soon"]),
    ] {
        for caller in [fixture.hr(), &people.admin, &people.auditor] {
            let answer = fixture.get(&app, format!("{TRAININGS}?{query}")).signed_in_as(caller).await;
            assert_eq!(all(&answer, "course"), expected, "{query}: {}", answer.body);
        }
    }
    let answer = fixture.get(&app, TRAININGS).signed_in_as(fixture.hr()).await;
    assert_eq!(all(&answer, "status"), ["overdue", "open", "done", "open"]);
    let first = fixture.get(&app, format!("{TRAININGS}?limit=3")).signed_in_as(fixture.hr()).await;
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let second = fixture.get(&app, format!("{TRAININGS}?limit=3&cursor={cursor}")).signed_in_as(fixture.hr()).await;
    assert_eq!(all(&second, "course"), ["far"]);
}

#[tokio::test]
async fn employees_see_own_trainings_and_managers_those_of_reports() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    for person in [&people.employee, &people.outsider, &people.manager] {
        fixture.assign_training(person, &person.first_name, date(2024, 7, 1)).await;
    }
    let app = app!(fixture.world, COMPLIANCE_TRAINING_LIST);
    for (caller, expected) in [
        (&people.employee, vec!["Erin"]),
        (&people.manager, vec!["Erin"]),
        (&people.other_manager, vec!["Femi"]),
        (&people.outsider, vec!["Femi"]),
    ] {
        let answer = fixture.get(&app, TRAININGS).signed_in_as(caller).await;
        assert_eq!(all(&answer, "course"), expected, "{}", caller.first_name);
    }
    for (caller, id) in [(&people.employee, people.outsider.id), (&people.manager, people.outsider.id)] {
        let ask = fixture.get(&app, format!("{TRAININGS}?employee_id={id}")).signed_in_as(caller);
        fixture.refused(ask, 404, "not_found", &[]).await;
    }
    for (query, pointer) in
        [("status=late", "query:status"), ("due_before=x", "query:due_before"), ("course=x", "query:course")]
    {
        let ask = fixture.get(&app, format!("{TRAININGS}?{query}")).signed_in_as(fixture.hr());
        fixture.refused(ask, 400, "malformed", &[pointer]).await;
    }
}
