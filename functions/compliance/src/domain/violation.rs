//! The register of violations: what was broken by whom, and who has seen it.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, EventId, PolicyId, ViolationId};
use policy::leave::Violation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Builder;

/// One breach of one policy, as it was detected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationRecord {
    /// Id: the same for the same event and code, or the same day and code, so that a second one finds the first.
    pub id: ViolationId,
    pub employee_id: EmployeeId,
    /// Their manager when it was detected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    /// What is broken.
    pub code: String,
    pub policy_id: PolicyId,
    pub policy_version: u32,
    /// Whether it stood in the way of something.
    pub blocking: bool,
    /// A sentence with the figures.
    pub explanation: String,
    pub figures: Value,
    /// The event in which it was detected.
    pub event_id: EventId,
    pub event_type: String,
    /// What the event is about: a request, a day.
    pub entity_type: String,
    pub entity_id: String,
    pub detected_at: Timestamp,
    /// When somebody has seen it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_by: Option<EmployeeId>,
    /// What came of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
}

/// Where a violation was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViolationSource {
    pub event_id: EventId,
    pub event_type: String,
    /// What it is about.
    pub entity_type: String,
    pub entity_id: String,
    /// When.
    pub at: Timestamp,
    /// The day of attendance that it is about. A day is derived again whenever something of it changes, and what it breaks then it
    /// may have broken before.
    pub day: Option<Date>,
}

impl ViolationSource {
    /// The id of what is broken under one code; it sorts by time as all ids do: of a day, by the day's date.
    fn id_of(&self, code: &str) -> ViolationId {
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
        match self.day.and_then(|day| midnight(day).ok()) {
            Some(midnight) => id_of(&self.entity_id, code, midnight),
            None => id_of(&self.event_id.to_string(), code, self.at),
        }
    }
}

impl ViolationRecord {
    /// A breach that nobody has seen yet.
    pub fn new(
        employee_id: EmployeeId,
        manager_id: Option<EmployeeId>,
        violation: Violation,
        found: &ViolationSource,
    ) -> Self {
        Self {
            id: found.id_of(&violation.code),
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

fn id_of(what: &str, code: &str, at: Timestamp) -> ViolationId {
    let hash = digest(&SHA256, format!("{what}\n{code}").as_bytes());
    let random: [u8; 10] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    ViolationId::new(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn found(event: u128, entity: &str, at: &str, day: Option<&str>) -> ViolationSource {
        ViolationSource {
            event_id: EventId::new(Uuid::from_u128(event)),
            event_type: "leave.request_created".to_owned(),
            entity_type: "LeaveRequest".to_owned(),
            entity_id: entity.to_owned(),
            at: at.parse().unwrap(),
            day: day.map(|day| day.parse().unwrap()),
        }
    }

    #[test]
    fn an_event_and_a_code_have_one_id() {
        let at = "2026-11-22T10:00:00Z";
        let of = |event, at, code| found(event, "leave_1", at, None).id_of(code);
        assert_eq!(of(1, at, "blackout"), of(1, at, "blackout"));
        assert_ne!(of(1, at, "blackout"), of(1, at, "notice_too_short"));
        assert_ne!(of(1, at, "blackout"), of(2, at, "blackout"));
        assert!(of(9, at, "x") < of(1, "2026-11-22T10:00:01Z", "x"), "ids sort by time");
        assert_eq!(of(1, at, "x").uuid().get_version_num(), 7);
    }

    #[test]
    fn a_day_and_a_code_have_one_id_however_often_the_day_is_derived() {
        let (night, later) = ("2026-11-22T02:00:00Z", "2026-11-25T09:00:00Z");
        let of = |event, entity, at, day, code| found(event, entity, at, Some(day)).id_of(code);
        let first = of(1, "att_1", night, "2026-11-21", "daily_rest");
        assert_eq!(first, of(7, "att_1", later, "2026-11-21", "daily_rest"));
        assert_ne!(first, of(1, "att_1", night, "2026-11-21", "daily_maximum"));
        assert_ne!(first, of(1, "att_2", night, "2026-11-21", "daily_rest"), "another person's day");
        assert!(first < of(1, "att_3", night, "2026-11-22", "daily_rest"), "ids sort by day");
        assert_eq!(first.uuid().get_version_num(), 7);
    }
}
