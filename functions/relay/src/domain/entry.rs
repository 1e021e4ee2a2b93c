//! Entries of the event bus: their size limit and their batches.

use aws_lc_rs::digest::{SHA256, digest};
use events::Event;
use serde_json::{Value, json};

/// Most entries per `PutEvents` call.
const BATCH_ENTRIES_MAX: usize = 10;
/// Most bytes per `PutEvents` call: its limit of 256 KiB, less a reserve for the request around the entries.
const BATCH_BYTES_MAX: usize = 256 * 1024 - 4096;
/// Most bytes of one event, so that it also fits an SQS message with its envelope.
const DETAIL_BYTES_MAX: usize = 240 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub struct BusEntry {
    pub table: String,
    pub event: Event,
    /// JSON of the event, as the bus gets it.
    pub detail: String,
    /// Partition key and sort key of the changed item.
    pub item: (String, String),
    /// Sequence number of the stream record from which the entry was made.
    pub sequence: String,
}

impl BusEntry {
    /// Entry for an event of the record at `sequence`. If the event is above the size limit, old values, new values and data are
    /// replaced by their digests, in this order, until it fits.
    pub fn new(table: &str, item: (String, String), sequence: &str, event: Event) -> Self {
        let (event, detail) = shrink_to_limit(event);
        Self { table: table.to_owned(), event, detail, item, sequence: sequence.to_owned() }
    }

    /// Resource name of the entity, for rules and for people who inspect the bus.
    pub fn resource(&self) -> String {
        format!("{}/{}/{}", self.table, self.event.stamp.entity_type, self.event.stamp.entity_id)
    }

    /// Size in bytes as the bus counts it: source, type, detail, resources and time.
    fn size_bytes(&self) -> usize {
        let fixed = 14 + events::BUS_SOURCE.len();
        fixed + self.event.stamp.event.len() + self.detail.len() + self.resource().len()
    }
}

/// Replaces old values, new values and data by their digests, in this order, until the event fits.
fn shrink_to_limit(mut event: Event) -> (Event, String) {
    let mut detail = to_json(&event);
    for part in 0..3 {
        if detail.len() <= DETAIL_BYTES_MAX {
            break;
        }
        let slot = match part {
            0 => &mut event.old_values,
            1 => &mut event.new_values,
            _ => &mut event.stamp.data,
        };
        *slot = slot.take().map(|value| value_digest(&value));
        detail = to_json(&event);
    }
    (event, detail)
}

/// JSON of an event. It contains only texts, numbers and maps with text keys, so that this never fails.
fn to_json(event: &Event) -> String {
    serde_json::to_string(event).unwrap_or_default()
}

/// Object that replaces a value: its size in bytes and its SHA-256.
fn value_digest(value: &Value) -> Value {
    let text = value.to_string();
    let hex: String = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    json!({"oversize": true, "bytes": text.len(), "sha256": hex})
}

/// Splits entries, in order, into as few calls as possible. No call holds two entries of one item: if the bus rejects a part,
/// the events of an item stay in order.
pub fn split_into_batches(entries: &[BusEntry]) -> Vec<&[BusEntry]> {
    let mut batches = Vec::new();
    let mut rest = entries;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(first_batch_len(rest));
        batches.push(batch);
        rest = after;
    }
    batches
}

/// Number of entries in the first batch; at least one.
fn first_batch_len(entries: &[BusEntry]) -> usize {
    let mut bytes = 0_usize;
    let fits = |(at, entry): &(usize, &BusEntry)| {
        bytes = bytes.saturating_add(entry.size_bytes());
        let alone = !entries.iter().take(*at).any(|before| before.item == entry.item);
        *at == 0 || (bytes <= BATCH_BYTES_MAX && alone)
    };
    entries.iter().take(BATCH_ENTRIES_MAX).enumerate().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use events::{EventType, Stamp};
    use kernel::{Actor, EventId, RequestId};
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn event(id: u128, bytes: usize) -> Event {
        Event {
            stamp: Stamp {
                further_events: Vec::new(),
                id: EventId::new(Uuid::from_u128(id)),
                event: EventType::EmployeeUpdated.as_str().to_owned(),
                entity_type: "Employee".to_owned(),
                entity_id: "emp_1".to_owned(),
                actor: Actor::Unknown,
                request_id: RequestId::sanitised("r"),
                ip_address: None,
                user_agent: None,
                at: jiff::Timestamp::UNIX_EPOCH,
                data: None,
            },
            service: "employee-management-service".to_owned(),
            version: 1,
            old_values: None,
            new_values: Some(json!({"note": "x".repeat(bytes)})),
            republished: false,
        }
    }

    fn entry(item: u8, bytes: usize) -> BusEntry {
        BusEntry::new("muster-employees", (item.to_string(), "PROFILE".to_owned()), "1", event(u128::from(item), bytes))
    }

    #[test]
    fn oversized_event_keeps_its_stamp_and_a_digest() {
        let mut large = event(1, 300_000);
        large.old_values = Some(json!({"note": "small"}));
        let entry = BusEntry::new("muster-employees", ("a".into(), "b".into()), "1", large);
        assert!(entry.detail.len() < DETAIL_BYTES_MAX);
        let values = entry.event.new_values.unwrap();
        assert_eq!((&values["oversize"], &values["bytes"]), (&json!(true), &json!(300_011)));
        assert_eq!(values["sha256"].as_str().map(str::len), Some(64));
        assert_eq!(entry.event.stamp, event(1, 0).stamp);
    }

    #[test]
    fn events_of_one_item_never_share_a_call() {
        let entries = [entry(1, 1), entry(2, 1), entry(1, 1), entry(3, 1)];
        let sizes: Vec<_> = split_into_batches(&entries).into_iter().map(<[BusEntry]>::len).collect();
        assert_eq!(sizes, [2, 2]);
    }

    proptest! {
        #[test]
        fn batches_keep_order_lose_nothing_and_respect_limits(
            specs in proptest::collection::vec((0_u8..30, prop_oneof![Just(10_usize), Just(60_000), Just(280_000)]), 0..40)
        ) {
            let entries: Vec<_> = specs.into_iter().map(|(item, bytes)| entry(item, bytes)).collect();
            let packed = split_into_batches(&entries);
            for batch in &packed {
                prop_assert!((1..=BATCH_ENTRIES_MAX).contains(&batch.len()));
                prop_assert!(batch.iter().map(BusEntry::size_bytes).sum::<usize>() <= BATCH_BYTES_MAX);
            }
            prop_assert_eq!(packed.concat(), entries);
        }
    }
}
