//! Sites and their fences: one small partition, remembered for a minute.

use std::{collections::BTreeMap, sync::Arc};

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Origin, Page, Result};
use store::{Key, Pagination, Query, from_item};

use super::{AttendanceStore, Stored, create_or_replace, read_stored};
use crate::domain::site::Site;

/// There are never more that stand; several at once may slip through.
pub const SITES_MAX: usize = 1_000;
/// For how long a removed site is remembered, so that whoever lags behind still hears of it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// No site's slug is longer; what is could not even be looked up.
const SITE_BYTES_MAX: usize = 40;
const PARTITION: &str = "SITES";
const ENTITY: &str = "Site";

/// Every site that stands, by its slug.
pub type Sites = BTreeMap<String, Arc<Site>>;

fn key(site: &str) -> Key {
    Key::new(PARTITION, site)
}

fn standing() -> Query {
    Query::partition(PARTITION).filter("attribute_not_exists(#deleted_at)")
}

impl AttendanceStore {
    /// Every site, at most a minute old.
    pub async fn sites(&self, now: Timestamp) -> Result<Arc<Sites>> {
        let read = async {
            let items = self.table.query_all(standing(), SITES_MAX * 2).await?;
            let sites = items.into_iter().map(from_item::<Site>);
            sites.map(|site| site.map(|site| (site.site.clone(), Arc::new(site)))).collect()
        };
        self.sites.get_or(now, read).await
    }

    /// A site, at most a minute old; none where nobody has described it.
    pub async fn site(&self, site: &str, now: Timestamp) -> Result<Option<Arc<Site>>> {
        Ok(self.sites(now).await?.get(site).cloned())
    }

    /// One page of sites, by slug.
    pub async fn sites_page(&self, page: &Pagination) -> Result<Page<Site>> {
        self.table.paged_of(standing(), page).await
    }

    /// A site as it is now; also a removed one, whose place it then has.
    pub async fn site_fresh(&self, site: &str) -> Result<Option<Stored<Site>>> {
        if site.is_empty() || site.len() > SITE_BYTES_MAX {
            return Ok(None);
        }
        self.table.get_consistent(&key(site)).await?.map(read_stored).transpose()
    }

    /// A site that stands.
    ///
    /// # Errors
    /// 404 for one that never was or was removed.
    pub async fn site_or_404(&self, site: &str) -> Result<Stored<Site>> {
        let found = self.site_fresh(site).await?.filter(|stored| stored.value.deleted_at.is_none());
        found.ok_or_else(|| Error::not_found("site"))
    }

    /// Stores a site in place of the version that was read, which may be none.
    ///
    /// # Errors
    /// 409 when it changed meanwhile.
    pub async fn save_site(&self, origin: &Origin, version: u64, after: &Site) -> Result<u64> {
        let removed = after.deleted_at.is_some();
        let event = if removed { EventType::AttendanceSiteDeleted } else { EventType::AttendanceSiteUpdated };
        let fact = Fact::new(event, ENTITY, &after.site);
        let mut write = create_or_replace(key(&after.site), after, version).publishes(fact);
        if removed {
            write = write.expires_at(origin.at.saturating_add(KEPT).unwrap_or(origin.at));
        }
        let committed = self
            .table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(committed.version)
    }
}
