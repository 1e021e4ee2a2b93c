//! Writing of changed days: those whose month may be closed are written together with a check of their site's closed months.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use kernel::{Origin, Result, RunId};

use crate::{
    domain::{
        month_totals::Month, payroll_difference::post_change, payroll_period::may_be_closed, settled_day::DayChange,
    },
    store::{AttendanceStore, Race},
};

/// Last closed month of each site of changed days, as it was read before the writes. Sites without one are left out.
#[derive(Debug, Clone, Default)]
pub struct ClosedMonths(HashMap<String, Month>);

/// Site of a changed day whose month is old enough to be closed; `None` for a later day, which needs no check.
fn site_to_check(change: &DayChange, now: Timestamp) -> Option<&str> {
    let home = change.day.home.as_ref().filter(|_| may_be_closed(change.day.date, now))?;
    Some(home.site.as_str())
}

impl ClosedMonths {
    /// Reads the last closed months of the sites of these changes. Reads nothing if no day is old enough to be in a closed
    /// month. `now` is the time of the settlement, as in [`Self::write_change`].
    pub async fn read_for<'a>(
        store: &AttendanceStore,
        now: Timestamp,
        changes: impl Iterator<Item = &'a DayChange>,
    ) -> Result<Self> {
        let sites: BTreeSet<&str> = changes.filter_map(|change| site_to_check(change, now)).collect();
        store.closed_months(&sites).await.map(Self)
    }

    /// Writes a changed day with its events, and in a closed month with its difference; returns the new version. Loses the race
    /// if the day or the closed months of its site have changed since they were read, also if [`Self::read_for`] did not read
    /// that site's closed months.
    pub async fn write_change(
        &self,
        store: &AttendanceStore,
        origin: &Origin,
        run: Option<RunId>,
        change: &DayChange,
    ) -> Result<Race<u64>> {
        let fact = change.fact(run);
        let Some(site) = site_to_check(change, origin.at) else {
            return store.write_day(origin, &change.day, change.version, fact).await;
        };
        let closed_through = self.0.get(site).copied();
        let posted = post_change(change, closed_through, run, origin);
        store.write_posted_day(origin, &posted, change.version, fact, (site, closed_through)).await
    }
}
