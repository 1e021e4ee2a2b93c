//! Rosters: one small partition, cached for a minute. Deleted ones stay, because past days are derived by them.

use std::sync::Arc;

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Error, Origin, Page, Result, RosterId};
use policy::attendance::Rosters;
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write};

use super::{AttendanceStore, Stored, read_stored};
use crate::{domain::roster::RosterItem, messages};

/// Maximum rosters, deleted ones included. Simultaneous creations may exceed it.
pub const ROSTERS_MAX: usize = 1_000;
const PARTITION: &str = "ROSTERS";
const ENTITY: &str = "Roster";

pub(super) fn roster_key(id: RosterId) -> Key {
    Key::new(PARTITION, id.to_string())
}

fn roster_fact(event: EventType, item: &RosterItem) -> Fact {
    Fact::new(event, ENTITY, item.roster.id)
}

impl AttendanceStore {
    /// All rosters, deleted ones included, at most a minute old.
    pub async fn all_rosters_cached(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        self.plans.all_rosters_cached(now).await
    }

    /// Reads all rosters consistently, deleted ones included, and caches them.
    pub async fn all_rosters_consistent(&self, now: Timestamp) -> Result<Arc<Rosters>> {
        self.plans.all_rosters_consistent(now).await
    }

    /// One page of the active rosters, in the order of their creation.
    pub async fn list_rosters(&self, page: &Pagination) -> Result<Page<RosterItem>> {
        let active = Query::partition(PARTITION).filter("attribute_not_exists(#deleted_at)");
        self.table.typed_page(active, page).await
    }

    /// Reads a roster consistently.
    ///
    /// # Errors
    /// 404 for an unknown or deleted roster.
    pub async fn get_roster(&self, id: RosterId) -> Result<Stored<RosterItem>> {
        let item = self.table.get_consistent(&roster_key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found(messages::roster()))?)
    }

    /// Creates a roster. Publishes `attendance.roster_created`.
    pub async fn create_roster(
        &self,
        origin: &Origin,
        new: &RosterItem,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let write = Write::create(roster_key(new.roster.id), new)
            .publishes(roster_fact(EventType::AttendanceRosterCreated, new));
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("the new roster id exists")))
    }

    /// Stores a changed or deleted roster, and returns its new version.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` if the roster has changed; its first assignment is a change, too.
    pub async fn update_roster(&self, origin: &Origin, before: &Stored<RosterItem>, after: &RosterItem) -> Result<u64> {
        let deleted = after.deleted_at.is_some();
        let event = if deleted { EventType::AttendanceRosterDeleted } else { EventType::AttendanceRosterUpdated };
        let write =
            Write::replace(roster_key(after.roster.id), after, before.version).publishes(roster_fact(event, after));
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }
}
