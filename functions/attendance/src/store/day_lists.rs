//! Days in lists: a person's history, late arrivals and overtime, a department's month. Each is one query of an index whose cost
//! follows what is asked for, not how much there is.

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{AttendanceId, DepartmentId, EmployeeId, Error, ExportId, Origin, Page, Result};
use policy::attendance::{Home, Outcome};
use serde::{Deserialize, Serialize};
use store::{Item, Key, Pagination, Query, Write, from_item};

use super::Records;
use crate::domain::{day::Day, month_totals::Month};

/// No period that is listed is longer, in days.
pub const DAYS_MAX: usize = 366;
/// A settled day of a department, as the index by month keeps it.
#[derive(Debug, Clone, Deserialize)]
pub struct DepartmentDay {
    pub id: AttendanceId,
    pub employee_id: EmployeeId,
    pub date: Date,
    /// What came of it.
    pub outcome: Outcome,
    /// Where the person stood.
    pub home: Home,
}

/// The item `EXPORT#<id>`, `EXPORT`: who took which days out of the house.
#[derive(Debug, Clone, Serialize)]
pub struct Exported {
    pub id: ExportId,
    pub department_id: DepartmentId,
    pub from: Date,
    pub to: Date,
    pub rows: usize,
    pub created_at: Timestamp,
    pub created_by: EmployeeId,
}

/// How far a department's month was read.
#[derive(Debug, Clone)]
pub struct Unread(Item);

impl Records {
    /// One page of a person's days, newest first.
    pub async fn history(
        &self,
        employee: EmployeeId,
        (from, to): (Date, Date),
        page: &Pagination,
    ) -> Result<Page<Day>> {
        let query = Query::partition(format!("EMP#{employee}")).between(&format!("DAY#{from}"), &format!("DAY#{to}"));
        self.table.paged_of(query.descending(), page).await
    }

    /// The days on which somebody came late, newest first.
    pub async fn late_days(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        self.marked("by_late", employee, from, to).await
    }

    /// The days on which somebody worked overtime that counts, newest first.
    pub async fn overtime_days(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        self.marked("by_overtime", employee, from, to).await
    }

    async fn marked(&self, index: &str, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        let query = Query::index(index, format!("EMP#{employee}")).between(&from.to_string(), &to.to_string());
        self.table.query_all(query.descending(), DAYS_MAX).await?.into_iter().map(from_item).collect()
    }

    /// Some settled days of a department within a month, by date and person, and where to go on.
    pub async fn department_days(
        &self,
        department: DepartmentId,
        month: Month,
        (from, to): (Date, Date),
        unread: Option<Unread>,
    ) -> Result<(Vec<DepartmentDay>, Option<Unread>)> {
        let query = Query::index("by_month", format!("DEP#{department}#{month}"));
        let mut query = query.between(&from.to_string(), &format!("{to}#~"));
        if let Some(Unread(position)) = unread {
            query = query.after(position);
        }
        let (items, next) = self.table.query(&query).await?;
        Ok((items.into_iter().map(from_item).collect::<Result<_>>()?, next.map(Unread)))
    }

    /// Puts an export on record.
    pub async fn keep_export(&self, origin: &Origin, exported: &Exported) -> Result<()> {
        let write = Write::create(Key::new(format!("EXPORT#{}", exported.id), "EXPORT"), exported).says(Fact::new(
            EventType::AttendanceExported,
            "AttendanceExport",
            exported.id,
        ));
        let taken = |_, _| Error::internal("an export of this id is there already");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.or(taken))
    }
}
