//! One record of the audit trail: the seed's model, made once and never changed.

use std::fmt;

use events::{Event, EventType, LogType, Outcome, Service};
use jiff::Timestamp;
use kernel::{AuditId, Origin};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    canonical::{canonical, integers_only},
    hash::Hash,
    merkle::leaf_hash,
};

/// A record of the audit trail.
///
/// Beside the seed's fields: `details` (what the images of the changed item do not show, such as a reason), `version`
/// (the changed entity's sequence number) and `recorded_by` (who wrote the record down, where `user_id` is who did
/// what it tells).
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Record {
    /// `audit_` and the UUID of the event.
    pub id: AuditId,
    /// Who did it: a person's id, `system:<function>` or `unknown`.
    pub user_id: String,
    /// The verb: `created`, `approved`, `check_in`.
    pub action: String,
    /// What it is filed under.
    #[schema(value_type = String)]
    pub log_type: LogType,
    /// What kind of thing was changed: `LeaveRequest`.
    pub entity_type: String,
    /// Which one.
    pub entity_id: Option<String>,
    /// The service whose data changed.
    pub service_name: String,
    /// Whether it came about.
    #[schema(value_type = String)]
    pub status: Outcome,
    /// One sentence for people.
    pub description: String,
    /// The thing before.
    pub old_values: Option<Value>,
    /// The thing after.
    pub new_values: Option<Value>,
    /// What the values do not show.
    pub details: Option<Value>,
    /// The caller's address.
    pub ip_address: Option<String>,
    /// The caller's program.
    pub user_agent: Option<String>,
    /// The request that did it.
    pub request_id: Option<String>,
    /// Why it did not come about.
    pub error_message: Option<String>,
    /// The sequence number of the changed entity.
    pub version: Option<u64>,
    /// Who wrote the record down.
    pub recorded_by: String,
    /// When it happened, to the millisecond.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// When it was recorded, to the millisecond.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Values may be personal: a debug line names the record only.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record").field("id", &self.id).field("log_type", &self.log_type).finish_non_exhaustive()
    }
}

/// A record in its one spelling: what is stored, archived, exported and hashed, byte for byte.
#[derive(Clone, PartialEq, Eq)]
pub struct CanonicalRecord {
    pub text: String,
    pub entry: SealEntry,
}

impl fmt::Debug for CanonicalRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Written").field(&self.entry).finish()
    }
}

/// What a seal holds of a record. The order is that of trees, archives and exports: by time, then id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct SealEntry {
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub timestamp: Timestamp,
    /// The record.
    pub id: AuditId,
    /// The RFC 9162 leaf hash of its canonical JSON.
    pub leaf: Hash,
}

impl SealEntry {
    /// The place in the order of records.
    pub const fn key(&self) -> (Timestamp, AuditId) {
        (self.timestamp, self.id)
    }
}

/// Cuts an instant to the millisecond: the precision of ids and of index keys.
pub fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

impl Record {
    /// A record that this service writes by itself for `origin`.
    pub fn of_own(id: AuditId, origin: &Origin, log_type: LogType, status: Outcome) -> Self {
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

    /// What an event says, recorded by `recorded_by` at `now`. An event that this build does not know is a critical
    /// event that says so: nothing is ever left out.
    pub fn from_event(event: Event, recorded_by: &str, now: Timestamp) -> Self {
        let known = event.event_type();
        let stamp = event.stamp;
        let log_type = known.map_or(LogType::CriticalEvent, EventType::log_type);
        let status = known.map_or(Outcome::Failure, EventType::outcome);
        let why = reason(stamp.data.as_ref());
        let action = match known {
            // A critical event is told by its cause: `out_of_band_change`.
            Some(EventType::AuditCriticalEvent) => why.clone().unwrap_or_else(|| stamp.event.clone()),
            Some(known) => known.action().to_owned(),
            None => stamp.event.clone(),
        };
        // The type says whose it is, so that a question by service finds it; only a critical event may be anybody's.
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
            error_message: why.filter(|_| status == Outcome::Failure),
            version: Some(event.version),
            recorded_by: recorded_by.to_owned(),
            timestamp: to_millisecond(stamp.at),
            created_at: to_millisecond(now),
        }
    }

    /// The record in its one spelling.
    ///
    /// # Errors
    /// When a value has no JSON form, which none of a record's has.
    pub fn to_canonical(&self) -> Result<CanonicalRecord, String> {
        let mut value = serde_json::to_value(self).map_err(|error| error.to_string())?;
        integers_only(&mut value);
        let text = canonical(&value).map_err(|error| error.to_string())?;
        let entry = SealEntry { timestamp: self.timestamp, id: self.id, leaf: leaf_hash(text.as_bytes()) };
        Ok(CanonicalRecord { text, entry })
    }

    /// Whether it is about this person: their record, or something of theirs that names them.
    pub fn concerns(&self, person: &str) -> bool {
        let names = |values: &Option<Value>| {
            let named = |name: &str| values.as_ref().and_then(|values| values.get(name)?.as_str()) == Some(person);
            named("employee_id") || named("recipient_id")
        };
        self.entity_id.as_deref() == Some(person) || names(&self.new_values) || names(&self.old_values)
    }
}

/// The cause that a writer gave, where it gave one as a text.
fn reason(data: Option<&Value>) -> Option<String> {
    let data = data?;
    ["reason", "kind", "change"].iter().find_map(|name| data.get(name)?.as_str().map(str::to_owned))
}

/// `LeaveRequest`, `created` -> `Leave request created`.
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

    fn record(kind: &str, data: Value) -> Record {
        Record::from_event(event(kind, data), "system:audit-on-event", "2024-01-10T10:30:47.5Z".parse().unwrap())
    }

    #[test]
    fn an_event_becomes_the_seeds_record() {
        let record = record("leave.request_created", json!(null));
        assert_eq!(record.id.to_string(), "audit_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8");
        assert_eq!((record.action.as_str(), record.log_type), ("created", LogType::LeaveRequestCreated));
        assert_eq!(record.description, "Leave request created", "as in the seed");
        assert_eq!(record.status, Outcome::Success);
        assert_eq!(record.timestamp.to_string(), "2024-01-10T10:30:45.123Z");
        assert_eq!(record.version, Some(3));
        assert_eq!(record.error_message, None);
    }

    #[test]
    fn an_unknown_event_is_recorded_as_a_critical_one_that_says_so() {
        let record = record("leave.request_teleported", json!(null));
        assert_eq!(record.log_type, LogType::CriticalEvent);
        assert_eq!(record.action, "leave.request_teleported");
        assert!(record.description.contains("not known"));
        assert!(record.new_values.is_some(), "nothing is left out");
    }

    #[test]
    fn a_hand_on_the_database_is_named() {
        let record = record("audit.critical_event", json!({"reason": "out_of_band_change"}));
        assert_eq!((record.action.as_str(), record.status), ("out_of_band_change", Outcome::Failure));
        assert_eq!(record.error_message.as_deref(), Some("out_of_band_change"));
        assert_eq!(record.description, "Leave request out of band change");
    }

    #[test]
    fn the_spelling_does_not_depend_on_the_delivery_and_reads_back() {
        let written = record("leave.request_created", json!({"b": 1, "a": 2})).to_canonical().unwrap();
        let read: Record = serde_json::from_str(&written.text).unwrap();
        assert_eq!(read.to_canonical().unwrap().text, written.text);
        assert!(written.text.contains(r#""details":{"a":2,"b":1}"#) && written.text.contains(r#""days":"6.0""#));
        assert_eq!(written.entry.leaf, leaf_hash(written.text.as_bytes()));
    }

    #[test]
    fn a_record_is_about_whom_its_values_name() {
        let mut record = record("leave.request_created", json!(null));
        assert!(!record.concerns("emp_1") && record.concerns("leave_456"));
        record.new_values = Some(json!({"employee_id": "emp_1", "manager_id": "emp_2"}));
        assert!(record.concerns("emp_1") && !record.concerns("emp_2"));
        record.new_values = None;
        record.old_values = Some(json!({"recipient_id": "emp_3"}));
        assert!(record.concerns("emp_3"), "what was removed is known by what it was");
    }

    #[test]
    fn a_debug_line_names_the_record_only() {
        let line = format!("{:?}", record("leave.request_created", json!(null)));
        assert!(line.contains("audit_018f") && !line.contains("amount"), "{line}");
    }
}
