//! Leave types: one small partition, remembered for a minute.

use std::sync::Arc;

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Code, Error, Origin, Page, Result};
use store::{
    CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Remembered, Write, from_item, version_of,
};

use super::{LeaveStore, Stored, read_stored};
use crate::domain::leave_type::LeaveType;

/// There are never more.
pub(super) const TYPES_MAX: usize = 200;
/// No code is longer; what is could not even be looked up.
const CODE_BYTES_MAX: usize = 40;
/// For how long a removed type is remembered, so that whoever lags behind still hears of it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
const PARTITION: &str = "LEAVE_TYPES";
const ENTITY: &str = "LeaveType";

pub(super) type Types = Remembered<Vec<LeaveType>>;

fn key(code: &str) -> Key {
    Key::new(PARTITION, code)
}

fn fact(event: EventType, leave_type: &LeaveType) -> Fact {
    Fact::new(event, ENTITY, &leave_type.code)
}

fn all() -> Query {
    Query::partition(PARTITION)
}

impl LeaveStore {
    /// The types that stand, if they were read less than a minute ago.
    pub fn cached_leave_types(&self, now: Timestamp) -> Option<Arc<Vec<LeaveType>>> {
        self.types.get(now)
    }

    /// The types that stand, at most a minute old.
    pub async fn leave_types(&self, now: Timestamp) -> Result<Arc<Vec<LeaveType>>> {
        let read = async {
            let items = self.table.query_all(all().consistent(), TYPES_MAX * 2).await?;
            let types = items.into_iter().map(from_item).collect::<Result<Vec<LeaveType>>>()?;
            Ok(types.into_iter().filter(|one| one.deleted_at.is_none()).collect())
        };
        self.types.get_or(now, read).await
    }

    /// One page of the types that stand, by code.
    pub async fn list_leave_types(&self, page: &Pagination) -> Result<Page<LeaveType>> {
        let standing = all().filter("attribute_not_exists(#deleted_at)");
        self.table.paged_of(standing, page).await
    }

    /// A type as it is now.
    pub async fn leave_type(&self, code: &str) -> Result<Stored<LeaveType>> {
        if code.len() > CODE_BYTES_MAX {
            return Err(Error::not_found("leave type"));
        }
        let item = self.table.get_consistent(&key(code)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found("leave type"))?)
    }

    /// Stores a new type. The code of a removed one may be used again.
    pub async fn create_leave_type(
        &self,
        origin: &Origin,
        new: &LeaveType,
        once: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let create = Write::create(key(&new.code), new).publishes(fact(EventType::LeaveTypeCreated, new));
        let standing = match self.table.commit_idempotent(origin, vec![create], once, answer).await {
            Err(CommitError::Condition { standing: Some(standing), .. }) if standing.contains_key("deleted_at") => {
                standing
            }
            other => return other.map_err(|refusal| refusal.map_condition(|_, _| code_taken())),
        };
        let again = Write::replace(key(&new.code), new, version_of(&standing));
        let again = again.publishes(fact(EventType::LeaveTypeCreated, new));
        let committed = self.table.commit_idempotent(origin, vec![again], once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| code_taken()))
    }

    /// Stores a changed type.
    pub async fn update_leave_type(
        &self,
        origin: &Origin,
        before: &Stored<LeaveType>,
        after: &LeaveType,
    ) -> Result<u64> {
        let write = Write::replace(key(&after.code), after, before.version);
        let write = write.publishes(fact(EventType::LeaveTypeUpdated, after));
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }

    pub async fn delete_leave_type(
        &self,
        origin: &Origin,
        before: &Stored<LeaveType>,
        after: &LeaveType,
    ) -> Result<()> {
        let write = Write::replace(key(&after.code), after, before.version)
            .publishes(fact(EventType::LeaveTypeDeleted, after))
            .expires_at(origin.at.saturating_add(KEPT).unwrap_or(origin.at));
        self.table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(())
    }
}

fn code_taken() -> Error {
    let detail = "There is a leave type with this code.";
    Error::new(Code::CodeTaken, detail).with_field("/code", "code_taken", detail)
}
