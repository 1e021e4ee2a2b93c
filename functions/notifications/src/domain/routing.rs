//! Routing table: recipients, template and channels of every event.

use events::{Event, EventType};
use kernel::{Actor, EmployeeId};
use policy::leave::{Approval, Approver, Step};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    builtin_templates::TemplateName,
    channel::Channel::{self, Email, InApp},
};

/// Role in which a person is a recipient of an event.
///
/// - `subject`: person the event is about
/// - `approver`: approvers who are asked for the current step, and their delegates; of a cancelled or moved request those
///   who were asked or have decided
/// - `manager`: manager of the subject
/// - `hr`: everyone with the access role `hr`
/// - `admin`: everyone with the access role `admin`
/// - `named`: person named by the sender of a message
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientRole {
    /// Person the event is about.
    Subject,
    /// Approvers who are asked for the current step, and their delegates; of a cancelled or moved request those who were
    /// asked or have decided.
    Approver,
    /// Manager of the subject.
    Manager,
    /// Everyone with the access role `hr`.
    Hr,
    /// Everyone with the access role `admin`.
    Admin,
    /// Person named by the sender of a message.
    Named,
}

/// Row of the routing table: one kind of recipient of an event, with template and channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutingRule {
    pub to: RecipientRole,
    pub template: TemplateName,
    /// Default channels; the recipient's preferences have precedence.
    pub channels: &'static [Channel],
    /// Whether the actor is notified too, as a confirmation.
    pub includes_actor: bool,
}

/// Rule that notifies people other than the actor.
const fn notify_rule(to: RecipientRole, template: TemplateName, channels: &'static [Channel]) -> RoutingRule {
    RoutingRule { to, template, channels, includes_actor: false }
}

/// Rule that also notifies the actor, as a confirmation.
const fn confirm_rule(to: RecipientRole, template: TemplateName, channels: &'static [Channel]) -> RoutingRule {
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

/// Rules of an event, in order: a person whom several rules name is notified by the first. Empty for events that notify nobody.
pub const fn routing_rules(event: EventType) -> &'static [RoutingRule] {
    use EventType as E;
    use RecipientRole::{Admin, Approver, Hr, Manager, Subject};
    use TemplateName as T;
    match event {
        E::LeaveRequestCreated => rows![
            confirm_rule(Subject, T::LeaveRequestConfirmation, INBOX_AND_EMAIL),
            notify_rule(Approver, T::LeaveRequestApprovalNeeded, INBOX_AND_EMAIL),
            notify_rule(Manager, T::LeaveRequestCreated, INBOX),
            notify_rule(Hr, T::LeaveRequestCreated, INBOX),
        ],
        E::LeaveRequestAdvanced => rows![notify_rule(Approver, T::LeaveRequestApprovalNeeded, INBOX_AND_EMAIL)],
        E::LeaveRequestEscalated => rows![notify_rule(Approver, T::LeaveRequestEscalated, INBOX_AND_EMAIL)],
        E::LeaveRequestApproved => {
            rows![
                confirm_rule(Subject, T::LeaveRequestApproved, INBOX_AND_EMAIL),
                notify_rule(Hr, T::LeaveRequestApproved, INBOX)
            ]
        }
        E::LeaveRequestRejected => {
            rows![
                confirm_rule(Subject, T::LeaveRequestRejected, INBOX_AND_EMAIL),
                notify_rule(Hr, T::LeaveRequestRejected, INBOX)
            ]
        }
        E::LeaveRequestCancelled => rows![
            confirm_rule(Subject, T::LeaveRequestCancelled, INBOX_AND_EMAIL),
            notify_rule(Manager, T::LeaveRequestCancelled, INBOX_AND_EMAIL),
            notify_rule(Approver, T::LeaveRequestCancelled, INBOX),
            notify_rule(Hr, T::LeaveRequestCancelled, INBOX),
        ],
        E::LeaveRequestMoved => rows![
            confirm_rule(Subject, T::LeaveRequestMoved, INBOX_AND_EMAIL),
            notify_rule(Manager, T::LeaveRequestMoved, INBOX_AND_EMAIL),
            notify_rule(Approver, T::LeaveRequestMoved, INBOX),
            notify_rule(Hr, T::LeaveRequestMoved, INBOX),
        ],
        E::LeaveCreditProposed => rows![notify_rule(Approver, T::LeaveCreditProposed, INBOX_AND_EMAIL)],
        E::LeaveCreditApproved => rows![notify_rule(Subject, T::LeaveCreditApproved, INBOX_AND_EMAIL)],
        E::LeaveCreditRejected => rows![notify_rule(Subject, T::LeaveCreditRejected, INBOX_AND_EMAIL)],
        E::EmployeeCreated => rows![
            notify_rule(Subject, T::EmployeeWelcome, INBOX_AND_EMAIL),
            notify_rule(Manager, T::EmployeeCreated, INBOX),
            notify_rule(Hr, T::EmployeeCreated, INBOX),
        ],
        E::EmployeeUpdated | E::EmployeeRolesChanged | E::EmployeeCompensationChanged => {
            rows![notify_rule(Subject, T::EmployeeUpdated, INBOX)]
        }
        E::EmployeeStatusChanged => rows![
            notify_rule(Subject, T::EmployeeStatusChanged, INBOX_AND_EMAIL),
            notify_rule(Manager, T::EmployeeStatusChanged, INBOX),
            notify_rule(Hr, T::EmployeeStatusChanged, INBOX),
        ],
        E::EmployeeDeleted => {
            rows![notify_rule(Manager, T::EmployeeDeleted, INBOX_AND_EMAIL), notify_rule(Hr, T::EmployeeDeleted, INBOX)]
        }
        E::AttendanceCheckedIn => rows![confirm_rule(Subject, T::AttendanceCheckedIn, INBOX)],
        E::AttendanceCheckedOut => rows![confirm_rule(Subject, T::AttendanceCheckedOut, INBOX)],
        E::AttendanceLate => rows![notify_rule(Manager, T::AttendanceLate, INBOX)],
        E::AttendanceAbsent => rows![notify_rule(Hr, T::AttendanceAbsent, INBOX)],
        E::AttendanceIncomplete => rows![notify_rule(Subject, T::AttendanceIncomplete, INBOX_AND_EMAIL)],
        E::AttendanceOutsideWindow => rows![
            confirm_rule(Subject, T::AttendanceOutsideWindow, INBOX),
            notify_rule(Manager, T::AttendanceOutsideWindow, INBOX),
        ],
        E::AttendanceCorrectionRequested => {
            rows![notify_rule(Approver, T::AttendanceCorrectionRequested, INBOX_AND_EMAIL)]
        }
        E::AttendanceCorrection => rows![notify_rule(Subject, T::AttendanceCorrection, INBOX_AND_EMAIL)],
        E::AttendanceCorrectionRejected => {
            rows![notify_rule(Subject, T::AttendanceCorrectionRejected, INBOX_AND_EMAIL)]
        }
        E::CompliancePolicyUpdated => rows![notify_rule(Hr, T::CompliancePolicyUpdated, INBOX)],
        E::ComplianceViolationDetected => rows![
            notify_rule(Manager, T::ComplianceViolationDetected, INBOX),
            notify_rule(Hr, T::ComplianceViolationDetected, INBOX),
        ],
        E::ComplianceTrainingDue => {
            rows![
                notify_rule(Subject, T::ComplianceTrainingDue, INBOX_AND_EMAIL),
                notify_rule(Manager, T::ComplianceTrainingDue, INBOX)
            ]
        }
        E::AuditCriticalEvent => rows![notify_rule(Admin, T::AuditCriticalEvent, INBOX_AND_EMAIL)],
        E::UserPasswordResetRequested => rows![confirm_rule(Subject, T::PasswordReset, EMAIL)],
        _ => &[],
    }
}

/// Whether the subject is the only possible recipient of an event.
pub const fn notifies_only_subject(event: EventType) -> bool {
    matches!(routing_rules(event), [RoutingRule { to: RecipientRole::Subject, .. }])
}

/// Person the event is about, if any.
pub fn subject_of(event: &Event) -> Option<EmployeeId> {
    if matches!(event.stamp.entity_type.as_str(), "Employee" | "User" | "Compensation") {
        return event.stamp.entity_id.parse().ok();
    }
    [&event.new_values, &event.old_values]
        .into_iter()
        .flatten()
        .find_map(|values| employee_id_at(values, "employee_id"))
}

/// Manager of the subject in the new values of the event; the fallback when the subject no longer has a manager.
pub fn manager_of(event: &Event) -> Option<EmployeeId> {
    event.new_values.as_ref().and_then(|values| employee_id_at(values, "manager_id"))
}

fn employee_id_at(values: &Value, name: &str) -> Option<EmployeeId> {
    values.get(name)?.as_str()?.parse().ok()
}

/// Person who caused the event, if any.
pub fn actor_of(event: &Event) -> Option<EmployeeId> {
    match &event.stamp.actor {
        Actor::Person(id) => Some(*id),
        Actor::System(_) | Actor::Unknown => None,
    }
}

/// Whether the event is `audit.critical_event`.
pub fn is_critical_audit_event(event: &Event) -> bool {
    event.event_type() == Some(EventType::AuditCriticalEvent)
}

/// Pending approval of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingApproval {
    /// Approval steps and the current one. A correction and a compensatory credit have one step, decided by the manager.
    pub approval: Approval,
    /// Person who made the request, if the event names them.
    pub author: Option<EmployeeId>,
}

/// Pending approval of the leave request, correction or compensatory credit in the new values of an event, of a cancellation in the old ones;
/// none if it is not pending.
pub fn pending_approval(event: &Event) -> Option<PendingApproval> {
    let values = if is_cancellation(event) { &event.old_values } else { &event.new_values };
    let values = values.as_ref().filter(|values| values["status"] == "pending")?;
    if is_decided_by_manager(event) {
        let manager = Step { by: Approver::Manager, needed: 1, above_days: None, escalate_after_hours: None };
        let approval = Approval::start(vec![manager])?;
        return Some(PendingApproval { approval, author: employee_id_at(values, "requested_by") });
    }
    let approval = serde_json::from_value(values.get("approval")?.clone()).ok()?;
    Some(PendingApproval { approval, author: employee_id_at(values, "created_by") })
}

/// Whether the event returns days of a leave request.
fn is_cancellation(event: &Event) -> bool {
    event.event_type() == Some(EventType::LeaveRequestCancelled)
}

/// People who have decided a leave request of which days were returned or moved; empty for other events.
pub fn deciders_of_returned_leave(event: &Event) -> Vec<EmployeeId> {
    let returns = is_cancellation(event) || event.event_type() == Some(EventType::LeaveRequestMoved);
    let approval = event.new_values.as_ref().filter(|_| returns).and_then(|values| values.get("approval"));
    let approval: Option<Approval> = approval.and_then(|approval| serde_json::from_value(approval.clone()).ok());
    approval.map(|approval| approval.decisions.iter().map(|decision| decision.by).collect()).unwrap_or_default()
}

/// Whether the event concerns a correction of attendance or a compensatory credit. Their decisions are not delegated.
pub fn is_decided_by_manager(event: &Event) -> bool {
    matches!(event.stamp.entity_type.as_str(), "AttendanceCorrection" | "LeaveCredit")
}

/// Whether times are shown in the time zone of the subject's site instead of the reader's.
pub fn uses_site_time(event: &Event) -> bool {
    event.stamp.entity_type == "Attendance"
}

/// Whether the event changes a delegation of approvals.
pub const fn is_delegation_event(event: EventType) -> bool {
    use EventType as E;
    matches!(event, E::LeaveDelegationCreated | E::LeaveDelegationUpdated | E::LeaveDelegationDeleted)
}

/// Event types that `notifications-on-event` subscribes to.
pub fn consumed_event_types() -> impl Iterator<Item = EventType> {
    let messages = [EventType::NotificationRequested, EventType::NotificationBulkRequested];
    let other = move |event| messages.contains(&event) || is_delegation_event(event);
    EventType::ALL.iter().copied().filter(move |event| !routing_rules(*event).is_empty() || other(*event))
}

#[cfg(test)]
mod tests {
    use policy::leave::Parties;
    use serde_json::json;

    use super::*;
    use crate::domain::notification_type::NotificationType;

    #[test]
    fn every_notifying_event_has_rows_channels_and_a_type() {
        for event in EventType::ALL.iter().filter(|event| event.notification_type().is_some()) {
            assert!(!routing_rules(*event).is_empty(), "{event}");
        }
        for event in EventType::ALL.iter().filter(|event| !routing_rules(**event).is_empty()) {
            assert!(NotificationType::for_event(*event).is_some(), "{event}");
            assert!(routing_rules(*event).iter().all(|rule| !rule.channels.is_empty()), "{event}");
        }
    }

    /// Complete routing table, so that a change of recipients or channels is visible.
    #[test]
    fn routing_table_lists_recipients_and_channels_of_events() {
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
                "leave.request_cancelled Subject:in_app+email Manager:in_app+email Approver:in_app Hr:in_app",
                "leave.request_moved Subject:in_app+email Manager:in_app+email Approver:in_app Hr:in_app",
                "leave.request_advanced Approver:in_app+email",
                "leave.request_escalated Approver:in_app+email",
                "leave.credit_proposed Approver:in_app+email",
                "leave.credit_approved Subject:in_app+email",
                "leave.credit_rejected Subject:in_app+email",
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
    fn personal_events_have_the_subject_as_only_recipient() {
        let personal: Vec<_> =
            EventType::ALL.iter().filter(|event| notifies_only_subject(**event)).map(|event| event.as_str()).collect();
        assert_eq!(
            personal,
            [
                "user.password_reset_requested",
                "employee.updated",
                "employee.roles_changed",
                "employee.compensation_changed",
                "leave.credit_approved",
                "leave.credit_rejected",
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

    /// Approvers who are notified, and whether HR is.
    fn approvers(event: &Event, manager: Option<&str>) -> Option<(Vec<String>, bool)> {
        let id = |text: &str| text.parse::<EmployeeId>().unwrap();
        let PendingApproval { approval, author } = pending_approval(event)?;
        let parties = Parties {
            subject: id(SUBJECT),
            author: author.unwrap_or(id(SUBJECT)),
            manager: manager.map(id),
            second_manager: Some(id(SECOND)),
            unable: Vec::new(),
        };
        let approvers = approval.newly_asked_approvers(&parties)?;
        Some((approvers.employee_ids.iter().map(ToString::to_string).collect(), approvers.hr))
    }

    fn one(id: &str) -> Option<(Vec<String>, bool)> {
        Some((vec![id.to_owned()], false))
    }

    const HR: Option<(Vec<String>, bool)> = Some((Vec::new(), true));

    #[test]
    fn approvers_of_leave_follow_step_and_escalation_level() {
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
            assert_eq!(approvers(&event, Some(MANAGER)), expected, "{status} {by} {level}");
        }
        assert_eq!(approvers(&event(json!({"status": "approved"})), Some(MANAGER)), None);
        let approval = json!({"steps": [{"by": "manager", "needed": 1}], "step": 0, "level": 0});
        let by_manager = event(json!({"status": "pending", "approval": approval, "created_by": MANAGER}));
        assert_eq!(approvers(&by_manager, Some(MANAGER)), HR, "the manager made the request");
    }

    #[test]
    fn corrections_are_decided_by_the_manager_or_hr() {
        for (status, manager_id, requested_by, expected) in [
            ("pending", Some(MANAGER), NAMED, one(MANAGER)),
            ("pending", Some(MANAGER), MANAGER, HR),
            ("pending", None, NAMED, HR),
            ("approved", Some(MANAGER), NAMED, None),
        ] {
            let mut event = event(json!({"status": status, "manager_id": manager_id, "requested_by": requested_by}));
            event.stamp.entity_type = "AttendanceCorrection".into();
            assert_eq!(approvers(&event, manager_id), expected, "{status} {manager_id:?} {requested_by}");
            let mut credit = event.clone();
            (credit.stamp.entity_type, credit.new_values) =
                ("LeaveCredit".into(), Some(json!({"status": status, "manager_id": manager_id})));
            let expected = if status == "pending" { manager_id.map_or(HR, one) } else { None };
            assert_eq!(approvers(&credit, manager_id), expected, "the credit of a day is nobody's request");
        }
    }
}
