//! Sites and their fences: one small partition, cached for a minute.

use std::{collections::BTreeMap, sync::Arc};

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Origin, Page, Result};
use store::{Key, Pagination, Query, from_item};

use super::{AttendanceStore, Stored, put_if_unchanged, read_stored};
use crate::{domain::site::Site, messages};

/// Maximum active sites. Simultaneous creations may exceed it.
pub const SITES_MAX: usize = 1_000;
/// Time for which the tombstone of a deleted site is kept, so that late readers see the deletion.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Maximum length of a site code, in bytes.
const SITE_BYTES_MAX: usize = 40;

/// Whether a site with this code may exist. Other codes are not looked up: a key has a limited length.
pub(super) const fn may_be_site(site: &str) -> bool {
    !site.is_empty() && site.len() <= SITE_BYTES_MAX
}
const PARTITION: &str = "SITES";
const ENTITY: &str = "Site";

/// Active sites by their code.
pub type Sites = BTreeMap<String, Arc<Site>>;

fn site_key(site: &str) -> Key {
    Key::new(PARTITION, site)
}

fn active_sites_query() -> Query {
    Query::partition(PARTITION).filter("attribute_not_exists(#deleted_at)")
}

impl AttendanceStore {
    /// All active sites, at most a minute old.
    pub async fn sites_cached(&self, now: Timestamp) -> Result<Arc<Sites>> {
        let read = async {
            let items = self.table.query_all(active_sites_query(), SITES_MAX * 2).await?;
            let sites = items.into_iter().map(from_item::<Site>);
            sites.map(|site| site.map(|site| (site.site.clone(), Arc::new(site)))).collect()
        };
        self.sites.get_or_read(now, read).await
    }

    /// An active site, at most a minute old; `None` if it is unknown or deleted.
    pub async fn find_site_cached(&self, site: &str, now: Timestamp) -> Result<Option<Arc<Site>>> {
        Ok(self.sites_cached(now).await?.get(site).cloned())
    }

    /// One page of active sites, by code.
    pub async fn list_sites(&self, page: &Pagination) -> Result<Page<Site>> {
        self.table.typed_page(active_sites_query(), page).await
    }

    /// Reads a site consistently, also a deleted one; `None` if it is unknown.
    pub async fn find_site_or_tombstone(&self, site: &str) -> Result<Option<Stored<Site>>> {
        if !may_be_site(site) {
            return Ok(None);
        }
        self.table.get_consistent(&site_key(site)).await?.map(read_stored).transpose()
    }

    /// Reads an active site consistently.
    ///
    /// # Errors
    /// 404 for an unknown or deleted site.
    pub async fn get_site(&self, site: &str) -> Result<Stored<Site>> {
        let site = self.find_site_or_tombstone(site).await?.filter(|stored| stored.value.deleted_at.is_none());
        site.ok_or_else(|| Error::not_found(messages::site()))
    }

    /// Stores a new, changed or deleted site in place of the version that was read (0: no record). Returns the new
    /// version.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` if the site has a different version.
    pub async fn save_site(&self, origin: &Origin, version: u64, after: &Site) -> Result<u64> {
        let deleted = after.deleted_at.is_some();
        let event = if deleted { EventType::AttendanceSiteDeleted } else { EventType::AttendanceSiteUpdated };
        let fact = Fact::new(event, ENTITY, &after.site);
        let mut write = put_if_unchanged(site_key(&after.site), after, version).publishes(fact);
        if deleted {
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
