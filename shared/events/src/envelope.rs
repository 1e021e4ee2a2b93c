//! Forms of an event: a fact in code, a stamp on the stored item, and an envelope on the bus.

use jiff::Timestamp;
use kernel::{Actor, EventId, Origin, RequestId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::EventType;

/// `source` of all entries on the bus.
pub const BUS_SOURCE: &str = "muster";

/// Event before it is stamped: what happened to one entity. The store adds id, actor, time and request.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Type of the event.
    pub event: EventType,
    /// Type of the entity: `LeaveRequest`.
    pub entity_type: &'static str,
    /// Id of the entity.
    pub entity_id: String,
    /// Data that the images of the item do not contain, such as a reason. Never holds secrets.
    pub data: Option<Value>,
    /// Further events of the same write: a late check-in publishes `attendance.checked_in` and `attendance.late`.
    pub further_events: Vec<EventType>,
}

impl Fact {
    /// Fact about one entity, without data or further events.
    pub fn new(event: EventType, entity_type: &'static str, entity_id: impl ToString) -> Self {
        Self { event, entity_type, entity_id: entity_id.to_string(), data: None, further_events: Vec::new() }
    }

    /// Adds an event about the same entity in the same write. It gets an id of its own.
    #[must_use]
    pub fn with_further_event(mut self, event: EventType) -> Self {
        self.further_events.push(event);
        self
    }

    /// Adds data that the images of the item do not contain.
    #[must_use]
    pub fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

/// Attribute `_event` of a stored item: the event of its last write, which the relay publishes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Unique id, by which consumers recognise a repeated event.
    pub id: EventId,
    /// Detail-type on the bus. It is a text, so that an older relay still publishes newer event types.
    #[serde(rename = "type")]
    pub event: String,
    /// Type of the entity: `LeaveRequest`.
    pub entity_type: String,
    /// Id of the entity.
    pub entity_id: String,
    /// Person or function that made the change, or unknown.
    pub actor: Actor,
    /// Request that made the change.
    pub request_id: RequestId,
    /// IP address of the caller; none for a message or job.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ip_address: Option<String>,
    /// `User-Agent` header of the caller; none if it was not sent, and for a message or job.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_agent: Option<String>,
    /// Start of the request that made the change, by the clock of the service.
    pub at: Timestamp,
    /// Data that the images of the item do not contain.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub data: Option<Value>,
    /// Detail-types of the further events of the write; [`Stamp::into_stamps`] expands them.
    #[serde(rename = "also", skip_serializing_if = "Vec::is_empty", default)]
    pub further_events: Vec<String>,
}

impl Stamp {
    /// Stamp of a fact, with the actor, time and request of its origin.
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
            further_events: fact.further_events.into_iter().map(|event| event.as_str().to_owned()).collect(),
        }
    }

    /// One stamp per event: the lead event, then the further events. Their ids are derived from the lead event's id.
    pub fn into_stamps(self) -> Vec<Self> {
        let further_events = self.further_events;
        let lead = Self { further_events: Vec::new(), ..self };
        let further = further_events.into_iter().zip(1..).map(|(event, nth)| {
            let id = lead.id.of_further_event(nth);
            Self { id, event, ..lead.clone() }
        });
        let further: Vec<Self> = further.collect();
        std::iter::once(lead).chain(further).collect()
    }
}

/// Event on the bus: the `detail` of an entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Stamp that the write left on the item.
    #[serde(flatten)]
    pub stamp: Stamp,
    /// Name of the service whose table changed, see [`crate::Service`].
    pub service: String,
    /// Version of the item after the change, from 1; of a removed item, the last one. A consumer skips a version that is not
    /// newer than its own.
    pub version: u64,
    /// Item before the change, without technical attributes; `None` if it was created or the event is republished.
    pub old_values: Option<Value>,
    /// Item after the change, without technical attributes; `None` if it was removed.
    pub new_values: Option<Value>,
    /// True if `muster republish` rebuilt the event from its stamp; `old_values` are then unknown.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub republished: bool,
}

impl Event {
    /// Type of the event; `None` if the catalogue of this build does not contain it.
    pub fn event_type(&self) -> Option<EventType> {
        self.stamp.event.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn event_round_trips_through_json() {
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
