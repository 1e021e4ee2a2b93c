//! Credentials: password hash, second factor and session epoch.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, Origin, Result, SessionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Write, from_item, version_of};

use super::AuthStore;
use crate::{domain::session::CredentialEpoch, messages};

/// Credential of an employee: password hash, whether a second factor is required, and the epoch that ends all earlier
/// sessions but a kept one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Credential {
    pub employee_id: EmployeeId,
    /// Argon2id hash in PHC text form. A technical attribute, so never published.
    #[serde(rename = "_password_hash")]
    pub password_hash: String,
    /// Whether a second factor is required at login.
    #[serde(default)]
    pub second_factor: bool,
    /// Epoch that decides which sessions are valid, with the kept session.
    #[serde(flatten)]
    pub epoch: CredentialEpoch,
    /// Time at which the password was last set, by a change, a reset or `muster`.
    pub password_changed_at: Timestamp,
}

/// Result of [`AuthStore::end_all_sessions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndSessionsOutcome {
    /// This call ended all sessions.
    Ended,
    /// This or a later version of the employee's record ended the sessions before, or there is no credential.
    NothingToEnd,
}

fn credential_key(id: EmployeeId) -> Key {
    Key::new(format!("CRED#{id}"), "CRED")
}

/// Write that sets a password, ends all sessions except `kept_session` and publishes `user.password_changed`. It has no
/// condition, and creates the credential if it is missing. One write is enough, because every session records the epoch in
/// which it began.
pub fn password_write(id: EmployeeId, hash: &str, kept_session: Option<SessionId>, at: Timestamp) -> Write {
    let write = Write::update(credential_key(id))
        .set("employee_id", &id)
        .set("_password_hash", &hash)
        .set("password_changed_at", &at)
        .set("_password_changed_ms", &at.as_millisecond())
        .assign("#second_factor = if_not_exists(#second_factor, :no)")
        .value(":no", &false);
    with_next_epoch(write, kept_session).publishes(Fact::new(EventType::UserPasswordChanged, "User", id))
}

/// Adds an incremented epoch to a write: all sessions end except `kept_session`.
fn with_next_epoch(write: Write, kept_session: Option<SessionId>) -> Write {
    let write = write.assign("#epoch = if_not_exists(#epoch, :none) + :step").value(":none", &0).value(":step", &1);
    match kept_session {
        Some(session) => write.set("kept_session", &session),
        None => write.remove("kept_session"),
    }
}

impl AuthStore {
    /// Credential of an employee with its version, read consistently; `None` without a credential.
    pub async fn find_credential(&self, id: EmployeeId) -> Result<Option<(Credential, u64)>> {
        let Some(item) = self.table.get_consistent(&credential_key(id)).await? else { return Ok(None) };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Epoch of an employee's credential; `None` without a credential. The read is not consistent.
    pub async fn find_credential_epoch(&self, id: EmployeeId) -> Result<Option<CredentialEpoch>> {
        let item = self.table.get_attributes(&credential_key(id), &["epoch", "kept_session"]).await?;
        item.map(from_item).transpose()
    }

    /// Sets a new password and ends all sessions except `kept_session`, if the credential still has `version`.
    ///
    /// # Errors
    /// 409 `password_changed`: the credential has changed since it was read.
    pub async fn change_password(
        &self,
        origin: &Origin,
        id: EmployeeId,
        version: u64,
        hash: &str,
        kept_session: Option<SessionId>,
    ) -> Result<()> {
        let write = password_write(id, hash, kept_session, origin.at).if_version(version);
        let changed = |_, _| Error::new(Code::PasswordChanged, messages::password_changed_meanwhile());
        self.table.commit(origin, write).await.map(drop).map_err(|failed| failed.map_condition(changed))
    }

    /// Sets a new password and ends all sessions, if the reset was requested after the last password change; `None` if not.
    /// So a reset works once and makes all other outstanding resets invalid. It creates the credential if it is missing.
    pub async fn reset_password(
        &self,
        origin: &Origin,
        id: EmployeeId,
        requested_at: Timestamp,
        hash: &str,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<Option<CommitOutcome>> {
        let write = password_write(id, hash, None, origin.at)
            .condition("attribute_not_exists(#_password_changed_ms) OR #_password_changed_ms < :requested")
            .value(":requested", &requested_at.as_millisecond());
        match self.table.commit_idempotent(origin, vec![write], idempotency_key, &Value::Null).await {
            Ok(outcome) => Ok(Some(outcome)),
            Err(CommitError::ConditionFailed { .. }) => Ok(None),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Ends all sessions of an employee and publishes `fact`, because of a version of the employee's record. The same
    /// or an earlier version changes nothing, so calls may be repeated and come in any order.
    pub async fn end_all_sessions(
        &self,
        origin: &Origin,
        id: EmployeeId,
        employee_version: u64,
        fact: Fact,
    ) -> Result<EndSessionsOutcome> {
        let write = Write::update(credential_key(id))
            .condition("attribute_exists(pk)")
            .condition("attribute_not_exists(#employee_version) OR #employee_version < :version")
            .value(":version", &employee_version)
            .set("employee_version", &employee_version);
        match self.table.commit(origin, with_next_epoch(write, None).publishes(fact)).await {
            Ok(_) => Ok(EndSessionsOutcome::Ended),
            Err(CommitError::ConditionFailed { .. }) => Ok(EndSessionsOutcome::NothingToEnd),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}
