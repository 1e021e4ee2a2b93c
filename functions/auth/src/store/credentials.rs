//! Credentials: the password's hash, and the epoch that ends sessions.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{EmployeeId, Error, Origin, Result, SessionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Key, Once, Outcome, Refusal, Write, from_item, version_of};

use super::Store;
use crate::domain::session::Epoch;

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
    pub epoch: Epoch,
    /// When the password was set last.
    pub password_changed_at: Timestamp,
}

/// What came of ending somebody's sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Now,
    /// This change, or a later one, had ended them before; or there never was a credential.
    Before,
}

fn key(id: EmployeeId) -> Key {
    Key::new(format!("CRED#{id}"), "CRED")
}

/// Sets a password, whether there was one or not, and ends all sessions but `kept`: one write, since every session names
/// the epoch that it began in.
pub fn set_password(id: EmployeeId, hash: &str, kept: Option<SessionId>, at: Timestamp) -> Write {
    let write = Write::update(key(id))
        .set("employee_id", &id)
        .set("_password_hash", &hash)
        .set("password_changed_at", &at)
        .set("_password_changed_ms", &at.as_millisecond())
        .assign("#second_factor = if_not_exists(#second_factor, :no)")
        .value(":no", &false);
    next_epoch(write, kept).says(Fact::new(EventType::UserPasswordChanged, "User", id))
}

fn next_epoch(write: Write, kept: Option<SessionId>) -> Write {
    let write = write.assign("#epoch = if_not_exists(#epoch, :none) + :step").value(":none", &0).value(":step", &1);
    match kept {
        Some(session) => write.set("kept_session", &session),
        None => write.unset("kept_session"),
    }
}

impl Store {
    /// Somebody's credential and its version, as it stands.
    pub async fn credential(&self, id: EmployeeId) -> Result<Option<(Credential, u64)>> {
        let Some(item) = self.table.get_fresh(&key(id)).await? else { return Ok(None) };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Which of somebody's sessions go on; none where there is no credential.
    pub async fn epoch(&self, id: EmployeeId) -> Result<Option<Epoch>> {
        let item = self.table.get_some(&key(id), &["epoch", "kept_session"]).await?;
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
        let write = set_password(id, hash, kept, origin.at).if_version(version);
        let refused = |_, _| Error::conflict("password_changed", "The password was changed in the meantime.");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.or(refused))
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
        once: Option<&Once>,
    ) -> Result<Option<Outcome>> {
        let write = set_password(id, hash, None, origin.at)
            .when("attribute_not_exists(#_password_changed_ms) OR #_password_changed_ms < :requested")
            .value(":requested", &requested_at.as_millisecond());
        match self.table.commit_once(origin, vec![write], once, &Value::Null).await {
            Ok(outcome) => Ok(Some(outcome)),
            Err(Refusal::Condition { .. }) => Ok(None),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Ends all of somebody's sessions because of version `version` of their record. Any order, any number of times.
    pub async fn end_sessions(&self, origin: &Origin, id: EmployeeId, version: u64, fact: Fact) -> Result<Ended> {
        let write = Write::update(key(id))
            .when("attribute_exists(pk)")
            .when("attribute_not_exists(#employee_version) OR #employee_version < :version")
            .value(":version", &version)
            .set("employee_version", &version);
        match self.table.commit(origin, next_epoch(write, None).says(fact)).await {
            Ok(_) => Ok(Ended::Now),
            Err(Refusal::Condition { .. }) => Ok(Ended::Before),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }
}
