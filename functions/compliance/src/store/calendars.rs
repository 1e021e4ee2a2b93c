//! Business calendars: versions are added and never changed.

use events::{EventType, Fact};
use kernel::{Error, Origin, Result};
use policy::{Calendar, calendar_key};
use serde::Serialize;
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Query, Write, from_item};

use super::ComplianceStore;
use crate::{domain::calendar::is_site_code, messages};

const ENTITY: &str = "Calendar";
/// Partition of all calendars, as in `calendar_key`.
const CALENDARS: &str = "CALENDARS";
/// Most calendar versions of all sites that can be stored; more are an internal error. As in `policy::PolicyReader`.
const VERSIONS_MAX: usize = 5_000;

impl ComplianceStore {
    /// Current calendar of each site, sorted by site.
    pub async fn list_current_calendars(&self) -> Result<Vec<Calendar>> {
        let items = self.table.query_all(Query::partition(CALENDARS).consistent(), VERSIONS_MAX).await?;
        let mut current: Vec<Calendar> = Vec::new();
        // Sorted by key, the versions of a site are adjacent, the latest last.
        for item in items {
            let calendar: Calendar = from_item(item)?;
            if current.last().is_some_and(|last| last.site == calendar.site) {
                current.pop();
            }
            current.push(calendar);
        }
        current.sort_by(|a, b| a.site.cmp(&b.site));
        Ok(current)
    }

    /// Current calendar of a site, which is its latest version; `None` if it has none.
    ///
    /// # Errors
    /// 404 for a text that cannot be the code of a site.
    pub async fn find_current_calendar(&self, site: &str) -> Result<Option<Calendar>> {
        if !is_site_code(site) {
            return Err(Error::not_found(messages::site()));
        }
        let query = Query::partition(CALENDARS).begins_with(&format!("{site}#")).descending().consistent().limit(1);
        let (items, _) = self.table.query(&query).await?;
        items.into_iter().next().map(from_item).transpose()
    }

    /// One version of a site's calendar.
    ///
    /// # Errors
    /// 404 if it does not exist.
    pub async fn get_calendar_version(&self, site: &str, version: u32) -> Result<Calendar> {
        let missing = || Error::not_found(messages::calendar());
        if !is_site_code(site) {
            return Err(missing());
        }
        let item = self.table.get_consistent(&calendar_key(site, version)).await?;
        from_item(item.ok_or_else(missing)?)
    }

    /// Stores the first version of a calendar, or the version after `before`, the current one.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` if another request stored this version.
    pub async fn create_calendar_version(
        &self,
        origin: &Origin,
        before: Option<&Calendar>,
        new: &Calendar,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        if new.version != before.map_or(1, |before| before.version.saturating_add(1)) {
            return Err(Error::changed_concurrently());
        }
        let previous = before.map(|before| {
            json!({
                "version": before.version, "week": before.week, "holidays": before.holidays,
            })
        });
        let fact = Fact::new(EventType::ComplianceCalendarUpdated, ENTITY, &new.site)
            .with_data(json!({ "previous": previous }));
        let write = Write::create(calendar_key(&new.site, new.version), new).publishes(fact);
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}
