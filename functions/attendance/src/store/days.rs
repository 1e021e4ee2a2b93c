//! Attendance days: read one by one, by period or for many people; written if they still have the version that was
//! read.

use std::collections::HashMap;

use events::Fact;
use jiff::civil::Date;
use kernel::{EmployeeId, Origin, Result};
use policy::attendance::DayStatus;
use store::{Key, Query, Write, string_attribute};

use super::{AttendanceStore, Race, Stored, as_race, put_if_unchanged, read_stored};
use crate::domain::{day::Day, month_totals::Month};

/// Maximum days of one person in one read.
const DAYS_READ_MAX: usize = 410;

pub(super) fn day_key(employee: EmployeeId, date: Date) -> Key {
    Key::new(format!("EMP#{employee}"), format!("DAY#{date}"))
}

/// Partition of the incomplete days of a site's month in the index by status.
pub(super) fn incomplete_days_partition(site: &str, month: Month) -> String {
    format!("DAYS#incomplete#{site}#{month}")
}

/// Adds the index attributes: by late minutes, counted overtime and month, as reports show the day, and by the site's month
/// if the day is incomplete now.
pub(super) fn with_indexes(write: Write, day: &Day) -> Write {
    let (mut write, reported) = (write, day.reported_outcome());
    let late = if day.outcome.is_some() { reported.map(|outcome| outcome.late_minutes) } else { day.late_minutes };
    if late.is_some_and(|late| late.0 > 0) {
        write = write.index("by_late", format!("EMP#{}", day.employee_id), day.date);
    }
    let Some((outcome, home)) = day.outcome.as_ref().zip(day.home.as_ref()) else { return write };
    let (month, by_date) = (Month::of(day.date), format!("{}#{}", day.date, day.employee_id));
    if outcome.status == DayStatus::Incomplete {
        write = write.index("by_status", incomplete_days_partition(&home.site, month), &by_date);
    }
    let Some(reported) = reported else { return write };
    if reported.overtime.minutes.0 > 0 {
        write = write.index("by_overtime", format!("EMP#{}", day.employee_id), day.date);
    }
    write.index("by_month", format!("DEP#{}#{month}", home.department_id), by_date)
}

/// Write of a day in place of the version that was read (0: no record).
pub(super) fn day_write(day: &Day, version: u64) -> Write {
    with_indexes(put_if_unchanged(day_key(day.employee_id, day.date), day, version), day)
}

impl AttendanceStore {
    /// Reads a day consistently; `None` if it has no record.
    pub async fn find_day(&self, employee: EmployeeId, date: Date) -> Result<Option<Stored<Day>>> {
        self.table.get_consistent(&day_key(employee, date)).await?.map(read_stored).transpose()
    }

    /// Reads a person's recorded days between two dates consistently, in order.
    pub async fn list_days_consistent(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Stored<Day>>> {
        let query = Query::partition(format!("EMP#{employee}")).between(&format!("DAY#{from}"), &format!("DAY#{to}"));
        self.table.query_all(query.consistent(), DAYS_READ_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// Reads many days consistently; days without record are left out.
    pub async fn find_days(&self, wanted: &[(EmployeeId, Date)]) -> Result<HashMap<(EmployeeId, Date), Stored<Day>>> {
        let keys: Vec<Key> = wanted.iter().map(|(employee, date)| day_key(*employee, *date)).collect();
        let items = self
            .table
            .get_many_consistent(&keys)
            .await?
            .into_iter()
            .filter(|item| string_attribute(item, "id").is_some());
        let days = items.map(|item| read_stored::<Day>(item).map(|day| ((day.value.employee_id, day.value.date), day)));
        days.collect()
    }

    /// Writes a day in place of the version that was read (0: no record), with an event if there is one. Returns the
    /// new version.
    pub async fn write_day(&self, origin: &Origin, day: &Day, version: u64, fact: Option<Fact>) -> Result<Race<u64>> {
        let mut write = day_write(day, version);
        if let Some(fact) = fact {
            write = write.publishes(fact);
        }
        as_race(self.table.commit(origin, write).await.map(|committed| committed.version))
    }
}
