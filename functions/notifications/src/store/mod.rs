//! The notifications table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod audience;
mod breakers;
mod bulk;
mod collapse;
mod delegations;
mod deliveries;
mod inbox;
mod notification_item;
mod preferences;
mod subscriptions;
mod templates;
mod traces;

use kernel::{EmployeeId, Result};
use lambda::{FromShell, InitError, Shell};
use store::{CommitError, Key, Table};

pub use deliveries::{DUE_SHARDS, REQUEUE_AFTER, StoredDelivery};
pub use inbox::NotificationCreation;
pub use store::Stored;
pub use subscriptions::{PER_PERSON_MAX, Subscription};
pub use templates::TemplateVersion;

#[derive(Debug, Clone)]
pub struct NotificationStore {
    table: Table,
}

impl FromShell for NotificationStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { table: shell.table("NOTIFICATIONS_TABLE")? })
    }
}

impl NotificationStore {
    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request; 503.
    pub async fn answered(
        &self,
        once: Option<&store::IdempotencyKey>,
        at: jiff::Timestamp,
    ) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(once, at).await
    }
}

fn person_key(id: EmployeeId, what: &str) -> Key {
    Key::new(format!("EMP#{id}"), what)
}

/// What was written; nothing where a condition failed.
fn won<T>(outcome: std::result::Result<T, CommitError>) -> Result<Option<T>> {
    match outcome {
        Ok(written) => Ok(Some(written)),
        Err(CommitError::Condition { .. }) => Ok(None),
        Err(CommitError::Other(error)) => Err(error),
    }
}
