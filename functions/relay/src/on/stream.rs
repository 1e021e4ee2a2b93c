//! `relay-on-stream`: consumes the streams of all tables and publishes the events of each record.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use aws_lambda_events::event::dynamodb::EventRecord;
use jiff::Timestamp;
use lambda::{
    FromShell, InitError, Shell,
    metrics::{self, Unit},
    stream::Handler,
};
use serde_dynamo::{AttributeValue, Item};

use crate::{
    Bus, BusEntry,
    domain::change::{Change, Operation, StreamRecord, interpret},
};

const FUNCTION: &str = "relay-on-stream";
/// Principal of removals by DynamoDB after the TTL.
const TTL_PRINCIPAL: &str = "dynamodb.amazonaws.com";

pub fn serve() {
    lambda::stream::serve(FUNCTION, build);
}

pub fn build(shell: &Shell) -> Result<Handler, InitError> {
    let (bus, shell) = (Bus::from_shell(shell)?, shell.clone());
    Ok(Arc::new(move |records| {
        let (bus, shell) = (bus.clone(), shell.clone());
        Box::pin(async move { publish_records(&bus, &shell, records).await })
    }))
}

/// Publishes the events of the records. Returns the sequence number of the first record with an unpublished event.
async fn publish_records(bus: &Bus, shell: &Shell, records: Vec<EventRecord>) -> Option<String> {
    let records: Vec<_> = records.into_iter().map(to_stream_record).collect();
    let oldest = records.iter().map(|record| record.at).min();
    let mut out_of_band = 0_i64;
    let mut entries = Vec::new();
    for record in records {
        let meaning = interpret(&record);
        if matches!(meaning, Change::OutOfBand(_)) {
            out_of_band += 1;
            tracing::warn!(status = "out_of_band", sequence = record.sequence, "the change carries no fresh stamp");
        }
        for event in meaning.into_events() {
            entries.push(BusEntry::new(&record.table, record.key.clone(), &record.sequence, event));
        }
    }
    let published = bus.publish(&entries).await.err().unwrap_or(entries.len());
    let failed = entries.get(published);
    let now = shell.now();
    emit_event_counts(entries.get(..published).unwrap_or_default(), now);
    let lag_ms = oldest.map_or(0, |oldest| now.duration_since(oldest).as_millis().max(0));
    metrics::emit(
        FUNCTION,
        now,
        &[
            ("events", Unit::Count, i64::try_from(entries.len()).unwrap_or(i64::MAX)),
            ("out_of_band", Unit::Count, out_of_band),
            ("failures", Unit::Count, i64::from(failed.is_some())),
            ("lag", Unit::Milliseconds, i64::try_from(lag_ms).unwrap_or(i64::MAX)),
        ],
    );
    failed.map(|entry| entry.sequence.clone())
}

/// Emits the number of published events by type. Entries after a failure are counted when they are published.
fn emit_event_counts(entries: &[BusEntry], now: Timestamp) {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.event.stamp.event.as_str()).or_default() += 1;
    }
    for (event_type, count) in counts {
        metrics::count_event(event_type, now, count);
    }
}

/// Record without the types of the Lambda event. Missing texts become empty.
fn to_stream_record(delivered: EventRecord) -> StreamRecord {
    let by_ttl = delivered.user_identity.is_some_and(|identity| identity.principal_id == TTL_PRINCIPAL);
    let change = delivered.change;
    let operation = match delivered.event_name.as_str() {
        "INSERT" => Operation::Insert,
        "REMOVE" => Operation::Remove,
        _ => Operation::Modify,
    };
    let table = delivered.event_source_arn.as_deref().and_then(table_in_arn).map(str::to_owned);
    let keys = change.keys.into_inner();
    StreamRecord {
        operation,
        table: table.or(delivered.table_name).unwrap_or_default(),
        key: (string_key_or_empty(&keys, "pk"), string_key_or_empty(&keys, "sk")),
        old: non_empty_image(change.old_image),
        new: non_empty_image(change.new_image),
        by_ttl,
        at: Timestamp::from_second(change.approximate_creation_date_time.timestamp()).unwrap_or_default(),
        sequence: change.sequence_number.unwrap_or(delivered.event_id),
    }
}

/// Table name in a stream ARN: `arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>`.
fn table_in_arn(arn: &str) -> Option<&str> {
    arn.split("table/").nth(1)?.split('/').next()
}

fn non_empty_image(item: Item) -> Option<HashMap<String, AttributeValue>> {
    let image = item.into_inner();
    (!image.is_empty()).then_some(image)
}

fn string_key_or_empty(keys: &HashMap<String, AttributeValue>, name: &str) -> String {
    match keys.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    }
}
