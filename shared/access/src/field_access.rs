//! Restricted fields: the roles that may read each group, and the redaction for everyone else.

use serde_json::Value;

use crate::{Relation, Role, Roles, Scope};

/// Group of fields that needs a grant of its own. Fields of no group are open to all who may see the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldGroup {
    /// Private contact data, such as the telephone number.
    Contact,
    /// Salary and other compensation.
    Pay,
    /// Reasons, comments, attachments, positions of punches, and the content of messages.
    PrivateText,
}

impl FieldGroup {
    /// All groups of restricted fields.
    pub const ALL: [Self; 3] = [Self::Contact, Self::Pay, Self::PrivateText];
}

/// Replacement for the value of a restricted field.
pub const REDACTED: &str = "[redacted]";

/// Grants for restricted fields: role x scope x group.
const FIELD_GRANTS: &[(Role, Scope, FieldGroup)] = &[
    (Role::Employee, Scope::Own, FieldGroup::Contact),
    (Role::Employee, Scope::Own, FieldGroup::Pay),
    (Role::Manager, Scope::Reports, FieldGroup::Contact),
    (Role::Hr, Scope::All, FieldGroup::Contact),
    (Role::Hr, Scope::All, FieldGroup::Pay),
    (Role::Admin, Scope::All, FieldGroup::Contact),
    (Role::Employee, Scope::Own, FieldGroup::PrivateText),
    (Role::Manager, Scope::Reports, FieldGroup::PrivateText),
    (Role::Hr, Scope::All, FieldGroup::PrivateText),
];

/// Names of restricted fields at any depth of a record, with the entity types they apply to; an empty list means all types.
/// A `reason` is private in a leave request, but not in a refused login.
const RESTRICTED_FIELDS: &[(&str, FieldGroup, &[&str])] = &[
    ("phone", FieldGroup::Contact, &[]),
    ("salary", FieldGroup::Pay, &[]),
    ("amount_minor", FieldGroup::Pay, &[]),
    ("rejected_reason", FieldGroup::PrivateText, &[]),
    ("comments", FieldGroup::PrivateText, &[]),
    ("attachment_id", FieldGroup::PrivateText, &[]),
    (
        "reason",
        FieldGroup::PrivateText,
        &["LeaveRequest", "LeaveAccount", "LeaveDelegation", "Attendance", "AttendanceCorrection"],
    ),
    ("position", FieldGroup::PrivateText, &["Attendance", "AttendanceCorrection"]),
    ("inputs", FieldGroup::PrivateText, &["LeaveAccount"]),
    ("context", FieldGroup::PrivateText, MESSAGE_ENTITIES),
    ("body", FieldGroup::PrivateText, MESSAGE_ENTITIES),
    ("text", FieldGroup::PrivateText, MESSAGE_ENTITIES),
    ("html", FieldGroup::PrivateText, MESSAGE_ENTITIES),
];

/// Entity types that contain messages to people. Templates are not restricted.
const MESSAGE_ENTITIES: &[&str] = &["Notification", "BulkNotification"];

/// Groups of restricted fields that a caller may read of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadableFields {
    contact: bool,
    pay: bool,
    private_text: bool,
}

impl ReadableFields {
    /// Groups that a caller with these roles may read of a person with this relation to the caller.
    pub fn of(roles: Roles, relation: Relation) -> Self {
        let may = |group| {
            FIELD_GRANTS.iter().any(|&(role, scope, granted)| {
                granted == group && roles.has(role) && crate::Grant::default().with(scope).covers(relation)
            })
        };
        Self {
            contact: may(FieldGroup::Contact),
            pay: may(FieldGroup::Pay),
            private_text: may(FieldGroup::PrivateText),
        }
    }

    /// Whether the caller may read the group.
    pub const fn may_read(self, group: FieldGroup) -> bool {
        match group {
            FieldGroup::Contact => self.contact,
            FieldGroup::Pay => self.pay,
            FieldGroup::PrivateText => self.private_text,
        }
    }
}

/// Replaces the values that the caller may not read by [`REDACTED`], at any depth of a record; null remains null.
///
/// `entity_type` is the type of the record, such as `LeaveRequest`.
pub fn redact(value: &mut Value, entity_type: &str, fields: ReadableFields) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let hidden = RESTRICTED_FIELDS.iter().any(|(known, group, entities)| {
                    let here = entities.is_empty() || entities.contains(&entity_type);
                    here && known == name && !fields.may_read(*group)
                });
                if hidden && !member.is_null() {
                    *member = Value::String(REDACTED.to_owned());
                } else {
                    redact(member, entity_type, fields);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, entity_type, fields)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn roles(roles: &[Role]) -> Roles {
        roles.iter().copied().collect()
    }

    #[test]
    fn only_the_owner_and_hr_read_pay() {
        for role in Role::ALL {
            for relation in [Relation::Oneself, Relation::Report, Relation::Colleague, Relation::Other] {
                let may = ReadableFields::of(roles(&[role]), relation).may_read(FieldGroup::Pay);
                let should = role == Role::Hr || (role == Role::Employee && relation == Relation::Oneself);
                assert_eq!(may, should, "{role} over {relation:?}");
            }
        }
    }

    #[test]
    fn auditor_sees_pay_changes_without_amounts() {
        let mut record = json!({
            "old_values": null,
            "new_values": {"history": [{"effective_date": "2024-01-01", "salary": {"amount_minor": 1, "currency": "EUR"}}], "phone": null},
        });
        redact(&mut record, "Employee", ReadableFields::of(roles(&[Role::Auditor]), Relation::Other));
        assert_eq!(record["new_values"]["history"][0]["salary"], json!(REDACTED));
        assert_eq!(record["new_values"]["history"][0]["effective_date"], json!("2024-01-01"));
        assert_eq!(record["new_values"]["phone"], json!(null), "null is not redacted");
    }

    #[test]
    fn only_the_person_managers_and_hr_read_private_text() {
        for role in Role::ALL {
            for relation in [Relation::Oneself, Relation::Report, Relation::Colleague, Relation::Other] {
                let may = ReadableFields::of(roles(&[role]), relation).may_read(FieldGroup::PrivateText);
                let should = match role {
                    Role::Hr => true,
                    Role::Employee => relation == Relation::Oneself,
                    Role::Manager => relation == Relation::Report,
                    Role::Admin | Role::Auditor => false,
                };
                assert_eq!(may, should, "{role} over {relation:?}");
            }
        }
    }

    #[test]
    fn auditor_sees_leave_changes_without_private_text() {
        let request = json!({
            "leave_type": "sick", "status": "rejected", "reason": "A broken leg", "rejected_reason": "No room",
            "attachment_id": "file_1", "approval": {"decisions": [{"by": "emp_1", "comments": "Get well"}]},
        });
        let shown = |entity: &str, role: Role, relation: Relation| {
            let mut values = request.clone();
            redact(&mut values, entity, ReadableFields::of(roles(&[role]), relation));
            values
        };
        for (role, relation) in
            [(Role::Auditor, Relation::Other), (Role::Admin, Relation::Other), (Role::Manager, Relation::Other)]
        {
            let values = shown("LeaveRequest", role, relation);
            assert_eq!((&values["leave_type"], &values["status"]), (&json!("sick"), &json!("rejected")));
            for name in ["reason", "rejected_reason", "attachment_id"] {
                assert_eq!(values[name], REDACTED, "{name} for {role}");
            }
            assert_eq!(values["approval"]["decisions"][0]["comments"], REDACTED);
        }
        assert_eq!(shown("LeaveRequest", Role::Hr, Relation::Other), request);
        assert_eq!(shown("LeaveRequest", Role::Manager, Relation::Report), request);
        assert_eq!(shown("Session", Role::Auditor, Relation::Other)["reason"], request["reason"]);
    }

    #[test]
    fn auditor_sees_punches_without_position_and_reason() {
        let position = json!({"latitude_e6": 52_521_918, "longitude_e6": 13_413_215, "accuracy_m": 12});
        let day = json!({"punches": [{"kind": "check_in", "reason": "A broken terminal", "position": position}]});
        let shown = |role: Role, relation: Relation| {
            let mut values = day.clone();
            redact(&mut values, "Attendance", ReadableFields::of(roles(&[role]), relation));
            values
        };
        let punch = &shown(Role::Auditor, Relation::Other)["punches"][0];
        assert_eq!((&punch["kind"], &punch["reason"]), (&json!("check_in"), &json!(REDACTED)));
        assert_eq!(punch["position"], REDACTED);
        assert_eq!(shown(Role::Manager, Relation::Report), day);
    }

    #[test]
    fn message_texts_are_redacted_and_templates_are_not() {
        let message =
            json!({"title": "Leave approved", "body": "Dear Ada", "context": {"reason": "Rest"}, "text": null});
        let auditor = ReadableFields::of(roles(&[Role::Auditor]), Relation::Other);
        let (mut notification, mut template) = (message.clone(), message.clone());
        redact(&mut notification, "Notification", auditor);
        redact(&mut template, "NotificationTemplate", auditor);
        assert_eq!(
            notification,
            json!({"title": "Leave approved", "body": REDACTED, "context": REDACTED, "text": null})
        );
        assert_eq!(template, message);
    }
}
