//! Sessions: one item a family; everybody's sessions in one partition.

use events::{EventType, Fact};
use kernel::{EmployeeId, Origin, Page, Result, SessionId};
use serde_json::Value;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::AuthStore;
use crate::domain::session::{CredentialEpoch, RefreshToken, Session};

/// What came of exchanging a refresh token.
#[derive(Debug)]
pub enum RotationOutcome {
    Done,
    /// Refused; the session as it stands, if there is one.
    Refused(Option<Session>),
}

/// What came of ending one session.
#[derive(Debug)]
pub enum RevocationOutcome {
    Now,
    Before,
    /// There is no such session.
    Unknown,
    /// This very request was answered before.
    Replayed(Value),
}

fn partition(employee: EmployeeId) -> String {
    format!("USER#{employee}")
}

fn key(employee: EmployeeId, session: SessionId) -> Key {
    Key::new(partition(employee), format!("SESS#{session}"))
}

fn revocation_write(origin: &Origin, employee: EmployeeId, session: SessionId, fact: Fact) -> Write {
    Write::update(key(employee, session))
        .condition("attribute_exists(pk)")
        .condition("attribute_not_exists(#revoked_at)")
        .set("revoked_at", &origin.at)
        .publishes(fact)
}

impl AuthStore {
    /// Begins a session.
    ///
    /// # Errors
    /// The session that stands under this id, where there is one: the same login was answered before.
    pub async fn create_session(&self, origin: &Origin, session: &Session) -> Result<std::result::Result<(), Session>> {
        let write = Write::create(key(session.employee_id, session.id), session)
            .expires_at(session.ends_at)
            .publishes(Fact::new(EventType::UserLogin, "Session", session.id));
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(Ok(())),
            Err(CommitError::Condition { standing: Some(item), .. }) => Ok(Err(from_item(item)?)),
            Err(refusal) => {
                Err(refusal.map_condition(|_, _| kernel::Error::unavailable("the standing session was not returned")))
            }
        }
    }

    /// The session of a token, as it stands.
    pub async fn session(&self, link: &RefreshToken) -> Result<Option<Session>> {
        self.table.get_consistent(&key(link.employee, link.session)).await?.map(from_item).transpose()
    }

    /// Exchanges a token for its successor: one conditional write, which publishes nothing.
    pub async fn rotate_session(
        &self,
        origin: &Origin,
        link: &RefreshToken,
        epoch: &CredentialEpoch,
        role_version: u64,
    ) -> Result<RotationOutcome> {
        let mut write = Write::update(key(link.employee, link.session))
            .condition("#generation = :presented")
            .condition("attribute_not_exists(#revoked_at)")
            .condition("#expires_at > :now")
            .condition("#role_version = :role_version")
            .value(":presented", &link.generation)
            .value(":now", &origin.at.as_second())
            .value(":role_version", &role_version)
            .set("generation", &link.successor().generation)
            .set("rotated_at", &origin.at)
            .set("ip_address", &origin.ip_address)
            .set("user_agent", &origin.user_agent);
        if epoch.kept_session != Some(link.session) {
            write = write.condition("#epoch = :epoch").value(":epoch", &epoch.epoch);
        }
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(RotationOutcome::Done),
            Err(CommitError::Condition { standing, .. }) => {
                Ok(RotationOutcome::Refused(standing.map(from_item).transpose()?))
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Ends a session, and says so once.
    pub async fn revoke_session(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        session: SessionId,
        fact: Fact,
        once: Option<&IdempotencyKey>,
    ) -> Result<RevocationOutcome> {
        let write = revocation_write(origin, employee, session, fact);
        match self.table.commit_idempotent(origin, vec![write], once, &Value::Null).await {
            Ok(CommitOutcome::Committed(_)) => Ok(RevocationOutcome::Now),
            Ok(CommitOutcome::Replayed(answer)) => Ok(RevocationOutcome::Replayed(answer)),
            Err(CommitError::Condition { standing: Some(_), .. }) => Ok(RevocationOutcome::Before),
            Err(CommitError::Condition { standing: None, .. }) => Ok(RevocationOutcome::Unknown),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// A page of somebody's sessions that go on, the latest first.
    pub async fn sessions(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        epoch: &CredentialEpoch,
        page: &Pagination,
    ) -> Result<Page<Session>> {
        let mut query = Query::partition(partition(employee))
            .begins_with("SESS#")
            .descending()
            .filter("attribute_not_exists(#revoked_at) AND #expires_at > :now")
            .value(":now", &origin.at.as_second())
            .value(":epoch", &epoch.epoch);
        query = match epoch.kept_session {
            Some(kept) => query.filter("#epoch = :epoch OR #id = :kept").value(":kept", &kept),
            None => query.filter("#epoch = :epoch"),
        };
        self.table.paged_of(query, page).await
    }
}
