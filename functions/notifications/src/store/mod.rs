//! Table `notifications`: keys, reads and conditional writes. Other modules never use `pk` or `sk`.

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
pub use inbox::{InboxPart, NotificationCreation};
pub use store::Stored;
pub use subscriptions::{SUBSCRIPTIONS_PER_PERSON_MAX, Subscription};
pub use templates::TemplateVersion;

/// Table of the service.
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
    /// Response stored under an idempotency key, if any.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` if the key belongs to a different request.
    pub async fn stored_answer(
        &self,
        idempotency_key: Option<&store::IdempotencyKey>,
        at: jiff::Timestamp,
    ) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(idempotency_key, at).await
    }
}

fn person_key(id: EmployeeId, sort_key: &str) -> Key {
    Key::new(format!("EMP#{id}"), sort_key)
}

/// Result of a write; `None` if its condition failed.
fn none_if_condition_failed<T>(outcome: std::result::Result<T, CommitError>) -> Result<Option<T>> {
    match outcome {
        Ok(written) => Ok(Some(written)),
        Err(CommitError::ConditionFailed { .. }) => Ok(None),
        Err(CommitError::Other(error)) => Err(error),
    }
}
