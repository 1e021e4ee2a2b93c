//! Registered violations of policies, with their acknowledgement.

use aws_lc_rs::digest::{SHA256, digest};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, EventId, PolicyId, ViolationId};
use policy::leave::Violation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Builder;

/// Registered violation of a policy by a leave request or a shift day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViolationRecord {
    /// Id derived from the event or shift day and the code, so that a repeated violation has the same id.
    pub id: ViolationId,
    pub employee_id: EmployeeId,
    /// Manager of the employee at the time of detection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub code: String,
    pub policy_id: PolicyId,
    pub policy_version: u32,
    pub blocking: bool,
    /// English sentence, for notifications; answers build theirs from the figures.
    pub explanation: String,
    pub figures: Value,
    /// Event in which the violation was detected.
    pub event_id: EventId,
    pub event_type: String,
    /// Type of the event's entity, which is a leave request or a shift day.
    pub entity_type: String,
    pub entity_id: String,
    pub detected_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub acknowledged_by: Option<EmployeeId>,
    /// Comment on the resolution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
}

/// Event in which a violation was detected: of a leave request or of a shift day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViolationSource {
    pub event_id: EventId,
    pub event_type: String,
    pub entity_type: String,
    pub entity_id: String,
    pub at: Timestamp,
    /// Date of the shift day; `None` for a leave request. A day is derived again after each change, and may then repeat a
    /// violation.
    pub day: Option<Date>,
}

impl ViolationSource {
    /// Id of the violation with this code. It sorts by the time of the event, or by the date of the shift day.
    fn violation_id(&self, code: &str) -> ViolationId {
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|midnight| midnight.timestamp());
        match self.day.and_then(|day| midnight(day).ok()) {
            Some(midnight) => derived_violation_id(&self.entity_id, code, midnight),
            None => derived_violation_id(&self.event_id.to_string(), code, self.at),
        }
    }
}

impl ViolationRecord {
    /// Violation without an acknowledgement.
    pub fn new(
        employee_id: EmployeeId,
        manager_id: Option<EmployeeId>,
        violation: Violation,
        source: &ViolationSource,
    ) -> Self {
        Self {
            id: source.violation_id(&violation.finding.code),
            employee_id,
            manager_id,
            code: violation.finding.code,
            policy_id: violation.policy.policy_id,
            policy_version: violation.policy.policy_version,
            blocking: violation.blocking,
            explanation: violation.explanation,
            figures: violation.finding.figures,
            event_id: source.event_id,
            event_type: source.event_type.clone(),
            entity_type: source.entity_type.clone(),
            entity_id: source.entity_id.clone(),
            detected_at: source.at,
            acknowledged_at: None,
            acknowledged_by: None,
            comment: None,
        }
    }
}

fn derived_violation_id(source_id: &str, code: &str, at: Timestamp) -> ViolationId {
    let hash = digest(&SHA256, format!("{source_id}\n{code}").as_bytes());
    let random: [u8; 10] = hash.as_ref().first_chunk().copied().unwrap_or_default();
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    ViolationId::new(Builder::from_unix_timestamp_millis(milliseconds, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn source(event: u128, entity: &str, at: &str, day: Option<&str>) -> ViolationSource {
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
    fn violation_id_depends_on_event_and_code() {
        let at = "2026-11-22T10:00:00Z";
        let id = |event, at, code| source(event, "leave_1", at, None).violation_id(code);
        assert_eq!(id(1, at, "blackout"), id(1, at, "blackout"));
        assert_ne!(id(1, at, "blackout"), id(1, at, "notice_too_short"));
        assert_ne!(id(1, at, "blackout"), id(2, at, "blackout"));
        assert!(id(9, at, "x") < id(1, "2026-11-22T10:00:01Z", "x"), "ids sort by time");
        assert_eq!(id(1, at, "x").uuid().get_version_num(), 7);
    }

    #[test]
    fn violation_id_of_a_shift_day_is_stable() {
        let (night, later) = ("2026-11-22T02:00:00Z", "2026-11-25T09:00:00Z");
        let id = |event, entity, at, day, code| source(event, entity, at, Some(day)).violation_id(code);
        let first = id(1, "att_1", night, "2026-11-21", "daily_rest");
        assert_eq!(first, id(7, "att_1", later, "2026-11-21", "daily_rest"));
        assert_ne!(first, id(1, "att_1", night, "2026-11-21", "daily_maximum"));
        assert_ne!(first, id(1, "att_2", night, "2026-11-21", "daily_rest"), "the day of another employee");
        assert!(first < id(1, "att_3", night, "2026-11-22", "daily_rest"), "ids sort by day");
        assert_eq!(first.uuid().get_version_num(), 7);
    }
}
