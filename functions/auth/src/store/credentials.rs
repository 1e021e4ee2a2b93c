//! Credentials: the password's hash, and the epoch that ends sessions.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, Origin, Result, SessionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Write, from_item, version_of};

use super::AuthStore;
use crate::domain::session::CredentialEpoch;

/// What somebody signs in with.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    pub employee_id: EmployeeId,
    /// The PHC text of argon2id. Technical, so never published.
    #[serde(rename = "_password_hash")]
    pub password_hash: String,
    /// Whether a second factor is on.
    #[serde(default)]
    pub second_factor: bool,
    /// Which sessions go on.
    #[serde(flatten)]
    pub epoch: CredentialEpoch,
    /// When the password was set last.
    pub password_changed_at: Timestamp,
}

/// What came of ending somebody's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSessionsOutcome {
    Now,
    /// This change, or a later one, had ended them before; or there never was a credential.
    Before,
}

fn key(id: EmployeeId) -> Key {
    Key::new(format!("CRED#{id}"), "CRED")
}

/// Sets a password, whether there was one or not, and ends all sessions but `kept`: one write, since every session names
/// the epoch that it began in.
pub fn password_write(id: EmployeeId, hash: &str, kept: Option<SessionId>, at: Timestamp) -> Write {
    let write = Write::update(key(id))
        .set("employee_id", &id)
        .set("_password_hash", &hash)
        .set("password_changed_at", &at)
        .set("_password_changed_ms", &at.as_millisecond())
        .assign("#second_factor = if_not_exists(#second_factor, :no)")
        .value(":no", &false);
    with_next_epoch(write, kept).publishes(Fact::new(EventType::UserPasswordChanged, "User", id))
}

fn with_next_epoch(write: Write, kept: Option<SessionId>) -> Write {
    let write = write.assign("#epoch = if_not_exists(#epoch, :none) + :step").value(":none", &0).value(":step", &1);
    match kept {
        Some(session) => write.set("kept_session", &session),
        None => write.remove("kept_session"),
    }
}

impl AuthStore {
    /// Somebody's credential and its version, as it stands.
    pub async fn credential(&self, id: EmployeeId) -> Result<Option<(Credential, u64)>> {
        let Some(item) = self.table.get_consistent(&key(id)).await? else { return Ok(None) };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Which of somebody's sessions go on; none where there is no credential.
    pub async fn epoch(&self, id: EmployeeId) -> Result<Option<CredentialEpoch>> {
        let item = self.table.get_attributes(&key(id), &["epoch", "kept_session"]).await?;
        item.map(from_item).transpose()
    }

    /// Sets a new password in place of the one that was read.
    ///
    /// # Errors
    /// 409 when it was changed in the meantime.
    pub async fn change_password(
        &self,
        origin: &Origin,
        id: EmployeeId,
        version: u64,
        hash: &str,
        kept: Option<SessionId>,
    ) -> Result<()> {
        let write = password_write(id, hash, kept, origin.at).if_version(version);
        let refused = |_, _| Error::new(Code::PasswordChanged, "The password was changed in the meantime.");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.map_condition(refused))
    }

    /// Sets a new password by a reset that was asked for after the last change: so a reset works once, and every
    /// other one that is still under way ends with it.
    ///
    /// # Errors
    /// `None` when the password was changed since; otherwise as the database says.
    pub async fn reset_password(
        &self,
        origin: &Origin,
        id: EmployeeId,
        requested_at: Timestamp,
        hash: &str,
        once: Option<&IdempotencyKey>,
    ) -> Result<Option<CommitOutcome>> {
        let write = password_write(id, hash, None, origin.at)
            .condition("attribute_not_exists(#_password_changed_ms) OR #_password_changed_ms < :requested")
            .value(":requested", &requested_at.as_millisecond());
        match self.table.commit_idempotent(origin, vec![write], once, &Value::Null).await {
            Ok(outcome) => Ok(Some(outcome)),
            Err(CommitError::Condition { .. }) => Ok(None),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Ends all of somebody's sessions because of version `version` of their record. Any order, any number of times.
    pub async fn end_sessions(
        &self,
        origin: &Origin,
        id: EmployeeId,
        version: u64,
        fact: Fact,
    ) -> Result<EndSessionsOutcome> {
        let write = Write::update(key(id))
            .condition("attribute_exists(pk)")
            .condition("attribute_not_exists(#employee_version) OR #employee_version < :version")
            .value(":version", &version)
            .set("employee_version", &version);
        match self.table.commit(origin, with_next_epoch(write, None).publishes(fact)).await {
            Ok(_) => Ok(EndSessionsOutcome::Now),
            Err(CommitError::Condition { .. }) => Ok(EndSessionsOutcome::Before),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}
