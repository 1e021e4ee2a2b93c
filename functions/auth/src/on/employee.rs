//! `auth-on-employee`: ends the sessions of an employee who is suspended, is terminated or gets other roles. Publishes
//! `user.session_revoked`.
//!
//! Events may arrive repeatedly and in any order: the credential stores the latest version of the employee that ended sessions,
//! and older events change nothing. A late event that a harmless one has overtaken may end one session too many. Access
//! tokens need no action: every request checks their role version against the directory.

use directory::EmploymentStatus;
use events::{Event, EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde_json::{Value, json};

use crate::store::AuthStore;

lambda::consumer!("auth-on-employee", events(handle), AuthStore);

/// Whether an event ends sessions. An unknown status counts as one that may not sign in.
fn ends_sessions(event: &Event) -> bool {
    match event.event_type() {
        Some(EventType::EmployeeDeleted | EventType::EmployeeRolesChanged) => true,
        Some(EventType::EmployeeStatusChanged) => {
            let status = event.new_values.as_ref().and_then(|values| values.get("status")).and_then(Value::as_str);
            !status
                .and_then(|status| status.parse::<EmploymentStatus>().ok())
                .is_some_and(EmploymentStatus::may_sign_in)
        }
        Some(_) | None => false,
    }
}

async fn handle(store: AuthStore, origin: Origin, event: Event) -> Result<()> {
    if !ends_sessions(&event) {
        return Ok(());
    }
    let id: EmployeeId = event.stamp.entity_id.parse().map_err(Error::internal)?;
    let fact = Fact::new(EventType::UserSessionRevoked, "User", id)
        .with_data(json!({"cause": event.stamp.event, "event_id": event.stamp.id}));
    let outcome = store.end_all_sessions(&origin, id, event.version, fact).await?;
    tracing::info!(status = "success", "ended the sessions of {id}: {outcome:?}");
    Ok(())
}
