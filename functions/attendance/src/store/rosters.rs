//! Rosters: one small partition, remembered for a minute. Removed ones stay: old days are derived by them.

use std::sync::Arc;

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Error, Origin, Page, Result, RosterId};
use policy::attendance::Rosters;
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{AttendanceStore, Stored, read_stored};
use crate::domain::roster::{RosterItem, all};

/// There are never more, removed ones among them; several at once may slip through.
pub const ROSTERS_MAX: usize = 1_000;
const PARTITION: &str = "ROSTERS";
const ENTITY: &str = "Roster";

pub(super) fn key(id: RosterId) -> Key {
    Key::new(PARTITION, id.to_string())
}

fn fact(event: EventType, record: &RosterItem) -> Fact {
    Fact::new(event, ENTITY, record.roster.id)
}

impl AttendanceStore {
    /// Every roster, removed ones among them, at most a minute old.
    pub async fn rosters(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        match self.rosters.get(now) {
            Some(rosters) => Ok(rosters),
            None => self.rosters_fresh(now).await,
        }
    }

    /// Every roster as it is now.
    pub async fn rosters_fresh(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        let items = self.table.query_all(Query::partition(PARTITION).consistent(), ROSTERS_MAX * 2).await?;
        Ok(self.rosters.put(now, all(items.into_iter().map(from_item).collect::<Result<_>>()?)))
    }

    /// One page of the rosters that stand, in the order in which they were made.
    pub async fn list_rosters(&self, page: &Pagination) -> Result<Page<RosterItem>> {
        let standing = Query::partition(PARTITION).filter("attribute_not_exists(#deleted_at)");
        self.table.paged_of(standing, page).await
    }

    /// A roster as it is now.
    ///
    /// # Errors
    /// 404 for one that never was or was removed.
    pub async fn roster(&self, id: RosterId) -> Result<Stored<RosterItem>> {
        let item = self.table.get_consistent(&key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found("roster"))?)
    }

    /// Stores a new roster.
    pub async fn create_roster(
        &self,
        origin: &Origin,
        new: &RosterItem,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let write = Write::create(key(new.roster.id), new).publishes(fact(EventType::AttendanceRosterCreated, new));
        let committed = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("a new id was taken")))
    }

    /// Stores a changed or removed roster.
    ///
    /// # Errors
    /// 409 when it changed meanwhile, also when somebody was put on it.
    pub async fn update_roster(&self, origin: &Origin, before: &Stored<RosterItem>, after: &RosterItem) -> Result<u64> {
        let removed = after.deleted_at.is_some();
        let event = if removed { EventType::AttendanceRosterDeleted } else { EventType::AttendanceRosterUpdated };
        let write = Write::replace(key(after.roster.id), after, before.version).publishes(fact(event, after));
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }
}
