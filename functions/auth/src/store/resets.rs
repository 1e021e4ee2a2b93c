//! Password reset requests. The item holds no secret: the token is derived from its id.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{EmployeeId, Origin, ResetId, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::AuthStore;

/// Stored request to reset a forgotten password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResetRequest {
    pub reset_id: ResetId,
    /// Person who gets the e-mail. `None` if none is sent, because the login is unknown, the person may not sign in, or they
    /// have had three e-mails this hour; such a request is stored only for equal cost.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub employee_id: Option<EmployeeId>,
    pub requested_at: Timestamp,
    /// Time at which the reset expires.
    pub ends_at: Timestamp,
}

fn reset_request_key(id: ResetId) -> Key {
    Key::new(format!("RESET#{id}"), "RESET")
}

impl AuthStore {
    /// Stores a new request. Publishes `user.password_reset_requested`, which sends the e-mail, if it has an employee.
    pub async fn create_reset_request(
        &self,
        origin: &Origin,
        reset: &ResetRequest,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let write = Write::create(reset_request_key(reset.reset_id), reset).expires_at(reset.ends_at);
        let write = match reset.employee_id {
            Some(id) => write.publishes(
                Fact::new(EventType::UserPasswordResetRequested, "User", id)
                    .with_data(json!({"reset_id": reset.reset_id})),
            ),
            None => write,
        };
        let exists = |_, _| kernel::Error::internal("a new reset id exists");
        self.table
            .commit_idempotent(origin, vec![write], idempotency_key, answer)
            .await
            .map_err(|failed| failed.map_condition(exists))
    }

    /// Request by id, read consistently; `None` if it does not exist. It may have expired.
    pub async fn find_reset_request(&self, id: ResetId) -> Result<Option<ResetRequest>> {
        self.table.get_consistent(&reset_request_key(id)).await?.map(from_item).transpose()
    }
}
