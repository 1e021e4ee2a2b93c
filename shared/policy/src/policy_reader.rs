//! Reads all policies and calendars with two queries and caches them for a minute.

use std::sync::Arc;

use jiff::Timestamp;
use kernel::Result;
use store::{CachedValue, Key, Query, Table, from_item};

use crate::{Calendar, Policy, PolicyRef, PolicySet};

/// Most versions that each of the two queries reads.
const ITEMS_MAX: usize = 5_000;

/// Partition of all policies; the sort key is that of [`policy_key`].
const POLICIES: &str = "POLICIES";
/// Partition of all calendars.
const CALENDARS: &str = "CALENDARS";

/// Key of a policy version: `POLICIES`, `pol_...#000001`.
pub fn policy_key(reference: PolicyRef) -> Key {
    Key::new(POLICIES, format!("{}#{:06}", reference.policy_id, reference.policy_version))
}

/// Key of a version of a site's calendar: `CALENDARS`, `berlin#000001`.
pub fn calendar_key(site: &str, version: u32) -> Key {
    Key::new(CALENDARS, format!("{site}#{version:06}"))
}

/// Cached reader of policies and calendars.
#[derive(Debug, Clone)]
pub struct PolicyReader {
    table: Table,
    cached: CachedValue<PolicySet>,
}

impl PolicyReader {
    /// Reader of the table of the compliance service.
    pub fn new(table: Table) -> Self {
        Self { table, cached: CachedValue::default() }
    }

    /// Returns all policies and calendars, from the cache if they are at most one minute old.
    pub async fn load(&self, now: Timestamp) -> Result<Arc<PolicySet>> {
        match self.cached.get(now) {
            Some(policies) => Ok(policies),
            None => self.load_consistent(now).await,
        }
    }

    /// Returns all policies and calendars by a consistent read past the cache, for a caller that is about to change them or
    /// follows a change. The cache is updated.
    pub async fn load_consistent(&self, now: Timestamp) -> Result<Arc<PolicySet>> {
        let all = |partition: &str| self.table.query_all(Query::partition(partition).consistent(), ITEMS_MAX);
        let (policies, calendars) = futures::future::try_join(all(POLICIES), all(CALENDARS)).await?;
        let policies = policies.into_iter().map(from_item).collect::<Result<Vec<Policy>>>()?;
        let calendars = calendars.into_iter().map(from_item).collect::<Result<Vec<Calendar>>>()?;
        Ok(self.cached.put(now, PolicySet::new(policies, calendars)))
    }
}
