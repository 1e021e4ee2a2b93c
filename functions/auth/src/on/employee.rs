//! `auth-on-employee`: when somebody is disabled, leaves or gets other roles, their sessions end. Publishes
//! `user.session_revoked`.
//!
//! Any order, any number of times: the credential remembers the latest version of the person that ended sessions. An older
//! event that comes late changes nothing; an older one that was overtaken by a harmless one may end a session too many.
//! Access tokens need no help: their role version is checked against the directory on every request.

use directory::Status;
use events::{Event, EventType, Fact};
use kernel::{Actor, EmployeeId, Error, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};
use serde_json::{Value, json};

use crate::store::Store;

/// The function's name.
const FUNCTION: &str = "auth-on-employee";

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

async fn handle(store: Store, shell: Shell, event: Event) -> Result<()> {
    if !ends_sessions(&event) {
        return Ok(());
    }
    let id: EmployeeId = event.stamp.entity_id.parse().map_err(Error::internal)?;
    let origin = Origin {
        actor: Actor::System(FUNCTION.to_owned()),
        at: shell.now(),
        request_id: event.stamp.request_id.clone(),
        ip_address: None,
        user_agent: None,
    };
    let fact = Fact::new(EventType::UserSessionRevoked, "User", id)
        .with(json!({"cause": event.stamp.event, "event_id": event.stamp.id}));
    let ended = store.end_sessions(&origin, id, event.version, fact).await?;
    tracing::info!(status = "success", "sessions of {id} ended: {ended:?}");
    Ok(())
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let (store, shell) = (Store::from_shell(shell)?, shell.clone());
    Ok(queue::each(move |event| handle(store.clone(), shell.clone(), event)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
