//! Records of table streams, in the form that Lambda delivers.

use aws_lambda_events::event::dynamodb::EventRecord;
use aws_sdk_dynamodbstreams::{
    Client,
    types::{AttributeValue, Record, ShardIteratorType},
};

use crate::{World, sdk_config};

type Image = std::collections::HashMap<String, AttributeValue>;

impl World {
    /// All records of the stream of a table so far, in order; the table's name is in the environment variable.
    ///
    /// # Panics
    /// If the stream cannot be read.
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub async fn stream(&self, table_variable: &str) -> Vec<EventRecord> {
        let client = Client::new(&sdk_config(&self.dynamo.endpoint));
        let table = self.table_name(table_variable);
        let streams = client.list_streams().table_name(table).send().await.expect("streams");
        let arn = streams.streams().first().and_then(|stream| stream.stream_arn()).expect("a stream").to_owned();
        let description = client.describe_stream().stream_arn(&arn).send().await.expect("a description");
        let shards = description.stream_description.map(|stream| stream.shards.unwrap_or_default()).unwrap_or_default();
        let mut records = Vec::new();
        for shard in shards {
            let start = client
                .get_shard_iterator()
                .stream_arn(&arn)
                .shard_id(shard.shard_id.unwrap_or_default())
                .shard_iterator_type(ShardIteratorType::TrimHorizon);
            let mut next = start.send().await.expect("an iterator").shard_iterator;
            while let Some(iterator) = next {
                let page = client.get_records().shard_iterator(iterator).send().await.expect("records");
                let batch = page.records.unwrap_or_default();
                next = page.next_shard_iterator.filter(|_| !batch.is_empty());
                records.extend(batch.into_iter().map(|record| to_event_record(&arn, record)));
            }
        }
        records
    }
}

fn to_event_record(arn: &str, record: Record) -> EventRecord {
    let mut event = EventRecord::default();
    event.aws_region = "us-east-1".to_owned();
    event.event_id = record.event_id.unwrap_or_default();
    event.event_name = record.event_name.map(|name| name.as_str().to_owned()).unwrap_or_default();
    event.event_source = Some("aws:dynamodb".to_owned());
    event.event_source_arn = Some(arn.to_owned());
    if let Some(change) = record.dynamodb {
        let seconds = change.approximate_creation_date_time.map_or(0, |time| time.secs());
        let created = serde_json::json!({"ApproximateCreationDateTime": seconds, "SizeBytes": 0});
        event.change = serde_json::from_value(created).unwrap_or_default();
        event.change.keys = to_event_item(change.keys);
        event.change.old_image = to_event_item(change.old_image);
        event.change.new_image = to_event_item(change.new_image);
        event.change.sequence_number = change.sequence_number;
    }
    event
}

fn to_event_item(image: Option<Image>) -> serde_dynamo::Item {
    image.unwrap_or_default().into()
}
