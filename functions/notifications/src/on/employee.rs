//! `notifications-on-employee`: updates the groups of a person, so that the members of a role, department or site are one query.
//!
//! Events may arrive in any order and repeatedly: an event with an older version of the person changes nothing.

use access::{Role, Roles};
use directory::EmploymentStatus;
use events::Event;
use kernel::{DepartmentId, Error, Origin, Result};
use serde::Deserialize;

use crate::{
    domain::audience::{ALL, Member, role_group_name},
    store::NotificationStore,
};

lambda::consumer!("notifications-on-employee", events(handle), lambda::Api<NotificationStore>);

async fn handle(api: lambda::Api<NotificationStore>, origin: Origin, event: Event) -> Result<()> {
    if event.stamp.entity_type != "Employee" {
        return Ok(());
    }
    match member_of_event(&event).map_err(Error::internal)? {
        Some(member) => api.until_won(origin.at, || api.store.put_member_if_newer(&origin, &member)).await,
        None => Ok(()),
    }
}

#[derive(Deserialize)]
struct EmployeeRecord {
    status: EmploymentStatus,
    department_id: DepartmentId,
    site: String,
    roles: Roles,
    phone: Option<String>,
}

/// Groups and telephone number from an event; none if it has no values.
fn member_of_event(event: &Event) -> std::result::Result<Option<Member>, String> {
    let Some(values) = &event.new_values else { return Ok(None) };
    let employee_id = event.stamp.entity_id.parse().map_err(|error| format!("entity_id: {error}"))?;
    let record: EmployeeRecord =
        serde_json::from_value(values.clone()).map_err(|error| format!("new_values: {error}"))?;
    let mut groups = Vec::new();
    if record.status.may_sign_in() {
        groups.push(ALL.to_owned());
        groups.push(format!("department:{}", record.department_id));
        groups.push(format!("site:{}", record.site));
        groups.extend(record.roles.iter().filter(|role| *role != Role::Employee).map(role_group_name));
    }
    let phone = record.phone.filter(|_| record.status.may_sign_in());
    Ok(Some(Member { employee_id, groups, phone, as_of: event.version }))
}
