//! `leave-job-escalate`

use directory::Person;
use serde_json::{Value, json};
use testkit::origin;

use crate::leave::LeaveFixture;

pub(crate) async fn escalate(office: &LeaveFixture, leave: &Value, generation: u32) -> Value {
    let job = ::leave::job::escalate::build(&office.world.shell).unwrap();
    job(origin(), json!({"leave_id": leave["id"], "generation": generation})).await.unwrap()
}

#[tokio::test]
async fn step_escalates_to_the_second_manager_and_then_to_hr() {
    let office = LeaveFixture::open().await;
    let chief = office.add_person(50, "Chief", None).await;
    let manager = Person { manager_id: Some(chief.id), ..office.manager().clone() };
    office.world.add_people(&[&manager]).await;
    let leave = office.request_annual_leave(office.employee(), "2024-07-15", "2024-07-19").await;
    office.world.clock.advance(jiff::SignedDuration::from_secs(10));
    let generation = |of: &Value| u32::try_from(of["approval"]["generation"].as_u64().unwrap()).unwrap();
    let first = generation(&leave);
    assert_eq!(
        office.approve(&chief, &leave).await.status,
        404,
        "the second manager is not asked before the escalation"
    );
    assert_eq!(escalate(&office, &leave, first).await["escalated"], json!(true));
    assert_eq!(escalate(&office, &leave, first).await["escalated"], json!(false), "the generation is outdated");
    let raised = office.read_leave(office.employee(), &leave).await.body;
    assert_eq!((&raised["approval"]["level"], &raised["status"]), (&json!(1), &json!("pending")));
    assert_eq!(raised["approval"]["waits_for"]["employee_ids"], json!([manager.id, chief.id]));
    assert_eq!(office.published_types("LEAVE_TABLE").await.last().unwrap(), "leave.request_escalated");
    assert_eq!(escalate(&office, &leave, generation(&raised)).await["escalated"], json!(true));
    let highest = office.read_leave(office.employee(), &leave).await.body;
    assert_eq!(highest["approval"]["waits_for"]["hr"], json!(true));
    assert_eq!(
        escalate(&office, &leave, generation(&highest)).await["escalated"],
        json!(false),
        "HR is the highest level"
    );
    let answer = office.approve(office.hr(), &leave).await;
    assert_eq!((&answer.body["status"], &answer.body["approved_by"]), (&json!("approved"), &json!(office.hr().id)));
    assert_eq!(
        escalate(&office, &leave, generation(&highest)).await["escalated"],
        json!(false),
        "the request is decided"
    );
}
