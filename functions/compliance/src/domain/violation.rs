//! The register of violations: what was broken by whom, and who has seen it.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use kernel::{EmployeeId, EventId, PolicyId, ViolationId};
use policy::leave::Violation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Builder;

/// One breach of one policy, as it was detected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breach {
    /// Id: the same for the same event and code, so that a second delivery finds the first.
    pub id: ViolationId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// Their manager when it was detected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// What is broken.
    pub code: String,
    /// The policy.
    pub policy_id: PolicyId,
    /// Its version.
    pub policy_version: u32,
    /// Whether it stood in the way of something.
    pub blocking: bool,
    /// A sentence with the figures.
    pub explanation: String,
    /// The figures.
    pub figures: Value,
    /// The event in which it was detected.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// What the event is about: a request, a day.
    pub entity_type: String,
    /// Its id.
    pub entity_id: String,
    /// When.
    pub detected_at: Timestamp,
    /// When somebody has seen it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_at: Option<Timestamp>,
    /// Who.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_by: Option<EmployeeId>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
}

/// Where a violation was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The event.
    pub event_id: EventId,
    /// Its type.
    pub event_type: String,
    /// What it is about.
    pub entity_type: String,
    /// Its id.
    pub entity_id: String,
    /// When.
    pub at: Timestamp,
}

impl Breach {
    /// A breach that nobody has seen yet.
    pub fn detected(
        employee_id: EmployeeId,
        manager_id: Option<EmployeeId>,
        violation: Violation,
        found: &Found,
    ) -> Self {
        Self {
            id: id_of(found.event_id, &violation.code, found.at),
            employee_id,
            manager_id,
            code: violation.code,
            policy_id: violation.policy.policy_id,
            policy_version: violation.policy.policy_version,
            blocking: violation.blocking,
            explanation: violation.explanation,
            figures: violation.figures,
            event_id: found.event_id,
            event_type: found.event_type.clone(),
            entity_type: found.entity_type.clone(),
            entity_id: found.entity_id.clone(),
            detected_at: found.at,
            acknowledged_at: None,
            acknowledged_by: None,
            comment: None,
        }
    }
}

/// The id of what one event says under one code; it sorts by time as all ids do.
fn id_of(event: EventId, code: &str, at: Timestamp) -> ViolationId {
    let hash = digest(&SHA256, format!("{event}\n{code}").as_bytes());
    let random: [u8; 10] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    ViolationId::new(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_event_and_a_code_have_one_id() {
        let event = |number| EventId::new(Uuid::from_u128(number));
        let at: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        assert_eq!(id_of(event(1), "blackout", at), id_of(event(1), "blackout", at));
        assert_ne!(id_of(event(1), "blackout", at), id_of(event(1), "notice_too_short", at));
        assert_ne!(id_of(event(1), "blackout", at), id_of(event(2), "blackout", at));
        let later: Timestamp = "2026-11-22T10:00:01Z".parse().unwrap();
        assert!(id_of(event(9), "x", at) < id_of(event(1), "x", later), "ids sort by time");
        assert_eq!(id_of(event(1), "x", at).uuid().get_version_num(), 7);
    }
}
