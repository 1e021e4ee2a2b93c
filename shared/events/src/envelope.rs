//! What an event looks like in a table (its stamp) and on the bus (its envelope).

use jiff::Timestamp;
use kernel::{Actor, EventId, Origin, RequestId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::EventType;

/// The `source` of every entry on the bus.
pub const BUS_SOURCE: &str = "muster";

/// What a rule says has happened to one entity; the store adds who, when and whence.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// What happened.
    pub event: EventType,
    /// The seed's `entity_type`: `LeaveRequest`.
    pub entity_type: &'static str,
    /// The entity's id.
    pub entity_id: String,
    /// What the images of the item do not show, such as a reason. No secrets.
    pub data: Option<Value>,
    /// What the same write says besides: whoever checks in late has checked in, and is late.
    pub also: Vec<EventType>,
}

impl Fact {
    /// A fact about one entity.
    pub fn new(event: EventType, entity_type: &'static str, entity_id: impl ToString) -> Self {
        Self { event, entity_type, entity_id: entity_id.to_string(), data: None, also: Vec::new() }
    }

    /// Says this besides, of the same entity and in the same write: one more event with an id of its own.
    #[must_use]
    pub fn also(mut self, event: EventType) -> Self {
        self.also.push(event);
        self
    }

    /// Adds what the images of the item do not show.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

/// The attribute `_event` of a stored item: the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Unique; what consumers are idempotent by.
    pub id: EventId,
    /// The detail-type. A text, so that a relay older than the event still carries it.
    #[serde(rename = "type")]
    pub event: String,
    /// The seed's `entity_type`.
    pub entity_type: String,
    /// The entity's id.
    pub entity_id: String,
    /// Who did it.
    pub actor: Actor,
    /// The request that did it.
    pub request_id: RequestId,
    /// The caller's address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_address: Option<String>,
    /// The caller's program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// When, by the clock of the edge.
    pub at: Timestamp,
    /// What the images do not show.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<Value>,
    /// The detail-types of what the same write says besides; [`Stamp::events`] makes stamps of them.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub also: Vec<String>,
}

impl Stamp {
    /// Joins what happened with who, when and whence.
    pub fn new(id: EventId, fact: Fact, origin: &Origin) -> Self {
        Self {
            id,
            event: fact.event.as_str().to_owned(),
            entity_type: fact.entity_type.to_owned(),
            entity_id: fact.entity_id,
            actor: origin.actor.clone(),
            request_id: origin.request_id.clone(),
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
            at: origin.at,
            data: fact.data,
            also: fact.also.into_iter().map(|event| event.as_str().to_owned()).collect(),
        }
    }

    /// One stamp per event: what the write says first, then what it says besides, each under an id that follows from the first.
    pub fn into_stamps(self) -> Vec<Self> {
        let also = self.also;
        let first = Self { also: Vec::new(), ..self };
        let besides = also.into_iter().zip(1..).map(|(event, nth)| {
            let id = first.id.nth_secondary(nth);
            Self { id, event, ..first.clone() }
        });
        let besides: Vec<Self> = besides.collect();
        std::iter::once(first).chain(besides).collect()
    }
}

/// The detail of an entry on the bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The stamp that the writer left.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The service whose table changed, by the seed's name.
    pub service: String,
    /// The sequence number of the entity: 1 for its first version. Apply when newer than what you have.
    pub version: u64,
    /// The item before, without technical attributes; absent when it was created.
    pub old_values: Option<Value>,
    /// The item after, without technical attributes; absent when it was removed.
    pub new_values: Option<Value>,
    /// True where `muster republish` rebuilt the event from its stamp: `old_values` are then unknown.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub republished: bool,
}

impl Event {
    /// The event's type, where this build's catalogue knows it.
    pub fn event_type(&self) -> Option<EventType> {
        self.stamp.event.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_reads_back_as_it_was_written() {
        let text = serde_json::json!({
            "id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "type": "employee.created",
            "entity_type": "Employee",
            "entity_id": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "actor": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "request_id": "req_1",
            "at": "2024-01-10T10:30:45Z",
            "service": "employee-management-service",
            "version": 1,
            "old_values": null,
            "new_values": {"first_name": "John"},
        });
        let event: Event = serde_json::from_value(text.clone()).unwrap();
        assert_eq!(event.event_type(), Some(EventType::EmployeeCreated));
        assert_eq!(serde_json::to_value(&event).unwrap(), text);
    }
}
