//! `POST /api/v1/compliance/training`

use directory::{EmploymentStatus, Person};
use futures::future::join_all;
use serde_json::{Value, json};

use crate::compliance::{ComplianceFixture, TABLE, TRAININGS, all, training_policy};

#[tokio::test]
async fn policy_sets_the_due_date_of_a_training() {
    let fixture = ComplianceFixture::open().await;
    let policy = fixture.create_policy(training_policy(json!({}))).await;
    let people = fixture.world.people.clone();
    let app = app!(fixture.world, COMPLIANCE_TRAINING_CREATE);
    let body = json!({"employee_ids": [people.employee.id, people.outsider.id], "course": "Fire-Safety "});
    let answer = fixture.post(&app, TRAININGS, body).signed_in_as(fixture.hr()).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(all(&answer, "employee_id"), [people.employee.id.to_string(), people.outsider.id.to_string()]);
    let first = &answer.body["items"][0];
    assert_eq!((&first["course"], &first["status"]), (&json!("fire-safety"), &json!("open")));
    assert_eq!((&first["due_date"], &first["remind_on"]), (&json!("2024-07-10"), &json!("2024-06-26")));
    assert_eq!((&first["policy_id"], &first["policy_version"]), (&json!(policy), &json!(1)));
    let published = fixture.published_types(TABLE).await;
    assert_eq!(
        published,
        ["compliance.policy_created", "compliance.training_assigned", "compliance.training_assigned"]
    );
}

#[tokio::test]
async fn due_date_is_required_without_a_policy() {
    let fixture = ComplianceFixture::open().await;
    fixture.create_policy(training_policy(json!({"scope": {"sites": ["pune"]}}))).await;
    let employee = fixture.world.people.employee.clone();
    let app = app!(fixture.world, COMPLIANCE_TRAINING_CREATE);
    let ask = |body: Value| fixture.post(&app, TRAININGS, body).signed_in_as(fixture.hr());
    let plain = json!({"employee_id": employee.id, "course": "fire-safety"});
    fixture.refused(ask(plain.clone()), 422, "invalid", &["/due_date"]).await;
    let answer = ask(crate::compliance::with(plain, json!({"due_date": "2024-06-10"}))).await;
    assert_eq!((answer.status.as_u16(), &answer.body["items"][0]["policy_id"]), (201, &json!(null)));
}

#[tokio::test]
async fn invalid_assignments_are_refused_as_a_whole() {
    let fixture = ComplianceFixture::open().await;
    let people = fixture.world.people.clone();
    let gone = Person { status: EmploymentStatus::Terminated, ..people.auditor.clone() };
    fixture.world.add_people(&[&gone]).await;
    fixture.assign_training(&people.outsider, "first aid", jiff::civil::date(2024, 7, 1)).await;
    let ghost = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    let (id, due) = (people.employee.id, "2024-07-01");
    let app = app!(fixture.world, COMPLIANCE_TRAINING_CREATE);
    let ask = |body: Value| fixture.post(&app, TRAININGS, body);
    let many: Vec<_> = (0..46).map(|n| format!("emp_018f6b0e4a3b7c21a5d4c3b2a1f0{n:04x}")).collect();
    for (body, status, problem, pointer) in [
        (json!({"employee_id": id}), 400, "malformed", "/course"),
        (json!({"employee_id": id, "course": "a", "due": due}), 400, "malformed", "/due"),
        (json!({"employee_ids": ["x"], "course": "a"}), 400, "malformed", "/employee_ids/0"),
        (json!({"course": "a", "due_date": due}), 422, "invalid", "/employee_id"),
        (
            json!({"employee_id": id, "employee_ids": [id], "course": "a", "due_date": due}),
            422,
            "invalid",
            "/employee_ids",
        ),
        (json!({"employee_ids": [], "course": "a", "due_date": due}), 422, "invalid", "/employee_ids"),
        (json!({"employee_ids": many, "course": "a", "due_date": due}), 422, "invalid", "/employee_ids"),
        (json!({"employee_ids": [id, id], "course": "a", "due_date": due}), 422, "invalid", "/employee_ids/1"),
        (json!({"employee_ids": [id, ghost], "course": "a", "due_date": due}), 422, "invalid", "/employee_ids/1"),
        (json!({"employee_id": gone.id, "course": "a", "due_date": due}), 422, "invalid", "/employee_id"),
        (json!({"employee_id": id, "course": " ", "due_date": due}), 422, "invalid", "/course"),
        (json!({"employee_id": id, "course": "a", "due_date": "2024-06-09"}), 422, "invalid", "/due_date"),
        (json!({"employee_id": id, "course": "a", "due_date": "2044-06-09"}), 422, "invalid", "/due_date"),
        (
            json!({"employee_ids": [id, people.outsider.id], "course": "FIRST  aid", "due_date": due}),
            409,
            "already_assigned",
            "/employee_ids/1",
        ),
    ] {
        fixture.refused(ask(body).signed_in_as(fixture.hr()), status, problem, &[pointer]).await;
    }
    for caller in [&people.employee, &people.manager, &people.admin] {
        let ask = ask(json!({"employee_id": id, "course": "a", "due_date": due})).signed_in_as(caller);
        fixture.refused(ask, 403, "forbidden", &[]).await;
    }
}

#[tokio::test]
async fn concurrent_assignments_store_one_and_retries_replay_it() {
    let fixture = ComplianceFixture::open().await;
    let app = app!(fixture.world, COMPLIANCE_TRAINING_CREATE);
    let body = json!({"employee_id": fixture.world.people.employee.id, "course": "a", "due_date": "2024-07-01"});
    let tries = (0..20).map(|n| {
        let ask = fixture
            .post(&app, TRAININGS, body.clone())
            .signed_in_as(fixture.hr())
            .header("idempotency-key", &n.to_string());
        async move { (n, ask.await) }
    });
    let answers = join_all(tries).await;
    let won: Vec<_> = answers.iter().filter(|(_, answer)| answer.status == 201).collect();
    assert_eq!(won.len(), 1);
    assert!(answers.iter().all(|(_, answer)| answer.status == 201 || answer.problem() == "already_assigned"));
    let again = fixture.post(&app, TRAININGS, body.clone()).signed_in_as(fixture.hr());
    let again = again.header("idempotency-key", &won[0].0.to_string()).await;
    assert_eq!((&again.body, again.header("idempotent-replayed")), (&won[0].1.body, "true"));
}
