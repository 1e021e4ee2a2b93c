//! `auth-on-employee`: when somebody is disabled, leaves or gets other roles, their sessions end. Publishes
//! `user.session_revoked`.
//!
//! Any order, any number of times: the credential remembers the latest version of the person that ended sessions. An older
//! event that comes late changes nothing; an older one that was overtaken by a harmless one may end a session too many.
//! Access tokens need no help: their role version is checked against the directory on every request.

use directory::EmploymentStatus;
use events::{Event, EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde_json::{Value, json};

use crate::store::AuthStore;

lambda::consumer!("auth-on-employee", events(handle), AuthStore);

/// Whether this event ends sessions. A status that cannot be read counts as one that may not sign in.
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
    let ended = store.end_sessions(&origin, id, event.version, fact).await?;
    tracing::info!(status = "success", "sessions of {id} ended: {ended:?}");
    Ok(())
}
