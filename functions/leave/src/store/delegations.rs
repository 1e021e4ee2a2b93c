//! Delegations: by whom they were given, and whom they let decide.

use events::{EventType, Fact};
use jiff::{SignedDuration, civil::Date};
use kernel::{DelegationId, EmployeeId, Error, Origin, Page, Result};
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{LeaveStore, Stored, read_stored};
use crate::domain::delegation::Delegation;

/// Nobody stands for more people at once.
const PRINCIPALS_MAX: usize = 100;
/// For how long an ended delegation is remembered.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
const ENTITY: &str = "LeaveDelegation";
const ALL: &str = "DELEGATIONS";

fn key(id: DelegationId) -> Key {
    Key::new(format!("DELEG#{id}"), "DELEGATION")
}

fn of_delegator(id: EmployeeId) -> String {
    format!("EMP#{id}#DELEGATIONS")
}

fn of_delegate(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

fn placed(write: Write, delegation: &Delegation) -> Write {
    let by_first_day = format!("{}#{}", delegation.from, delegation.id);
    write
        .index("by_employee", of_delegator(delegation.delegator_id), &by_first_day)
        .index("by_start", ALL, &by_first_day)
        .index("by_delegate", of_delegate(delegation.delegate_id), format!("{}#{}", delegation.to, delegation.id))
}

/// Which delegations are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DelegationFilter {
    /// Everybody's.
    All,
    /// Those that somebody has given.
    GivenBy(EmployeeId),
    /// Those that let somebody decide.
    GivenTo(EmployeeId),
}

impl LeaveStore {
    /// The delegations that let somebody decide on this day or later. A delegation ends at its delegator's site, so `day` is the
    /// earliest day that it may be anywhere.
    pub async fn list_delegations_to(&self, delegate: EmployeeId, day: Date) -> Result<Vec<Delegation>> {
        let query = Query::index("by_delegate", of_delegate(delegate)).between(&day.to_string(), "9999-12-31#~");
        let query = query.filter("attribute_not_exists(#deleted_at) AND #from <= :latest");
        // The latest day that it may be anywhere: two after the earliest.
        let latest = day.saturating_add(jiff::Span::new().days(2));
        let query = query.value(":latest", &latest).limit(PRINCIPALS_MAX);
        let (items, _) = self.table.query(&query).await?;
        items.into_iter().map(from_item).collect()
    }

    /// One page of delegations, the latest first.
    pub async fn delegations(&self, wanted: DelegationFilter, page: &Pagination) -> Result<Page<Delegation>> {
        let query = match wanted {
            DelegationFilter::All => Query::index("by_start", ALL),
            DelegationFilter::GivenBy(id) => Query::index("by_employee", of_delegator(id)),
            DelegationFilter::GivenTo(id) => Query::index("by_delegate", of_delegate(id)),
        };
        let standing = query.filter("attribute_not_exists(#deleted_at)").descending();
        self.table.paged_of(standing, page).await
    }

    /// A delegation as it is now.
    pub async fn delegation(&self, id: DelegationId) -> Result<Stored<Delegation>> {
        let item = self.table.get_consistent(&key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found("delegation"))?)
    }

    /// Stores a new delegation.
    pub async fn create_delegation(
        &self,
        origin: &Origin,
        new: &Delegation,
        once: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::LeaveDelegationCreated, ENTITY, new.id);
        let write = placed(Write::create(key(new.id), new), new).publishes(fact);
        let committed = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("a new id was taken")))
    }

    /// Stores a changed or ended delegation.
    pub async fn update_delegation(
        &self,
        origin: &Origin,
        before: &Stored<Delegation>,
        after: &Delegation,
    ) -> Result<u64> {
        let ended = after.deleted_at.is_some();
        let event = if ended { EventType::LeaveDelegationDeleted } else { EventType::LeaveDelegationUpdated };
        let fact = Fact::new(event, ENTITY, after.id);
        let mut write = placed(Write::replace(key(after.id), after, before.version), after).publishes(fact);
        if ended {
            write = write.expires_at(origin.at.saturating_add(TOMBSTONE_RETENTION).unwrap_or(origin.at));
        }
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_first_day_is_found_whatever_the_zone() {
        // Kiritimati is 26 hours ahead of Baker Island: on the earth's earliest day it may already be two days later.
        let earliest: Date = "2024-06-10".parse().unwrap();
        assert_eq!(earliest.saturating_add(jiff::Span::new().days(2)).to_string(), "2024-06-12");
    }
}
