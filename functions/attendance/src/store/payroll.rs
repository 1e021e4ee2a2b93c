//! Payroll periods: closed months of a site, and the differences that later changes post in the open one.
//!
//! The closed month of a site is stored in one item for readers and in 32 copies for settlements. A day of a past month is
//! written in one transaction with a check of one copy, chosen by the day's id, so that simultaneous settlements seldom meet.
//! A close replaces the item and all copies in one transaction. So no change can miss the close of its month.

use std::collections::{BTreeSet, HashMap};

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, EmployeeId, Error, ExportId, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Item, Key, Pagination, Query, Write, from_item};

use super::{
    AttendanceStore, Race, Stored, as_race,
    days::{day_write, incomplete_days_partition},
    put_if_unchanged, read_stored,
    sites::may_be_site,
};
use crate::domain::{
    correction::{Correction, CorrectionStatus},
    month_totals::Month,
    payroll_difference::{PayrollDifference, PostedDay},
    payroll_period::{IncompleteDay, OPEN_ITEMS_MAX, PayrollClosing, SitePayroll},
};
use crate::messages;

/// `entity_type` of a payroll period.
const ENTITY: &str = "PayrollPeriod";
/// Copies of a site's closed month. A close writes all of them in one transaction, which has at most 100 writes.
const COPIES: u8 = 32;
/// Most queries for the pending corrections of a month; each reads at most 1 MB of those of all months.
const CORRECTION_QUERIES_MAX: usize = 5;

/// Position at which the next part of a period's differences begins.
#[derive(Debug, Clone)]
pub struct DifferenceCursor(Item);

/// The item `EXPORT#<id>`, `EXPORT`: an export of the differences of a period, and its author.
#[derive(Debug, Clone, Serialize)]
pub struct PayrollExportRecord {
    pub id: ExportId,
    pub site: String,
    pub month: Month,
    /// First day whose differences were exported; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day whose differences were exported; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    pub rows: usize,
    pub created_at: Timestamp,
    pub created_by: EmployeeId,
}

/// Open items of a month, at most [`OPEN_ITEMS_MAX`], and whether there are or may be more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItems<T> {
    pub items: Vec<T>,
    pub more: bool,
}

impl<T> OpenItems<T> {
    /// The first of these items, at most [`OPEN_ITEMS_MAX`]. `more` if there are others beyond `items`.
    pub fn first_of(mut items: Vec<T>, more: bool) -> Self {
        let cut = items.len() > OPEN_ITEMS_MAX;
        items.truncate(OPEN_ITEMS_MAX);
        Self { items, more: more || cut }
    }
}

fn site_partition(site: &str) -> String {
    format!("PAYROLL#{site}")
}

fn site_key(site: &str) -> Key {
    Key::new(site_partition(site), "SITE")
}

/// Key of a copy. Each has a partition of its own, because simultaneous settlements check all copies of a site at once.
fn copy_key(site: &str, copy: u8) -> Key {
    Key::new(format!("PAYROLL#{site}#COPY#{copy:02}"), "COPY")
}

/// Number of the copy that writes of a day check, from 0. The last byte of a day's id is random.
fn copy_number_of(day: AttendanceId) -> u8 {
    day.uuid().as_bytes().last().copied().unwrap_or_default() % COPIES
}

fn differences_query(site: &str, period: Month, (from, to): (Option<Date>, Option<Date>)) -> Query {
    let low = from.map_or_else(|| "0".to_owned(), |from| from.to_string());
    let high = to.map_or_else(|| "~".to_owned(), |to| format!("{to}#~"));
    Query::partition(format!("PAYROLL#{site}#{period}")).between(&low, &high)
}

/// Check that the last closed month of a site is still this one, by the copy that belongs to the day; with `None`, that no
/// month is closed.
fn closed_through_check(site: &str, day: AttendanceId, closed_through: Option<Month>) -> Write {
    let check = Write::check(copy_key(site, copy_number_of(day)));
    match closed_through {
        None => check.condition("attribute_not_exists(pk)"),
        Some(month) => check.condition("#closed_through = :closed_through").value(":closed_through", &month),
    }
}

impl AttendanceStore {
    /// Reads the last closed month of a site consistently; `None` if no month is closed, also for an unknown site.
    pub async fn find_site_payroll(&self, site: &str) -> Result<Option<Stored<SitePayroll>>> {
        if !may_be_site(site) {
            return Ok(None);
        }
        self.table.get_consistent(&site_key(site)).await?.map(read_stored).transpose()
    }

    /// Reads the last closed month of a site consistently; `None` if no month is closed at a site that has or had settings.
    ///
    /// # Errors
    /// 404 for a site without settings, deleted ones included, and without a closed month.
    pub async fn get_site_payroll(&self, site: &str) -> Result<Option<Stored<SitePayroll>>> {
        // The tombstone of a deleted site expires; its closed months do not.
        let (settings, payroll) =
            futures::future::try_join(self.find_site_or_tombstone(site), self.find_site_payroll(site)).await?;
        if settings.is_none() && payroll.is_none() {
            return Err(Error::not_found(messages::site()));
        }
        Ok(payroll)
    }

    /// Last closed month of each of these sites, read consistently. Sites without a closed month are left out.
    pub async fn closed_months(&self, sites: &BTreeSet<&str>) -> Result<HashMap<String, Month>> {
        if sites.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<Key> = sites.iter().map(|site| site_key(site)).collect();
        let items = self.table.get_many_consistent(&keys).await?;
        items
            .into_iter()
            .map(|item| from_item::<SitePayroll>(item).map(|payroll| (payroll.site, payroll.closed_through)))
            .collect()
    }

    /// Writes a day and its difference in place of the version that was read (0: no record), with an event if there is one.
    /// Returns the new version of the day. The race is also lost if a month of the site has been closed since `closed_through`,
    /// its last closed month, was read.
    pub async fn write_posted_day(
        &self,
        origin: &Origin,
        PostedDay { day, difference }: &PostedDay,
        version: u64,
        fact: Option<Fact>,
        (site, closed_through): (&str, Option<Month>),
    ) -> Result<Race<u64>> {
        let published = fact.is_some();
        let write = day_write(day, version);
        let mut writes = vec![fact.into_iter().fold(write, Write::publishes)];
        if let Some(difference) = difference {
            let partition = format!("PAYROLL#{site}#{}", difference.period);
            let sort_key = format!("{}#{}#{:06}", day.date, day.employee_id, version.saturating_add(1));
            let write = Write::create(Key::new(partition, sort_key), difference);
            writes.push(if published { write.joins_lead_event() } else { write });
        }
        writes.push(closed_through_check(site, day.id, closed_through));
        as_race(self.table.transact(origin, writes).await.map(|committed| committed.version))
    }

    /// Closes a month, if the closed months of the site still have the version that was read (0: none). The order of months and
    /// the runs are not checked. Publishes `attendance.payroll_period_closed`.
    pub async fn close_month(
        &self,
        origin: &Origin,
        version: u64,
        closing: &PayrollClosing,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let PayrollClosing { site, month, .. } = closing;
        let state = SitePayroll { site: site.clone(), closed_through: *month, updated_at: origin.at };
        let fact = Fact::new(EventType::AttendancePayrollPeriodClosed, ENTITY, format!("{site}:{month}"));
        let mut writes = vec![
            Write::create(Key::new(site_partition(site), format!("MONTH#{month}")), closing).publishes(fact),
            put_if_unchanged(site_key(site), &state, version).joins_lead_event(),
        ];
        writes.extend((0..COPIES).map(|copy| Write::put(copy_key(site, copy), &state).joins_lead_event()));
        as_race(self.table.commit_idempotent(origin, writes, idempotency_key, answer).await)
    }

    /// One page of a site's closed months, newest first; empty for an unknown site. Months before the first close have no
    /// entry.
    pub async fn list_closings(&self, site: &str, page: &Pagination) -> Result<Page<PayrollClosing>> {
        if !may_be_site(site) {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        self.table.typed_page(Query::partition(site_partition(site)).begins_with("MONTH#").descending(), page).await
    }

    /// One page of the differences that are posted in a period, about days of a date range with both ends, by date and
    /// employee, then oldest first; empty for an unknown site.
    pub async fn list_differences(
        &self,
        (site, period): (&str, Month),
        dates: (Option<Date>, Option<Date>),
        page: &Pagination,
    ) -> Result<Page<PayrollDifference>> {
        if !may_be_site(site) {
            return Ok(Page { items: Vec::new(), next_cursor: None });
        }
        self.table.typed_page(differences_query(site, period, dates), page).await
    }

    /// One part of these differences, and the cursor of the next part; `None` after the last.
    pub async fn read_differences(
        &self,
        (site, period): (&str, Month),
        dates: (Option<Date>, Option<Date>),
        after: Option<DifferenceCursor>,
    ) -> Result<(Vec<PayrollDifference>, Option<DifferenceCursor>)> {
        if !may_be_site(site) {
            return Ok((Vec::new(), None));
        }
        let query = differences_query(site, period, dates);
        let query = after.into_iter().fold(query, |query, DifferenceCursor(position)| query.after(position));
        let (items, next) = self.table.query(&query).await?;
        Ok((items.into_iter().map(from_item).collect::<Result<_>>()?, next.map(DifferenceCursor)))
    }

    /// The first incomplete days of a month at a site, by date. The site is the one at the first settlement of the day. The
    /// index may lag behind.
    pub async fn list_incomplete_days(&self, site: &str, month: Month) -> Result<OpenItems<IncompleteDay>> {
        let query = Query::index("by_status", incomplete_days_partition(site, month)).limit(OPEN_ITEMS_MAX + 1);
        let (items, next) = self.table.query(&query).await?;
        let days = items.into_iter().map(from_item).collect::<Result<Vec<IncompleteDay>>>()?;
        Ok(OpenItems::first_of(days, next.is_some()))
    }

    /// Pending corrections of days of a month at any site, in the order of their requests, and whether there may be more. The
    /// index may lag behind.
    pub async fn list_pending_corrections_in(&self, month: Month) -> Result<(Vec<Correction>, bool)> {
        let mut query = Query::index("by_status", format!("CORRECTIONS#{}", CorrectionStatus::Pending.as_str()))
            .filter("#date BETWEEN :first AND :last")
            .value(":first", &month.first_day())
            .value(":last", &month.last_day());
        let mut corrections = Vec::new();
        for _ in 0..CORRECTION_QUERIES_MAX {
            let (items, next) = self.table.query(&query).await?;
            corrections.extend(items.into_iter().map(from_item).collect::<Result<Vec<_>>>()?);
            match next {
                Some(position) => query = query.after(position),
                None => return Ok((corrections, false)),
            }
        }
        Ok((corrections, true))
    }
}
