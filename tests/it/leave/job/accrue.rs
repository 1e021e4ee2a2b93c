//! `leave-job-accrue`

use events::EventType;
use serde_json::{Value, json};
use testkit::{origin, world_with};

use crate::leave::{
    LeaveFixture,
    balance_fixture::{event, work},
};

const QUEUE: (&str, &str) = ("ACCRUALS_QUEUE", "https://sqs.example.org/000000000000/muster-leave-accrual");

impl LeaveFixture {
    /// Fixture with a queue for the job.
    async fn with_queue() -> Self {
        Self::in_world(world_with(&[QUEUE]).await).await
    }

    async fn dispatch(&self) -> kernel::Result<Value> {
        let job = ::leave::job::accrue::build(&self.world.shell).unwrap();
        job(kernel::Origin { at: self.world.now(), ..origin() }, json!({})).await
    }
}

#[tokio::test]
async fn accrual_job_queues_every_member_once_for_the_worker() {
    let office = LeaveFixture::with_queue().await;
    let mut everybody = Vec::new();
    for number in 0..230_u128 {
        let mut person = office.employee().clone();
        // All ids fall into one shard.
        person.id = kernel::EmployeeId::new(uuid::Uuid::from_u128(
            0x018c_0000_0000_7000_8000_0000_0001_0000 | (number / 2 * 16),
        ));
        if number % 2 == 0 {
            office.world.add_people(&[&person]).await;
            everybody.push(person);
        }
    }
    for chunk in everybody.chunks(10) {
        let events = chunk.iter().map(|person| event(EventType::EmployeeCreated, 1, person)).collect();
        assert_eq!(office.consume_events(events).await, Vec::<String>::new());
    }
    let summary = office.dispatch().await.unwrap();
    assert_eq!(summary, json!({"people": 115, "messages": 2}), "115 members of one shard need two messages");
    let queued = office.world.cloud.take_queued();
    assert!(queued.iter().all(|message| message.queue == "muster-leave-accrual"));
    let mut ids: Vec<String> = Vec::new();
    for message in &queued {
        assert_eq!(message.body["run"], json!("req_test"));
        ids.extend(message.body["employee_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
    }
    ids.sort();
    let mut wanted: Vec<_> = everybody.iter().map(|person| person.id.to_string()).collect();
    wanted.sort();
    assert_eq!(ids, wanted);
    let worker = ::leave::job::post::build(&office.world.shell).unwrap();
    assert_eq!(worker(vec![work(queued[1].body.clone())]).await, Vec::<String>::new());
}

#[tokio::test]
async fn accrual_job_sends_no_empty_message_and_fails_without_queue() {
    let office = LeaveFixture::with_queue().await;
    assert_eq!(office.dispatch().await.unwrap(), json!({"people": 0, "messages": 0}));
    let person = office.hire(60, "Ines", "2024-01-01").await;
    office.consume_events(vec![event(EventType::EmployeeCreated, 1, &person)]).await;
    let before = office.snapshot().await;
    office.world.cloud.fail_calls("AmazonSQS");
    assert!(office.dispatch().await.unwrap_err().is_retryable());
    office.world.cloud.recover();
    let refused = json!({"Successful": [], "Failed": [{"Id": "0", "SenderFault": false, "Code": "InternalError"}]});
    office.world.cloud.answer_next("AmazonSQS.SendMessageBatch", 200, refused);
    assert!(office.dispatch().await.unwrap_err().is_retryable());
    assert_eq!(office.dispatch().await.unwrap(), json!({"people": 1, "messages": 1}));
    assert!(before == office.snapshot().await, "the dispatcher writes nothing");
}
