//! Delegations, by delegator and by delegate.

use events::{EventType, Fact};
use jiff::{SignedDuration, civil::Date};
use kernel::{DelegationId, EmployeeId, Error, Origin, Page, Result};
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{LeaveStore, Stored, read_stored};
use crate::{domain::delegation::Delegation, messages};

/// Most delegations to one delegate that are read for a decision.
const DELEGATIONS_READ_MAX: usize = 100;
/// Time that a deleted delegation is kept.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
const ENTITY_TYPE: &str = "LeaveDelegation";
const ALL_PARTITION: &str = "DELEGATIONS";

fn delegation_key(id: DelegationId) -> Key {
    Key::new(format!("DELEG#{id}"), "DELEGATION")
}

fn delegator_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#DELEGATIONS")
}

fn delegate_partition(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

fn with_indexes(write: Write, delegation: &Delegation) -> Write {
    let by_first_day = format!("{}#{}", delegation.from, delegation.id);
    write
        .index("by_employee", delegator_partition(delegation.delegator_id), &by_first_day)
        .index("by_start", ALL_PARTITION, &by_first_day)
        .index(
            "by_delegate",
            delegate_partition(delegation.delegate_id),
            format!("{}#{}", delegation.to, delegation.id),
        )
}

/// Delegations that a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DelegationFilter {
    All,
    /// Delegations of this delegator.
    GivenBy(EmployeeId),
    /// Delegations to this delegate.
    GivenTo(EmployeeId),
}

impl LeaveStore {
    /// Delegations to an employee that may be active now, among the first 100 that end on `earliest_today` or later. Their days
    /// are those of the delegator's site, so the caller passes the earliest current date of any time zone and checks each
    /// delegation.
    pub async fn list_current_delegations_to(
        &self,
        delegate: EmployeeId,
        earliest_today: Date,
    ) -> Result<Vec<Delegation>> {
        let query = Query::index("by_delegate", delegate_partition(delegate))
            .between(&earliest_today.to_string(), "9999-12-31#~");
        let query = query.filter("attribute_not_exists(#deleted_at) AND #from <= :latest");
        // The latest current date of any time zone is two days after the earliest.
        let latest = earliest_today.saturating_add(jiff::Span::new().days(2));
        let query = query.value(":latest", &latest).limit(DELEGATIONS_READ_MAX);
        let (items, _) = self.table.query(&query).await?;
        items.into_iter().map(from_item).collect()
    }

    /// One page of delegations that are not deleted, latest first: by first day, those to a delegate by last day.
    pub async fn list_delegations(&self, filter: DelegationFilter, page: &Pagination) -> Result<Page<Delegation>> {
        let query = match filter {
            DelegationFilter::All => Query::index("by_start", ALL_PARTITION),
            DelegationFilter::GivenBy(id) => Query::index("by_employee", delegator_partition(id)),
            DelegationFilter::GivenTo(id) => Query::index("by_delegate", delegate_partition(id)),
        };
        let active = query.filter("attribute_not_exists(#deleted_at)").descending();
        self.table.typed_page(active, page).await
    }

    /// One delegation, read consistently; 404 once it was deleted.
    pub async fn get_delegation(&self, id: DelegationId) -> Result<Stored<Delegation>> {
        let item = self.table.get_consistent(&delegation_key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found(messages::delegation()))?)
    }

    /// Creates a delegation. Publishes `leave.delegation_created`.
    pub async fn create_delegation(
        &self,
        origin: &Origin,
        new: &Delegation,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::LeaveDelegationCreated, ENTITY_TYPE, new.id);
        let write = with_indexes(Write::create(delegation_key(new.id), new), new).publishes(fact);
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("the new id of a delegation exists")))
    }

    /// Replaces a delegation by its changed form, or by its tombstone if `deleted_at` is set, and returns the new
    /// version. Publishes `leave.delegation_updated` or `leave.delegation_deleted`. A tombstone expires after
    /// [`TOMBSTONE_RETENTION`].
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
    pub async fn update_or_delete_delegation(
        &self,
        origin: &Origin,
        before: &Stored<Delegation>,
        after: &Delegation,
    ) -> Result<u64> {
        let is_deleted = after.deleted_at.is_some();
        let event = if is_deleted { EventType::LeaveDelegationDeleted } else { EventType::LeaveDelegationUpdated };
        let fact = Fact::new(event, ENTITY_TYPE, after.id);
        let mut write =
            with_indexes(Write::replace(delegation_key(after.id), after, before.version), after).publishes(fact);
        if is_deleted {
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
    fn latest_date_of_any_zone_is_two_days_after_the_earliest() {
        // Kiritimati is 26 hours ahead of Baker Island: its date can be two days later.
        let earliest: Date = "2024-06-10".parse().unwrap();
        assert_eq!(earliest.saturating_add(jiff::Span::new().days(2)).to_string(), "2024-06-12");
    }
}
