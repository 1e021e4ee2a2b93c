//! Sessions: one item a family; everybody's sessions in one partition.

use events::{EventType, Fact};
use kernel::{EmployeeId, Origin, Page, Result, SessionId};
use serde_json::Value;
use store::{Key, Once, Outcome, Pagination, Query, Refusal, Write, from_item};

use super::Store;
use crate::domain::session::{Epoch, Link, Session};

/// What came of exchanging a refresh token.
#[derive(Debug)]
pub enum Rotation {
    Done,
    /// Refused; the session as it stands, if there is one.
    Refused(Option<Session>),
}

/// What came of ending one session.
#[derive(Debug)]
pub enum Revoked {
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

fn revocation(origin: &Origin, employee: EmployeeId, session: SessionId, fact: Fact) -> Write {
    Write::update(key(employee, session))
        .when("attribute_exists(pk)")
        .when("attribute_not_exists(#revoked_at)")
        .set("revoked_at", &origin.at)
        .says(fact)
}

impl Store {
    /// Begins a session.
    ///
    /// # Errors
    /// The session that stands under this id, where there is one: the same login was answered before.
    pub async fn begin(&self, origin: &Origin, session: &Session) -> Result<std::result::Result<(), Session>> {
        let write = Write::create(key(session.employee_id, session.id), session)
            .expires(session.ends_at)
            .says(Fact::new(EventType::UserLogin, "Session", session.id));
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(Ok(())),
            Err(Refusal::Condition { standing: Some(item), .. }) => Ok(Err(from_item(item)?)),
            Err(refusal) => Err(refusal.or(|_, _| kernel::Error::unavailable("the standing session was not returned"))),
        }
    }

    /// The session of a token, as it stands.
    pub async fn session(&self, link: &Link) -> Result<Option<Session>> {
        self.table.get_fresh(&key(link.employee, link.session)).await?.map(from_item).transpose()
    }

    /// Exchanges a token for its successor: one conditional write, which publishes nothing.
    pub async fn rotate(&self, origin: &Origin, link: &Link, epoch: &Epoch, role_version: u64) -> Result<Rotation> {
        let mut write = Write::update(key(link.employee, link.session))
            .when("#generation = :presented")
            .when("attribute_not_exists(#revoked_at)")
            .when("#expires_at > :now")
            .when("#role_version = :role_version")
            .value(":presented", &link.generation)
            .value(":now", &origin.at.as_second())
            .value(":role_version", &role_version)
            .set("generation", &link.successor().generation)
            .set("rotated_at", &origin.at)
            .set("ip_address", &origin.ip_address)
            .set("user_agent", &origin.user_agent);
        if epoch.kept_session != Some(link.session) {
            write = write.when("#epoch = :epoch").value(":epoch", &epoch.epoch);
        }
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(Rotation::Done),
            Err(Refusal::Condition { standing, .. }) => Ok(Rotation::Refused(standing.map(from_item).transpose()?)),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// Ends a session, and says so once.
    pub async fn revoke(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        session: SessionId,
        fact: Fact,
        once: Option<&Once>,
    ) -> Result<Revoked> {
        let write = revocation(origin, employee, session, fact);
        match self.table.commit_once(origin, vec![write], once, &Value::Null).await {
            Ok(Outcome::Committed(_)) => Ok(Revoked::Now),
            Ok(Outcome::Replayed(answer)) => Ok(Revoked::Replayed(answer)),
            Err(Refusal::Condition { standing: Some(_), .. }) => Ok(Revoked::Before),
            Err(Refusal::Condition { standing: None, .. }) => Ok(Revoked::Unknown),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }

    /// A page of somebody's sessions that go on, the latest first.
    pub async fn sessions(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        epoch: &Epoch,
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
