//! Audit record: written once and never changed.

use std::fmt;

use events::{Event, EventType, LogType, Outcome, Service};
use jiff::Timestamp;
use kernel::{Actor, AuditId, Origin};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    canonical::{canonical_text, stringify_non_integers},
    hash::Hash,
    merkle::leaf_hash,
};

/// Record of an action in the audit trail.
///
/// `user_id` is the user who acted, `recorded_by` the actor who wrote the record.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditRecord {
    /// Id of the record: `audit_` and the UUID of its event, or a UUID of its own if there is no event.
    pub id: AuditId,
    /// User who acted: an employee id, `system:` with the name of a function, `unknown`, or the id of an external user.
    pub user_id: String,
    /// Action as a verb, such as `created`, `approved` or `check_in`.
    pub action: String,
    /// Log type under which the record is filed.
    pub log_type: LogType,
    /// Type of the changed entity, such as `LeaveRequest`.
    pub entity_type: String,
    /// Id of the changed entity; null if the action concerns none.
    #[schema(required = true)]
    pub entity_id: Option<String>,
    /// Service or external system whose data changed, such as `leave-management-service`.
    pub service_name: String,
    /// Result of the action.
    pub status: Outcome,
    /// Sentence that describes the action.
    pub description: String,
    /// Values of the entity before the action; null for a new entity or if unknown. The members depend on the entity type and on the
    /// version of the service that wrote them. Values that the caller may not read are `[redacted]`.
    #[schema(required = true, value_type = Option<HashMap<String, Value>>, additional_properties = true)]
    pub old_values: Option<Value>,
    /// Values of the entity after the action; null for a removed entity or if unknown. The members depend on the entity type and on
    /// the version of the service that wrote them. Values that the caller may not read are `[redacted]`.
    #[schema(required = true, value_type = Option<HashMap<String, Value>>, additional_properties = true)]
    pub new_values: Option<Value>,
    /// Data that the values do not contain, such as a reason; null if there is none. The members depend on the action.
    #[schema(required = true, value_type = Option<HashMap<String, Value>>, additional_properties = true)]
    pub details: Option<Value>,
    /// IP address of the user; null if unknown.
    #[schema(required = true)]
    pub ip_address: Option<String>,
    /// `User-Agent` header of the user's program; null if unknown.
    #[schema(required = true)]
    pub user_agent: Option<String>,
    /// Id of the request that caused the action; null if unknown.
    #[schema(required = true)]
    pub request_id: Option<String>,
    /// Cause of a failure; null if there is none.
    #[schema(required = true)]
    pub error_message: Option<String>,
    /// Version of the changed item after the action; null for an action without an event.
    #[schema(required = true)]
    pub version: Option<u64>,
    /// Actor who wrote the record.
    #[schema(value_type = Actor)]
    pub recorded_by: String,
    /// Time of the action, to the millisecond.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// Time at which the record was written, to the millisecond.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Shows the id and log type only, because values may be personal data.
impl fmt::Debug for AuditRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuditRecord").field("id", &self.id).field("log_type", &self.log_type).finish_non_exhaustive()
    }
}

/// Canonical JSON of a record, which is stored, archived, exported and hashed, with the entry for its seal.
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalRecord {
    pub text: String,
    pub entry: SealEntry,
}

impl fmt::Debug for CanonicalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CanonicalRecord").field(&self.entry).finish()
    }
}

/// Entry of a record in a seal. Entries sort by time, then id, as in trees, archives and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct SealEntry {
    /// Time of the recorded action.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// Id of the audit record.
    pub id: AuditId,
    /// Leaf hash of the canonical JSON (RFC 9162).
    pub leaf: Hash,
}

impl SealEntry {
    /// Time and id, by which records are sorted.
    pub const fn time_and_id(&self) -> (Timestamp, AuditId) {
        (self.timestamp, self.id)
    }
}

/// Instant truncated to milliseconds, the precision of ids and index keys.
pub fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

impl AuditRecord {
    /// Record of an action that the actor of `origin` takes and records now. `service_name` is the audit service; action, entity,
    /// description and values are empty.
    pub fn blank(id: AuditId, origin: &Origin, log_type: LogType, status: Outcome) -> Self {
        let at = to_millisecond(origin.at);
        Self {
            id,
            user_id: origin.actor.to_string(),
            action: String::new(),
            log_type,
            entity_type: String::new(),
            entity_id: None,
            service_name: Service::Audit.as_str().to_owned(),
            status,
            description: String::new(),
            old_values: None,
            new_values: None,
            details: None,
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
            request_id: Some(origin.request_id.to_string()),
            error_message: None,
            version: None,
            recorded_by: origin.actor.to_string(),
            timestamp: at,
            created_at: at,
        }
    }

    /// Record of an event, written by `recorded_by` at `now`. An event type that this build does not know becomes a critical event,
    /// so that no event is lost.
    pub fn from_event(event: Event, recorded_by: &str, now: Timestamp) -> Self {
        let known = event.event_type();
        let stamp = event.stamp;
        let log_type = known.map_or(LogType::CriticalEvent, EventType::log_type);
        let status = known.map_or(Outcome::Failure, EventType::outcome);
        let cause = cause_in_data(stamp.data.as_ref());
        let action = match known {
            // The action of a critical event is its cause, such as `out_of_band_change`.
            Some(EventType::AuditCriticalEvent) => cause.clone().unwrap_or_else(|| stamp.event.clone()),
            Some(known) => known.action().to_owned(),
            None => stamp.event.clone(),
        };
        // The event type determines the service, so that the filter by service finds the record. Only critical events keep the
        // service of the event.
        let service_name = match known {
            None | Some(EventType::AuditCriticalEvent) => event.service,
            Some(known) => known.service().as_str().to_owned(),
        };
        let mut description = match known {
            Some(_) => default_description(&stamp.entity_type, &action),
            None => format!("Event `{}` is not known to this version of the audit service", stamp.event),
        };
        if event.republished {
            description.push_str(" (published again; the old values are unknown)");
        }
        Self {
            id: AuditId::new(stamp.id.uuid()),
            user_id: stamp.actor.to_string(),
            action,
            log_type,
            entity_type: stamp.entity_type,
            entity_id: Some(stamp.entity_id).filter(|id| !id.is_empty()),
            service_name,
            status,
            description,
            old_values: event.old_values,
            new_values: event.new_values,
            details: stamp.data,
            ip_address: stamp.ip_address,
            user_agent: stamp.user_agent,
            request_id: Some(stamp.request_id.to_string()),
            error_message: cause.filter(|_| status == Outcome::Failure),
            version: Some(event.version),
            recorded_by: recorded_by.to_owned(),
            timestamp: to_millisecond(stamp.at),
            created_at: to_millisecond(now),
        }
    }

    /// Canonical JSON of the record, with its seal entry. Numbers other than 64-bit integers become text.
    ///
    /// # Errors
    /// A value without a JSON form, which a record never contains.
    pub fn to_canonical(&self) -> Result<CanonicalRecord, String> {
        let mut value = serde_json::to_value(self).map_err(|error| error.to_string())?;
        stringify_non_integers(&mut value);
        let text = canonical_text(&value).map_err(|error| error.to_string())?;
        let entry = SealEntry { timestamp: self.timestamp, id: self.id, leaf: leaf_hash(text.as_bytes()) };
        Ok(CanonicalRecord { text, entry })
    }

    /// Whether the record concerns a person: the entity is the person, or its old or new values have the person's id as
    /// `employee_id` or `recipient_id`.
    pub fn concerns(&self, person_id: &str) -> bool {
        let names_person = |values: &Option<Value>| {
            let is_person =
                |name: &str| values.as_ref().and_then(|values| values.get(name)?.as_str()) == Some(person_id);
            is_person("employee_id") || is_person("recipient_id")
        };
        self.entity_id.as_deref() == Some(person_id) || names_person(&self.new_values) || names_person(&self.old_values)
    }
}

/// Cause in the data of an event: the first text among `reason`, `kind` and `change`.
fn cause_in_data(data: Option<&Value>) -> Option<String> {
    let data = data?;
    ["reason", "kind", "change"].iter().find_map(|name| data.get(name)?.as_str().map(str::to_owned))
}

/// Description from the entity type and action: `LeaveRequest` and `created` give `Leave request created`.
pub fn default_description(entity_type: &str, action: &str) -> String {
    let mut words = String::new();
    for (at, c) in entity_type.char_indices() {
        if at > 0 && c.is_uppercase() {
            words.push(' ');
            words.extend(c.to_lowercase());
        } else {
            words.push(c);
        }
    }
    let action = action.replace('_', " ");
    if words.is_empty() { action } else { format!("{words} {action}") }
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    pub(crate) fn event(kind: &str, data: Value) -> Event {
        serde_json::from_value(json!({
            "id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "type": kind,
            "entity_type": "LeaveRequest",
            "entity_id": "leave_456",
            "actor": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "request_id": "req_1",
            "ip_address": "192.0.2.7",
            "at": "2024-01-10T10:30:45.123456Z",
            "data": data,
            "service": "leave-management-service",
            "version": 3,
            "old_values": null,
            "new_values": {"days": 6.0, "salary": {"amount_minor": 1, "currency": "EUR"}},
        }))
        .unwrap()
    }

    fn record(kind: &str, data: Value) -> AuditRecord {
        AuditRecord::from_event(event(kind, data), "system:audit-on-event", "2024-01-10T10:30:47.5Z".parse().unwrap())
    }

    #[test]
    fn event_becomes_a_record() {
        let record = record("leave.request_created", json!(null));
        assert_eq!(record.id.to_string(), "audit_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
        assert_eq!((record.action.as_str(), record.log_type), ("created", LogType::LeaveRequestCreated));
        assert_eq!(record.description, "Leave request created");
        assert_eq!(record.status, Outcome::Success);
        assert_eq!(record.timestamp.to_string(), "2024-01-10T10:30:45.123Z");
        assert_eq!(record.version, Some(3));
        assert_eq!(record.error_message, None);
    }

    #[test]
    fn unknown_event_is_recorded_as_critical() {
        let record = record("leave.request_teleported", json!(null));
        assert_eq!(record.log_type, LogType::CriticalEvent);
        assert_eq!(record.action, "leave.request_teleported");
        assert!(record.description.contains("not known"));
        assert!(record.new_values.is_some(), "the record keeps the values");
    }

    #[test]
    fn out_of_band_change_is_recorded_with_its_cause() {
        let record = record("audit.critical_event", json!({"reason": "out_of_band_change"}));
        assert_eq!((record.action.as_str(), record.status), ("out_of_band_change", Outcome::Failure));
        assert_eq!(record.error_message.as_deref(), Some("out_of_band_change"));
        assert_eq!(record.description, "Leave request out of band change");
    }

    #[test]
    fn canonical_record_round_trips() {
        let written = record("leave.request_created", json!({"b": 1, "a": 2})).to_canonical().unwrap();
        let read: AuditRecord = serde_json::from_str(&written.text).unwrap();
        assert_eq!(read.to_canonical().unwrap().text, written.text);
        assert!(written.text.contains(r#""details":{"a":2,"b":1}"#) && written.text.contains(r#""days":"6.0""#));
        assert_eq!(written.entry.leaf, leaf_hash(written.text.as_bytes()));
    }

    #[test]
    fn record_concerns_the_person_in_its_values() {
        let mut record = record("leave.request_created", json!(null));
        assert!(!record.concerns("emp_1") && record.concerns("leave_456"));
        record.new_values = Some(json!({"employee_id": "emp_1", "manager_id": "emp_2"}));
        assert!(record.concerns("emp_1") && !record.concerns("emp_2"));
        record.new_values = None;
        record.old_values = Some(json!({"recipient_id": "emp_3"}));
        assert!(record.concerns("emp_3"), "the old values name the person");
    }

    #[test]
    fn debug_output_contains_no_values() {
        let line = format!("{:?}", record("leave.request_created", json!(null)));
        assert!(line.contains("audit_018f") && !line.contains("amount"), "{line}");
    }
}
