//! Restricted fields: who may read which group, and how the rest is hidden.

use serde_json::Value;

use crate::{Relation, Role, Roles, Scope};

/// A group of fields that needs a right of its own. What is in no group is open to whoever may see the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FieldGroup {
    /// Private contact: telephone.
    Contact,
    /// Salary and other compensation.
    Pay,
}

/// What stands where a field may not be read.
pub const REDACTED: &str = "[redacted]";

/// The field rights: role x scope x group.
const RIGHTS: &[(Role, Scope, FieldGroup)] = &[
    (Role::Employee, Scope::Own, FieldGroup::Contact),
    (Role::Employee, Scope::Own, FieldGroup::Pay),
    (Role::Manager, Scope::Reports, FieldGroup::Contact),
    (Role::Hr, Scope::All, FieldGroup::Contact),
    (Role::Hr, Scope::All, FieldGroup::Pay),
    (Role::Admin, Scope::All, FieldGroup::Contact),
];

/// The names under which restricted values appear in records, wherever they stand.
const NAMES: &[(&str, FieldGroup)] =
    &[("phone", FieldGroup::Contact), ("salary", FieldGroup::Pay), ("amount_minor", FieldGroup::Pay)];

/// The groups that one caller may read of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    contact: bool,
    pay: bool,
}

impl Fields {
    /// The rights of somebody with these roles over a person who is `relation` to them.
    pub fn of(roles: Roles, relation: Relation) -> Self {
        let may = |group| {
            RIGHTS.iter().any(|&(role, scope, granted)| {
                granted == group && roles.has(role) && crate::Grant::default().with(scope).reaches(relation)
            })
        };
        Self { contact: may(FieldGroup::Contact), pay: may(FieldGroup::Pay) }
    }

    /// Whether this group may be read.
    pub const fn may_read(self, group: FieldGroup) -> bool {
        match group {
            FieldGroup::Contact => self.contact,
            FieldGroup::Pay => self.pay,
        }
    }
}

/// Hides, at any depth, what the caller may not read.
pub fn redact(value: &mut Value, fields: Fields) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let hidden = NAMES.iter().any(|(known, group)| known == name && !fields.may_read(*group));
                if hidden && !member.is_null() {
                    *member = Value::String(REDACTED.to_owned());
                } else {
                    redact(member, fields);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| redact(item, fields)),
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
    fn pay_is_read_by_its_owner_and_by_hr_only() {
        for role in Role::ALL {
            for relation in [Relation::Own, Relation::Report, Relation::Colleague, Relation::Other] {
                let may = Fields::of(roles(&[role]), relation).may_read(FieldGroup::Pay);
                let should = role == Role::Hr || (role == Role::Employee && relation == Relation::Own);
                assert_eq!(may, should, "{role} over {relation:?}");
            }
        }
    }

    #[test]
    fn an_auditor_sees_that_pay_changed_but_not_the_figure() {
        let mut record = json!({
            "old_values": null,
            "new_values": {"history": [{"effective_date": "2024-01-01", "salary": {"amount_minor": 1, "currency": "EUR"}}], "phone": null},
        });
        redact(&mut record, Fields::of(roles(&[Role::Auditor]), Relation::Other));
        assert_eq!(record["new_values"]["history"][0]["salary"], json!(REDACTED));
        assert_eq!(record["new_values"]["history"][0]["effective_date"], json!("2024-01-01"));
        assert_eq!(record["new_values"]["phone"], json!(null), "nothing there is nothing to hide");
    }
}
