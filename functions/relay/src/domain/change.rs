//! Meaning of a stream record: no event, the events of a stamp, or an out-of-band change.

use aws_lc_rs::digest::{Context, SHA256};
use events::{Event, EventType, Service, Stamp};
use jiff::Timestamp;
use kernel::{Actor, EventId, RequestId};
use serde_dynamo::AttributeValue;
use serde_json::json;

use super::image::{Image, changed_attributes, public_values, without_secrets};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Insert,
    Modify,
    Remove,
}

impl Operation {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Modify => "MODIFY",
            Self::Remove => "REMOVE",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    pub operation: Operation,
    pub table: String,
    /// Partition key and sort key of the item.
    pub key: (String, String),
    /// Item before the change; `None` for an insert.
    pub old: Option<Image>,
    /// Item after the change; `None` for a removal.
    pub new: Option<Image>,
    /// Whether DynamoDB removed the item because its TTL had passed.
    pub by_ttl: bool,
    /// Approximate time of the change, in whole seconds.
    pub at: Timestamp,
    pub sequence: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Nothing to publish: part of a stamped transaction, a technical write, or a removal after the TTL.
    Nothing,
    /// Events that the stamp of the write names, at least one, in order.
    Events(Vec<Event>),
    /// `audit.critical_event`: no fresh stamp explains the change.
    OutOfBand(Box<Event>),
}

impl Change {
    pub fn into_events(self) -> Vec<Event> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Events(events) => events,
            Self::OutOfBand(event) => vec![*event],
        }
    }
}

/// Meaning of a record. A record that no stamp explains is an out-of-band change, so that no record blocks its shard.
pub fn interpret(record: &StreamRecord) -> Change {
    match (record.operation, record.new.as_ref()) {
        (Operation::Remove, _) | (_, None) => interpret_removal(record),
        (Operation::Insert | Operation::Modify, Some(new)) => {
            let old = record.old.as_ref();
            let stamp = new.get("_event").and_then(read_stamp);
            let stamp_before = old.and_then(|old| old.get("_event")).and_then(read_stamp);
            match stamp {
                Some(stamp) if stamp_before.is_none_or(|before| before.id != stamp.id) => {
                    change_of_stamp(record, stamp)
                }
                _ if ["_event_ref", "_quiet"].into_iter().any(|mark| is_fresh(mark, old, new)) => Change::Nothing,
                _ => out_of_band_change(record),
            }
        }
    }
}

fn read_stamp(value: &AttributeValue) -> Option<Stamp> {
    serde_dynamo::from_attribute_value(value.clone()).ok()
}

/// Whether the write set the mark: it is present and differs from the mark before the write.
fn is_fresh(mark: &str, old: Option<&Image>, new: &Image) -> bool {
    new.get(mark).is_some_and(|fresh| old.and_then(|old| old.get(mark)) != Some(fresh))
}

/// A removal after the TTL means nothing. Any other removal is an out-of-band change, because the services never delete items.
fn interpret_removal(record: &StreamRecord) -> Change {
    let due = record.old.as_ref().and_then(|old| integer_attribute(old, store::TTL));
    if record.by_ttl || due.is_some_and(|due| due <= record.at.as_second()) {
        Change::Nothing
    } else {
        out_of_band_change(record)
    }
}

fn integer_attribute(image: &Image, name: &str) -> Option<i64> {
    match image.get(name) {
        Some(AttributeValue::N(digits)) => digits.parse().ok(),
        _ => None,
    }
}

fn change_of_stamp(record: &StreamRecord, mut stamp: Stamp) -> Change {
    stamp.data = stamp.data.map(without_secrets);
    Change::Events(stamp.into_stamps().into_iter().map(|stamp| to_event(record, stamp)).collect())
}

/// Events of the last stamped write of an item, for a change that the stream no longer holds; none for an item without a stamp.
/// The old values are unknown.
pub fn events_of_stored_stamp(table: &str, image: &Image) -> Vec<Event> {
    let Some(mut stamp) = image.get("_event").and_then(read_stamp) else { return Vec::new() };
    stamp.data = stamp.data.map(without_secrets);
    let event = |stamp| Event {
        stamp,
        service: service_of_table(table),
        version: version_of(image),
        old_values: None,
        new_values: Some(public_values(image)),
        republished: true,
    };
    stamp.into_stamps().into_iter().map(event).collect()
}

/// Version of an item; 0 if it has none.
fn version_of(image: &Image) -> u64 {
    integer_attribute(image, store::VERSION).and_then(|version| u64::try_from(version).ok()).unwrap_or_default()
}

fn to_event(record: &StreamRecord, stamp: Stamp) -> Event {
    let latest_image = record.new.as_ref().or(record.old.as_ref());
    Event {
        stamp,
        service: service_of_table(&record.table),
        version: latest_image.map(version_of).unwrap_or_default(),
        old_values: record.old.as_ref().map(public_values),
        new_values: record.new.as_ref().map(public_values),
        republished: false,
    }
}

fn out_of_band_change(record: &StreamRecord) -> Change {
    let (pk, sk) = &record.key;
    let data = json!({
        "reason": "out_of_band_change",
        "table": record.table,
        "key": {"partition": pk, "sort": sk},
        "operation": record.operation.as_str(),
        "changed": changed_attributes(record.old.as_ref(), record.new.as_ref()),
    });
    let (entity_type, entity_id) =
        affected_entity(record).unwrap_or_else(|| ("StoredItem".to_owned(), format!("{pk}/{sk}")));
    let stamp = Stamp {
        further_events: Vec::new(),
        id: derived_event_id(record),
        event: EventType::AuditCriticalEvent.as_str().to_owned(),
        entity_type,
        entity_id,
        actor: Actor::Unknown,
        request_id: RequestId::sanitised(&format!("stream_{}", record.sequence)),
        ip_address: None,
        user_agent: None,
        at: record.at,
        data: Some(data),
    };
    Change::OutOfBand(Box::new(to_event(record, stamp)))
}

/// Type and id of the entity in the last known stamp, so that the change appears in the history of that entity.
fn affected_entity(record: &StreamRecord) -> Option<(String, String)> {
    let mut images = record.old.iter().chain(&record.new);
    let stamp = images.find_map(|image| image.get("_event").and_then(read_stamp))?;
    Some((stamp.entity_type, stamp.entity_id))
}

/// Id derived from the record, so that a retry repeats the event instead of publishing a second one.
fn derived_event_id(record: &StreamRecord) -> EventId {
    let mut context = Context::new(&SHA256);
    for part in [&record.table, &record.key.0, &record.key.1, &record.sequence, record.operation.as_str()] {
        context.update(part.as_bytes());
        context.update(&[0]);
    }
    let digest = context.finish();
    let mut tail = [0_u8; 10];
    tail.iter_mut().zip(digest.as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    let millis = u64::try_from(record.at.as_second()).unwrap_or_default().saturating_mul(1000);
    EventId::new(uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid())
}

/// Name of the service that owns a table, from the last part of the table's name: `muster-dev-employees`. For an unknown table, the
/// table's name.
pub fn service_of_table(table: &str) -> String {
    let service = match table.rsplit('-').next().unwrap_or_default() {
        "auth" => Service::Auth,
        "employees" => Service::Employees,
        "compliance" => Service::Compliance,
        "leave" => Service::Leave,
        "attendance" => Service::Attendance,
        "notifications" => Service::Notifications,
        "audit" => Service::Audit,
        "tickets" => Service::Tickets,
        "chat" => Service::Chat,
        "files" => Service::Files,
        _ => return table.to_owned(),
    };
    service.as_str().to_owned()
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
