//! Sessions: one item each; the sessions of an employee share a partition.

use events::{EventType, Fact};
use kernel::{EmployeeId, Origin, Page, Result, SessionId};
use serde_json::Value;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::AuthStore;
use crate::domain::session::{CredentialEpoch, RefreshToken, Session};

/// Result of [`AuthStore::rotate_session`].
#[derive(Debug)]
pub enum RotationOutcome {
    Rotated,
    /// The token is not the current one, or the session is not valid; with the stored session, if any.
    Refused(Option<Session>),
}

/// Result of [`AuthStore::revoke_session`].
#[derive(Debug)]
pub enum RevocationOutcome {
    /// The session is revoked by this call.
    Revoked,
    /// The session was revoked before; nothing was published.
    AlreadyRevoked,
    /// The session does not exist.
    Unknown,
    /// The request was answered before, under the same idempotency key.
    Replayed(Value),
}

fn sessions_partition(employee: EmployeeId) -> String {
    format!("USER#{employee}")
}

fn session_key(employee: EmployeeId, session: SessionId) -> Key {
    Key::new(sessions_partition(employee), format!("SESS#{session}"))
}

/// Write that revokes a session and publishes `fact`. It fails if the session does not exist or is revoked already.
fn revocation_write(origin: &Origin, employee: EmployeeId, session: SessionId, fact: Fact) -> Write {
    Write::update(session_key(employee, session))
        .condition("attribute_exists(pk)")
        .condition("attribute_not_exists(#revoked_at)")
        .set("revoked_at", &origin.at)
        .publishes(fact)
}

impl AuthStore {
    /// Stores a new session and publishes `user.login`.
    ///
    /// # Errors
    /// The inner error is the existing session with this id, which a login with the same idempotency key has started.
    pub async fn create_session(&self, origin: &Origin, session: &Session) -> Result<std::result::Result<(), Session>> {
        let write = Write::create(session_key(session.employee_id, session.id), session)
            .expires_at(session.ends_at)
            .publishes(Fact::new(EventType::UserLogin, "Session", session.id));
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(Ok(())),
            Err(CommitError::ConditionFailed { existing: Some(item), .. }) => Ok(Err(from_item(item)?)),
            Err(failed) => {
                Err(failed.map_condition(|_, _| kernel::Error::unavailable("the existing session was not returned")))
            }
        }
    }

    /// Session of a refresh token, of any generation, valid or not. Read consistently; `None` if it does not exist.
    pub async fn find_session_of_token(&self, token: &RefreshToken) -> Result<Option<Session>> {
        self.table.get_consistent(&session_key(token.employee, token.session)).await?.map(from_item).transpose()
    }

    /// Makes the successor of `token` the current token of its session, if `token` is the current one and the session is
    /// valid for this epoch and role version. Stores the address and the program of the request. Publishes no event.
    pub async fn rotate_session(
        &self,
        origin: &Origin,
        token: &RefreshToken,
        epoch: &CredentialEpoch,
        role_version: u64,
    ) -> Result<RotationOutcome> {
        let mut write = Write::update(session_key(token.employee, token.session))
            .condition("#generation = :presented")
            .condition("attribute_not_exists(#revoked_at)")
            .condition("#expires_at > :now")
            .condition("#role_version = :role_version")
            .value(":presented", &token.generation)
            .value(":now", &origin.at.as_second())
            .value(":role_version", &role_version)
            .set("generation", &token.successor().generation)
            .set("rotated_at", &origin.at)
            .set("ip_address", &origin.ip_address)
            .set("user_agent", &origin.user_agent);
        if epoch.kept_session != Some(token.session) {
            write = write.condition("#epoch = :epoch").value(":epoch", &epoch.epoch);
        }
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(RotationOutcome::Rotated),
            Err(CommitError::ConditionFailed { existing, .. }) => {
                Ok(RotationOutcome::Refused(existing.map(from_item).transpose()?))
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Marks a session as revoked and publishes `fact`, unless it was revoked before. It may have expired.
    pub async fn revoke_session(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        session: SessionId,
        fact: Fact,
        idempotency_key: Option<&IdempotencyKey>,
    ) -> Result<RevocationOutcome> {
        let write = revocation_write(origin, employee, session, fact);
        match self.table.commit_idempotent(origin, vec![write], idempotency_key, &Value::Null).await {
            Ok(CommitOutcome::Committed(_)) => Ok(RevocationOutcome::Revoked),
            Ok(CommitOutcome::Replayed(answer)) => Ok(RevocationOutcome::Replayed(answer)),
            Err(CommitError::ConditionFailed { existing: Some(_), .. }) => Ok(RevocationOutcome::AlreadyRevoked),
            Err(CommitError::ConditionFailed { existing: None, .. }) => Ok(RevocationOutcome::Unknown),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// One page of the sessions of an employee that are neither revoked, expired nor ended by the epoch, latest login
    /// first.
    pub async fn list_active_sessions(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        epoch: &CredentialEpoch,
        page: &Pagination,
    ) -> Result<Page<Session>> {
        let mut query = Query::partition(sessions_partition(employee))
            .begins_with("SESS#")
            .descending()
            .filter("attribute_not_exists(#revoked_at) AND #expires_at > :now")
            .value(":now", &origin.at.as_second())
            .value(":epoch", &epoch.epoch);
        query = match epoch.kept_session {
            Some(kept) => query.filter("#epoch = :epoch OR #id = :kept").value(":kept", &kept),
            None => query.filter("#epoch = :epoch"),
        };
        self.table.typed_page(query, page).await
    }
}
