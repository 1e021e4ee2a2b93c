//! Leave types: one small partition, remembered for a minute.

use std::sync::Arc;

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Origin, Page, Result};
use store::{Key, Once, Outcome, Pagination, Query, Refusal, Remembered, Write, from_item, version_of};

use super::{Records, Stored, stored};
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

impl Records {
    /// The types that stand, if they were read less than a minute ago.
    pub fn types_remembered(&self, now: Timestamp) -> Option<Arc<Vec<LeaveType>>> {
        self.types.get(now)
    }

    /// The types that stand, at most a minute old.
    pub async fn types(&self, now: Timestamp) -> Result<Arc<Vec<LeaveType>>> {
        let read = async {
            let items = self.table.query_all(all().consistent(), TYPES_MAX * 2).await?;
            let types = items.into_iter().map(from_item).collect::<Result<Vec<LeaveType>>>()?;
            Ok(types.into_iter().filter(|one| one.deleted_at.is_none()).collect())
        };
        self.types.get_or(now, read).await
    }

    /// One page of the types that stand, by code.
    pub async fn types_page(&self, page: &Pagination) -> Result<Page<LeaveType>> {
        let standing = all().filter("attribute_not_exists(#deleted_at)");
        self.table.paged_of(standing, page).await
    }

    /// A type as it is now.
    pub async fn leave_type(&self, code: &str) -> Result<Stored<LeaveType>> {
        if code.len() > CODE_BYTES_MAX {
            return Err(Error::not_found("leave type"));
        }
        let item = self.table.get_fresh(&key(code)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        stored(item.ok_or_else(|| Error::not_found("leave type"))?)
    }

    /// Stores a new type. The code of a removed one may be used again.
    pub async fn add_type(
        &self,
        origin: &Origin,
        new: &LeaveType,
        once: Option<&Once>,
        answer: &impl serde::Serialize,
    ) -> Result<Outcome> {
        let create = Write::create(key(&new.code), new).says(fact(EventType::LeaveTypeCreated, new));
        let standing = match self.table.commit_once(origin, vec![create], once, answer).await {
            Err(Refusal::Condition { standing: Some(standing), .. }) if standing.contains_key("deleted_at") => standing,
            other => return other.map_err(|refusal| refusal.or(|_, _| taken())),
        };
        let again = Write::replace(key(&new.code), new, version_of(&standing));
        let again = again.says(fact(EventType::LeaveTypeCreated, new));
        let committed = self.table.commit_once(origin, vec![again], once, answer).await;
        committed.map_err(|refusal| refusal.or(|_, _| taken()))
    }

    /// Stores a changed type.
    pub async fn change_type(&self, origin: &Origin, before: &Stored<LeaveType>, after: &LeaveType) -> Result<u64> {
        let write = Write::replace(key(&after.code), after, before.version);
        let write = write.says(fact(EventType::LeaveTypeUpdated, after));
        let committed = self.table.commit(origin, write).await.map_err(|refusal| refusal.or(|_, _| Error::moved()))?;
        Ok(committed.version)
    }

    pub async fn remove_type(&self, origin: &Origin, before: &Stored<LeaveType>, after: &LeaveType) -> Result<()> {
        let write = Write::replace(key(&after.code), after, before.version)
            .says(fact(EventType::LeaveTypeDeleted, after))
            .expires(origin.at.saturating_add(KEPT).unwrap_or(origin.at));
        self.table.commit(origin, write).await.map_err(|refusal| refusal.or(|_, _| Error::moved()))?;
        Ok(())
    }
}

fn taken() -> Error {
    let detail = "There is a leave type with this code.";
    Error::conflict("code_taken", detail).field("/code", "code_taken", detail)
}
