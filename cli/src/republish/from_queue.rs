//! Reads the changes that the relay could not publish: each message of its failure queue names a range of a stream.

use std::collections::HashMap;

use aws_sdk_dynamodbstreams::types::{AttributeValue, OperationType, Record as SdkRecord, ShardIteratorType};
use jiff::Timestamp;
use relay::{BusEntry, Operation, StreamRecord, interpret};
use serde::Deserialize;

use super::Target;
use crate::cloud::{Cloud, sdk_error};

/// Most pages read for one range, more than the largest batch of the relay can need, so that reading a shard ends.
const PAGES_MAX: usize = 1000;

/// Message of the failure queue about one batch.
#[derive(Debug, Deserialize)]
struct Failure {
    #[serde(rename = "DDBStreamBatchInfo")]
    batch: Batch,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    shard_id: String,
    start_sequence_number: String,
    end_sequence_number: String,
    stream_arn: String,
}

pub(super) async fn run(cloud: &Cloud, queue: &str, target: &Target) -> Result<String, String> {
    let sqs = aws_sdk_sqs::Client::new(&cloud.aws);
    let streams = aws_sdk_dynamodbstreams::Client::new(&cloud.aws);
    let url = crate::redrive::queue_url(cloud, &sqs, queue).await?;
    let (mut batches, mut events) = (0_usize, 0_usize);
    loop {
        let received =
            sqs.receive_message().queue_url(&url).max_number_of_messages(10).wait_time_seconds(1).send().await;
        let messages = received.map_err(|error| sdk_error(&url, &error))?.messages;
        let Some(messages) = messages.filter(|messages| !messages.is_empty()) else { break };
        for message in messages {
            let body = message.body.unwrap_or_default();
            let failure: Failure = serde_json::from_str(&body)
                .map_err(|error| format!("The message names no failed batch: {error}: {body}"))?;
            let entries = entries_of_range(&streams, &failure.batch).await?;
            target.print_and_publish(&entries).await?;
            (batches, events) = (batches + 1, events + entries.len());
            if let (false, Some(receipt)) = (target.dry_run, message.receipt_handle) {
                let deleted = sqs.delete_message().queue_url(&url).receipt_handle(receipt).send().await;
                deleted.map_err(|error| sdk_error(&url, &error))?;
            }
        }
    }
    Ok(format!("{} {events} events of {batches} failed batches.", target.published_or_would_publish()))
}

/// Entries for the event bus that the records in the range of a failed batch give.
async fn entries_of_range(streams: &aws_sdk_dynamodbstreams::Client, batch: &Batch) -> Result<Vec<BusEntry>, String> {
    let gone = |error: String| {
        format!(
            "{} from {}: {error}\nIf the stream no longer holds this range, rebuild the events from their stamps with `--table`.",
            batch.shard_id, batch.start_sequence_number
        )
    };
    let start = streams
        .get_shard_iterator()
        .stream_arn(&batch.stream_arn)
        .shard_id(&batch.shard_id)
        .shard_iterator_type(ShardIteratorType::AtSequenceNumber)
        .sequence_number(&batch.start_sequence_number)
        .send()
        .await;
    let mut next = start.map_err(|error| gone(sdk_error("the stream", &error)))?.shard_iterator;
    let mut entries = Vec::new();
    for _ in 0..PAGES_MAX {
        let Some(iterator) = next else { break };
        let page = streams.get_records().shard_iterator(iterator).send().await;
        let page = page.map_err(|error| gone(sdk_error("the stream", &error)))?;
        for record in page.records.unwrap_or_default() {
            let record = to_stream_record(&batch.stream_arn, record);
            if is_after(&record.sequence, &batch.end_sequence_number) {
                return Ok(entries);
            }
            let last = record.sequence == batch.end_sequence_number;
            for event in interpret(&record).into_events() {
                entries.push(BusEntry::new(&record.table, record.key.clone(), &record.sequence, event));
            }
            if last {
                return Ok(entries);
            }
        }
        next = page.next_shard_iterator;
    }
    Ok(entries)
}

/// Whether sequence number `a` is greater than `b`. Both are whole numbers of up to 40 digits.
fn is_after(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    (a.len(), a) > (b.len(), b)
}

/// Converts a stream record of the SDK into one of the relay.
fn to_stream_record(arn: &str, record: SdkRecord) -> StreamRecord {
    let operation = match record.event_name {
        Some(OperationType::Insert) => Operation::Insert,
        Some(OperationType::Remove) => Operation::Remove,
        _ => Operation::Modify,
    };
    let by_ttl = record.user_identity.is_some_and(|who| who.principal_id.as_deref() == Some("dynamodb.amazonaws.com"));
    let change = record.dynamodb;
    let (keys, old, new, at, sequence) = change.map_or_else(Default::default, |change| {
        let at = change.approximate_creation_date_time.map_or(0, |at| at.secs());
        (change.keys, change.old_image, change.new_image, at, change.sequence_number)
    });
    let keys = keys.unwrap_or_default();
    let key = |name: &str| keys.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    StreamRecord {
        operation,
        table: arn.split("table/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned(),
        key: (key("pk"), key("sk")),
        old: old.and_then(non_empty_image),
        new: new.and_then(non_empty_image),
        by_ttl,
        at: Timestamp::from_second(at).unwrap_or_default(),
        sequence: sequence.unwrap_or_default(),
    }
}

fn non_empty_image(item: HashMap<String, AttributeValue>) -> Option<relay::Image> {
    (!item.is_empty()).then(|| serde_dynamo::Item::from(item).into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequence_numbers_compare_numerically() {
        assert!(is_after("100000000000000000001", "99999999999999999999"));
        assert!(!is_after("00100", "100"));
        assert!(!is_after("99", "100"));
    }

    #[test]
    fn failure_message_of_the_event_source_parses() {
        let text = r#"{"requestContext": {"condition": "RetryAttemptsExhausted"}, "version": "1.0",
            "DDBStreamBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "1", "endSequenceNumber": "2",
            "batchSize": 2, "streamArn": "arn:aws:dynamodb:us-east-1:0:table/muster-auth/stream/x"}}"#;
        let failure: Failure = serde_json::from_str(text).unwrap();
        assert_eq!(failure.batch.end_sequence_number, "2");
    }
}
