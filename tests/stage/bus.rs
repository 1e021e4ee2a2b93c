//! What carries a change on its way: a table's stream to the relay, and the relay's events to a consumer.

use aws_lambda_events::sqs::SqsEvent;
use lambda::queue::{BatchHandler, QueueMessage, handle};
use serde::Serialize;
use serde_json::{Value, json};
use testkit::World;

/// Has the relay publish what a table's stream holds; answers the entries, as they are on the bus.
pub async fn relay_stream(world: &World, table: &str) -> Vec<Value> {
    let before = world.cloud.events().len();
    let records = world.stream(table).await;
    for chunk in records.chunks(100) {
        let failed = relay::on::stream::build(&world.shell).unwrap()(chunk.to_vec()).await;
        assert_eq!(failed, None, "the relay publishes all of {table}");
    }
    world.cloud.events().split_off(before)
}

/// Hands entries of the bus to a consumer, in batches of ten, as a queue does; all of them must be taken.
pub async fn deliver(consumer: &BatchHandler, entries: &[Value]) {
    for batch in entries.chunks(10) {
        let record = |(at, entry): (usize, &Value)| {
            let body = json!({
                "id": entry["Detail"]["id"], "source": entry["Source"], "detail-type": entry["DetailType"],
                "detail": entry["Detail"],
            });
            json!({"messageId": format!("m{at}"), "body": body.to_string()})
        };
        let records: Vec<_> = batch.iter().enumerate().map(record).collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": records})).unwrap();
        let failed = handle(consumer, batch).await.map(|failed| failed.ids);
        assert_eq!(failed, Ok(Vec::new()), "the consumer takes every event");
    }
}

/// A message of work, as the queue of a worker hands it over.
pub fn queue_message(body: &impl Serialize) -> QueueMessage {
    let raw = serde_json::to_string(body).unwrap();
    QueueMessage { message_id: "m1".to_owned(), event: Err("work".to_owned()), raw }
}
