//! `auth-on-employee`: when somebody is disabled, leaves or gets other roles, their sessions end. Publishes
//! `user.session_revoked`.
//!
//! Any order, any number of times: the credential remembers the latest version of the person that ended sessions. An older
//! event that comes late changes nothing; an older one that was overtaken by a harmless one may end a session too many.
//! Access tokens need no help: their role version is checked against the directory on every request.

use directory::Status;
use events::{Event, EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde_json::{Value, json};

use crate::store::Store;

lambda::consumer!("auth-on-employee", events(handle), Store);

/// Whether this event ends sessions. A status that cannot be read counts as one that may not sign in.
fn ends_sessions(event: &Event) -> bool {
    match event.event_type() {
        Some(EventType::EmployeeDeleted | EventType::EmployeeRolesChanged) => true,
        Some(EventType::EmployeeStatusChanged) => {
            let status = event.new_values.as_ref().and_then(|values| values.get("status")).and_then(Value::as_str);
            !status.and_then(|status| status.parse::<Status>().ok()).is_some_and(Status::may_sign_in)
        }
        Some(_) | None => false,
    }
}

async fn handle(store: Store, origin: Origin, event: Event) -> Result<()> {
    if !ends_sessions(&event) {
        return Ok(());
    }
    let id: EmployeeId = event.stamp.entity_id.parse().map_err(Error::internal)?;
    let fact = Fact::new(EventType::UserSessionRevoked, "User", id)
        .with(json!({"cause": event.stamp.event, "event_id": event.stamp.id}));
    let ended = store.end_sessions(&origin, id, event.version, fact).await?;
    tracing::info!(status = "success", "sessions of {id} ended: {ended:?}");
    Ok(())
}
