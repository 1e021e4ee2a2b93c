//! Who hears of which event, in which words, through which channels: one table.

use events::{Event, EventType};
use kernel::{Actor, EmployeeId};
use policy::leave::{Approval, Approver, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::channel::Channel::{self, Email, InApp};

/// As what somebody hears of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRole {
    /// The person it is about.
    Subject,
    /// Those whose decision it waits for, and those who decide in their place.
    Approver,
    /// The manager of the person it is about.
    Manager,
    /// Everybody of HR.
    Hr,
    /// Everybody who runs the system.
    Admin,
    /// Somebody named by whoever sends it.
    Named,
}

/// One row: somebody who hears, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutingRule {
    pub to: RecipientRole,
    /// In which words.
    pub template: &'static str,
    /// Through which channels, unless the recipient wants others.
    pub channels: &'static [Channel],
    /// Whether it also goes to the one who did it: a confirmation, and not news.
    pub includes_actor: bool,
}

const fn notify(to: RecipientRole, template: &'static str, channels: &'static [Channel]) -> RoutingRule {
    RoutingRule { to, template, channels, includes_actor: false }
}

const fn confirm(to: RecipientRole, template: &'static str, channels: &'static [Channel]) -> RoutingRule {
    RoutingRule { to, template, channels, includes_actor: true }
}

const INBOX: &[Channel] = &[InApp];
const INBOX_AND_EMAIL: &[Channel] = &[InApp, Email];
const EMAIL: &[Channel] = &[Email];

macro_rules! rows {
    ($($row:expr),* $(,)?) => {
        const { &[$($row),*] }
    };
}

/// The rows of an event, in order: somebody who is met twice hears by the first row. None for what concerns nobody.
pub const fn routing_rules(event: EventType) -> &'static [RoutingRule] {
    use EventType as E;
    use RecipientRole::{Admin, Approver, Hr, Manager, Subject};
    match event {
        E::LeaveRequestCreated => rows![
            confirm(Subject, "leave_request_confirmation", INBOX_AND_EMAIL),
            notify(Approver, "leave_request_approval_needed", INBOX_AND_EMAIL),
            notify(Manager, "leave_request_created", INBOX),
            notify(Hr, "leave_request_created", INBOX),
        ],
        E::LeaveRequestAdvanced => rows![notify(Approver, "leave_request_approval_needed", INBOX_AND_EMAIL)],
        E::LeaveRequestEscalated => rows![notify(Approver, "leave_request_escalated", INBOX_AND_EMAIL)],
        E::LeaveRequestApproved => {
            rows![
                confirm(Subject, "leave_request_approved", INBOX_AND_EMAIL),
                notify(Hr, "leave_request_approved", INBOX)
            ]
        }
        E::LeaveRequestRejected => {
            rows![
                confirm(Subject, "leave_request_rejected", INBOX_AND_EMAIL),
                notify(Hr, "leave_request_rejected", INBOX)
            ]
        }
        E::LeaveRequestCancelled => rows![
            confirm(Subject, "leave_request_cancelled", INBOX_AND_EMAIL),
            notify(Manager, "leave_request_cancelled", INBOX_AND_EMAIL),
            notify(Hr, "leave_request_cancelled", INBOX),
        ],
        E::EmployeeCreated => rows![
            notify(Subject, "employee_welcome", INBOX_AND_EMAIL),
            notify(Manager, "employee_created", INBOX),
            notify(Hr, "employee_created", INBOX),
        ],
        E::EmployeeUpdated | E::EmployeeRolesChanged | E::EmployeeCompensationChanged => {
            rows![notify(Subject, "employee_updated", INBOX)]
        }
        E::EmployeeStatusChanged => rows![
            notify(Subject, "employee_status_changed", INBOX_AND_EMAIL),
            notify(Manager, "employee_status_changed", INBOX),
            notify(Hr, "employee_status_changed", INBOX),
        ],
        E::EmployeeDeleted => {
            rows![notify(Manager, "employee_deleted", INBOX_AND_EMAIL), notify(Hr, "employee_deleted", INBOX)]
        }
        E::AttendanceCheckedIn => rows![confirm(Subject, "attendance_checked_in", INBOX)],
        E::AttendanceCheckedOut => rows![confirm(Subject, "attendance_checked_out", INBOX)],
        E::AttendanceLate => rows![notify(Manager, "attendance_late", INBOX)],
        E::AttendanceAbsent => rows![notify(Hr, "attendance_absent", INBOX)],
        E::AttendanceIncomplete => rows![notify(Subject, "attendance_incomplete", INBOX_AND_EMAIL)],
        E::AttendanceOutsideWindow => rows![
            confirm(Subject, "attendance_outside_window", INBOX),
            notify(Manager, "attendance_outside_window", INBOX),
        ],
        E::AttendanceCorrectionRequested => rows![notify(Approver, "attendance_correction_requested", INBOX_AND_EMAIL)],
        E::AttendanceCorrection => rows![notify(Subject, "attendance_correction", INBOX_AND_EMAIL)],
        E::AttendanceCorrectionRejected => rows![notify(Subject, "attendance_correction_rejected", INBOX_AND_EMAIL)],
        E::CompliancePolicyUpdated => rows![notify(Hr, "compliance_policy_updated", INBOX)],
        E::ComplianceViolationDetected => rows![
            notify(Manager, "compliance_violation_detected", INBOX),
            notify(Hr, "compliance_violation_detected", INBOX),
        ],
        E::ComplianceTrainingDue => {
            rows![
                notify(Subject, "compliance_training_due", INBOX_AND_EMAIL),
                notify(Manager, "compliance_training_due", INBOX)
            ]
        }
        E::AuditCriticalEvent => rows![notify(Admin, "audit_critical_event", INBOX_AND_EMAIL)],
        E::UserPasswordResetRequested => rows![confirm(Subject, "password_reset", EMAIL)],
        _ => &[],
    }
}

/// Whether only the one whom an event is about may ever hear of it.
pub const fn is_personal(event: EventType) -> bool {
    matches!(routing_rules(event), [RoutingRule { to: RecipientRole::Subject, .. }])
}

/// The person an event is about, if it is about one.
pub fn subject(event: &Event) -> Option<EmployeeId> {
    if matches!(event.stamp.entity_type.as_str(), "Employee" | "User" | "Compensation") {
        return event.stamp.entity_id.parse().ok();
    }
    [&event.new_values, &event.old_values].into_iter().flatten().find_map(|values| id(values, "employee_id"))
}

/// The subject's manager as the event knows them: for those who have left since.
pub fn manager(event: &Event) -> Option<EmployeeId> {
    event.new_values.as_ref().and_then(|values| id(values, "manager_id"))
}

fn id(values: &Value, name: &str) -> Option<EmployeeId> {
    values.get(name)?.as_str()?.parse().ok()
}

/// The one who did it, if it was a person.
pub fn actor(event: &Event) -> Option<EmployeeId> {
    match &event.stamp.actor {
        Actor::Person(id) => Some(*id),
        Actor::System(_) | Actor::Unknown => None,
    }
}

/// Whether an event tells of something that should never happen.
pub fn is_critical(event: &Event) -> bool {
    event.event_type() == Some(EventType::AuditCriticalEvent)
}

/// A way of approval that waits for a decision, and the author of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingApproval {
    /// Its steps, and the one that waits. A correction has one, of the manager.
    pub approval: Approval,
    /// Person who made the request; unknown in events that do not say.
    pub author: Option<EmployeeId>,
}

/// The decision that a request waits for, by its own record.
pub fn pending_approval(event: &Event) -> Option<PendingApproval> {
    let values = event.new_values.as_ref().filter(|values| values["status"] == "pending")?;
    if is_correction(event) {
        let manager = Step { by: Approver::Manager, needed: 1, above_days: None, escalate_after_hours: None };
        let approval = Approval::start(vec![manager])?;
        return Some(PendingApproval { approval, author: id(values, "requested_by") });
    }
    let approval = serde_json::from_value(values.get("approval")?.clone()).ok()?;
    Some(PendingApproval { approval, author: id(values, "created_by") })
}

/// Whether an event is about a correction of attendance: nobody decides about those in somebody's place.
pub fn is_correction(event: &Event) -> bool {
    event.stamp.entity_type == "AttendanceCorrection"
}

/// Whether the times of an event are those of clocks at the site of the person it is about, wherever they are read.
pub fn uses_site_time(event: &Event) -> bool {
    event.stamp.entity_type == "Attendance"
}

/// Whether an event tells who decides in whose place.
pub const fn is_of_delegations(event: EventType) -> bool {
    use EventType as E;
    matches!(event, E::LeaveDelegationCreated | E::LeaveDelegationUpdated | E::LeaveDelegationDeleted)
}

/// Every type of event that somebody may hear of, or that changes who does.
pub fn consumed_event_types() -> impl Iterator<Item = EventType> {
    let asked = [EventType::NotificationRequested, EventType::NotificationBulkRequested];
    let other = move |event| asked.contains(&event) || is_of_delegations(event);
    EventType::ALL.iter().copied().filter(move |event| !routing_rules(*event).is_empty() || other(*event))
}

#[cfg(test)]
mod tests {
    use policy::leave::Parties;
    use serde_json::json;

    use super::*;
    use crate::domain::builtin_templates;

    #[test]
    fn every_notification_type_of_the_catalogue_has_rows_with_templates_that_ship() {
        for event in EventType::ALL.iter().filter(|event| event.notification().is_some()) {
            assert!(!routing_rules(*event).is_empty(), "{event}");
        }
        for rule in EventType::ALL.iter().flat_map(|event| routing_rules(*event)) {
            assert!(builtin_templates::NAMES.contains(&rule.template), "{}", rule.template);
            assert!(!rule.channels.is_empty());
        }
    }

    /// The table as people read it: what changes here changes what people hear.
    #[test]
    fn the_table_of_events_and_who_hears() {
        let table: Vec<String> = EventType::ALL
            .iter()
            .filter(|event| !routing_rules(**event).is_empty())
            .map(|event| {
                let row = |rule: &RoutingRule| {
                    let channels: Vec<_> = rule.channels.iter().map(|channel| channel.as_str()).collect();
                    format!("{:?}:{}", rule.to, channels.join("+"))
                };
                format!("{event} {}", routing_rules(*event).iter().map(row).collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            table,
            [
                "user.password_reset_requested Subject:email",
                "employee.created Subject:in_app+email Manager:in_app Hr:in_app",
                "employee.updated Subject:in_app",
                "employee.deleted Manager:in_app+email Hr:in_app",
                "employee.status_changed Subject:in_app+email Manager:in_app Hr:in_app",
                "employee.roles_changed Subject:in_app",
                "employee.compensation_changed Subject:in_app",
                "leave.request_created Subject:in_app+email Approver:in_app+email Manager:in_app Hr:in_app",
                "leave.request_approved Subject:in_app+email Hr:in_app",
                "leave.request_rejected Subject:in_app+email Hr:in_app",
                "leave.request_cancelled Subject:in_app+email Manager:in_app+email Hr:in_app",
                "leave.request_advanced Approver:in_app+email",
                "leave.request_escalated Approver:in_app+email",
                "attendance.checked_in Subject:in_app",
                "attendance.checked_out Subject:in_app",
                "attendance.late Manager:in_app",
                "attendance.absent Hr:in_app",
                "attendance.incomplete Subject:in_app+email",
                "attendance.correction Subject:in_app+email",
                "attendance.correction_requested Approver:in_app+email",
                "attendance.correction_rejected Subject:in_app+email",
                "attendance.outside_window Subject:in_app Manager:in_app",
                "compliance.policy_updated Hr:in_app",
                "compliance.violation_detected Manager:in_app Hr:in_app",
                "compliance.training_due Subject:in_app+email Manager:in_app",
                "audit.critical_event Admin:in_app+email",
            ]
        );
    }

    #[test]
    fn the_table_of_events_of_which_one_person_hears() {
        let personal: Vec<_> =
            EventType::ALL.iter().filter(|event| is_personal(**event)).map(|event| event.as_str()).collect();
        assert_eq!(
            personal,
            [
                "user.password_reset_requested",
                "employee.updated",
                "employee.roles_changed",
                "employee.compensation_changed",
                "attendance.checked_in",
                "attendance.checked_out",
                "attendance.incomplete",
                "attendance.correction",
                "attendance.correction_rejected",
            ]
        );
    }

    fn event(values: Value) -> Event {
        serde_json::from_value(json!({
            "id": "evt_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "type": "leave.request_created",
            "entity_type": "LeaveRequest",
            "entity_id": "leave_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "actor": "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8",
            "request_id": "req_1",
            "at": "2024-01-10T10:30:45Z",
            "service": "leave-management-service",
            "version": 1,
            "new_values": values,
        }))
        .unwrap()
    }

    const MANAGER: &str = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";
    const SECOND: &str = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9d9";
    const NAMED: &str = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9da";
    const SUBJECT: &str = "emp_018f6b0e4a3b7c21a5d4c3b2a1f0e9db";

    /// The people who are told to decide, and whether HR is.
    fn asked(event: &Event, manager: Option<&str>) -> Option<(Vec<String>, bool)> {
        let id = |text: &str| text.parse::<EmployeeId>().unwrap();
        let PendingApproval { approval, author } = pending_approval(event)?;
        let parties = Parties {
            subject: id(SUBJECT),
            author: author.unwrap_or(id(SUBJECT)),
            manager: manager.map(id),
            second_manager: Some(id(SECOND)),
        };
        let asked = approval.newly_asked(&parties)?;
        Some((asked.employee_ids.iter().map(ToString::to_string).collect(), asked.hr))
    }

    fn one(id: &str) -> Option<(Vec<String>, bool)> {
        Some((vec![id.to_owned()], false))
    }

    const HR: Option<(Vec<String>, bool)> = Some((Vec::new(), true));

    #[test]
    fn the_table_of_whose_decision_leave_waits_for() {
        let people = json!({"people": [NAMED]});
        for (status, by, level, expected) in [
            ("pending", json!("manager"), 0, one(MANAGER)),
            ("pending", json!("manager"), 1, one(SECOND)),
            ("pending", json!("manager"), 2, HR),
            ("pending", json!("second_manager"), 0, one(SECOND)),
            ("pending", json!("second_manager"), 1, HR),
            ("pending", json!("hr"), 0, HR),
            ("pending", people.clone(), 0, one(NAMED)),
            ("pending", people, 1, one(SECOND)),
            ("approved", json!("manager"), 0, None),
        ] {
            let approval = json!({"steps": [{"by": by, "needed": 1}], "step": 0, "level": level});
            let event = event(json!({"status": status, "approval": approval}));
            assert_eq!(asked(&event, Some(MANAGER)), expected, "{status} {by} {level}");
        }
        assert_eq!(asked(&event(json!({"status": "approved"})), Some(MANAGER)), None);
        let approval = json!({"steps": [{"by": "manager", "needed": 1}], "step": 0, "level": 0});
        let by_manager = event(json!({"status": "pending", "approval": approval, "created_by": MANAGER}));
        assert_eq!(asked(&by_manager, Some(MANAGER)), HR, "the manager asked for it");
    }

    #[test]
    fn the_table_of_whose_decision_a_correction_waits_for() {
        for (status, manager_id, requested_by, expected) in [
            ("pending", Some(MANAGER), NAMED, one(MANAGER)),
            ("pending", Some(MANAGER), MANAGER, HR),
            ("pending", None, NAMED, HR),
            ("approved", Some(MANAGER), NAMED, None),
        ] {
            let mut event = event(json!({"status": status, "manager_id": manager_id, "requested_by": requested_by}));
            event.stamp.entity_type = "AttendanceCorrection".into();
            assert_eq!(asked(&event, manager_id), expected, "{status} {manager_id:?} {requested_by}");
        }
    }
}
