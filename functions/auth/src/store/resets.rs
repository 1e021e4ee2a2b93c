//! Requests to set a forgotten password. The item holds no secret: the token is derived from its id.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{EmployeeId, Origin, ResetId, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::AuthStore;

/// A request to set a forgotten password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetRequest {
    pub reset_id: ResetId,
    /// Whose password; nobody's where the name was unknown: such a request is only written to take the same time.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    pub requested_at: Timestamp,
    /// Until when it may be used.
    pub ends_at: Timestamp,
}

fn key(id: ResetId) -> Key {
    Key::new(format!("RESET#{id}"), "RESET")
}

impl AuthStore {
    /// Keeps a request. Only one that is somebody's is published.
    pub async fn create_reset(
        &self,
        origin: &Origin,
        reset: &ResetRequest,
        once: Option<&IdempotencyKey>,
        answer: &Value,
    ) -> Result<CommitOutcome> {
        let write = Write::create(key(reset.reset_id), reset).expires_at(reset.ends_at);
        let write = match reset.employee_id {
            Some(id) => write.publishes(
                Fact::new(EventType::UserPasswordResetRequested, "User", id)
                    .with_data(json!({"reset_id": reset.reset_id})),
            ),
            None => write,
        };
        let refused = |_, _| kernel::Error::internal("a new reset id was taken");
        self.table
            .commit_idempotent(origin, vec![write], once, answer)
            .await
            .map_err(|refusal| refusal.map_condition(refused))
    }

    /// A request, as it stands.
    pub async fn get_reset(&self, id: ResetId) -> Result<Option<ResetRequest>> {
        self.table.get_consistent(&key(id)).await?.map(from_item).transpose()
    }
}
