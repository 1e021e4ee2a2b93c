//! Leave types: one small partition, cached for a minute.

use std::sync::Arc;

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Code, Error, Origin, Page, Result};
use store::{
    CachedValue, CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item, version_of,
};

use super::{LeaveStore, Stored, read_stored};
use crate::{domain::leave_type::LeaveType, messages};

/// Most active leave types. Twice as many items are read, because deleted ones are kept for a time.
pub(super) const TYPES_MAX: usize = 200;
/// Longest code, in bytes. A leave type with a longer one does not exist.
const CODE_BYTES_MAX: usize = 40;
/// Time that a deleted leave type is kept, so that delayed consumers still see it.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
const PARTITION: &str = "LEAVE_TYPES";
const ENTITY_TYPE: &str = "LeaveType";

pub(super) type LeaveTypeCache = CachedValue<Vec<LeaveType>>;

fn leave_type_key(code: &str) -> Key {
    Key::new(PARTITION, code)
}

fn leave_type_fact(event: EventType, leave_type: &LeaveType) -> Fact {
    Fact::new(event, ENTITY_TYPE, &leave_type.code)
}

/// Query of all leave types, also of deleted ones.
fn all_leave_types_query() -> Query {
    Query::partition(PARTITION)
}

impl LeaveStore {
    /// Active leave types, if they were read less than a minute ago.
    pub fn cached_leave_types(&self, now: Timestamp) -> Option<Arc<Vec<LeaveType>>> {
        self.types.get(now)
    }

    /// Active leave types, read at most a minute ago.
    pub async fn load_leave_types(&self, now: Timestamp) -> Result<Arc<Vec<LeaveType>>> {
        let read = async {
            let items = self.table.query_all(all_leave_types_query().consistent(), TYPES_MAX * 2).await?;
            let types = items.into_iter().map(from_item).collect::<Result<Vec<LeaveType>>>()?;
            Ok(types.into_iter().filter(|one| one.deleted_at.is_none()).collect())
        };
        self.types.get_or_read(now, read).await
    }

    /// One page of active leave types, by code.
    pub async fn list_leave_types(&self, page: &Pagination) -> Result<Page<LeaveType>> {
        let active = all_leave_types_query().filter("attribute_not_exists(#deleted_at)");
        self.table.typed_page(active, page).await
    }

    /// One leave type, read consistently; 404 once it was deleted.
    pub async fn get_leave_type(&self, code: &str) -> Result<Stored<LeaveType>> {
        if code.len() > CODE_BYTES_MAX {
            return Err(Error::not_found(messages::leave_type()));
        }
        let item = self.table.get_consistent(&leave_type_key(code)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found(messages::leave_type()))?)
    }

    /// Creates a leave type, also with the code of a deleted one. Publishes `leave.type_created`.
    ///
    /// # Errors
    /// 409 `code_taken` if an active leave type has the code.
    pub async fn create_leave_type(
        &self,
        origin: &Origin,
        new: &LeaveType,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let create =
            Write::create(leave_type_key(&new.code), new).publishes(leave_type_fact(EventType::LeaveTypeCreated, new));
        let deleted = match self.table.commit_idempotent(origin, vec![create], idempotency_key, answer).await {
            Err(CommitError::ConditionFailed { existing: Some(deleted), .. }) if deleted.contains_key("deleted_at") => {
                deleted
            }
            other => return other.map_err(|refusal| refusal.map_condition(|_, _| code_taken_error())),
        };
        let replace = Write::replace(leave_type_key(&new.code), new, version_of(&deleted));
        let replace = replace.publishes(leave_type_fact(EventType::LeaveTypeCreated, new));
        let committed = self.table.commit_idempotent(origin, vec![replace], idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| code_taken_error()))
    }

    /// Replaces a leave type, and returns the new version. Publishes `leave.type_updated`.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
    pub async fn update_leave_type(
        &self,
        origin: &Origin,
        before: &Stored<LeaveType>,
        after: &LeaveType,
    ) -> Result<u64> {
        let write = Write::replace(leave_type_key(&after.code), after, before.version);
        let write = write.publishes(leave_type_fact(EventType::LeaveTypeUpdated, after));
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }

    /// Replaces a leave type by its tombstone. Publishes `leave.type_deleted`.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
    pub async fn delete_leave_type(
        &self,
        origin: &Origin,
        before: &Stored<LeaveType>,
        after: &LeaveType,
    ) -> Result<()> {
        let write = Write::replace(leave_type_key(&after.code), after, before.version)
            .publishes(leave_type_fact(EventType::LeaveTypeDeleted, after))
            .expires_at(origin.at.saturating_add(TOMBSTONE_RETENTION).unwrap_or(origin.at));
        self.table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(())
    }
}

fn code_taken_error() -> Error {
    let detail = messages::leave_type_code_taken();
    Error::new(Code::CodeTaken, detail.clone()).with_field("/code", "code_taken", detail)
}
