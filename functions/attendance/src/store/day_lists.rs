//! Lists of days: a person's history, late arrivals and overtime, and a department's month. Each is one index query, so
//! that its cost follows the requested range.

use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, ExportId, Origin, Page, Result};
use policy::attendance::{DayOutcome, EmploymentSnapshot};
use serde::{Deserialize, Serialize};
use store::{Item, Key, Pagination, Query, Write, from_item};

use super::AttendanceStore;
use crate::domain::{day::Day, month_totals::Month, settled_figures::SettledFigures};

/// Maximum length of a listed period, in days.
pub const DAYS_MAX: usize = 366;

/// Day of a department as reports show it.
#[derive(Debug, Clone)]
pub struct DepartmentDay {
    pub employee_id: EmployeeId,
    pub date: Date,
    pub outcome: DayOutcome,
    /// Employment of the person when the day was first settled.
    pub home: EmploymentSnapshot,
}

/// Settled day of a department, as the index by month projects it.
#[derive(Debug, Clone, Deserialize)]
struct IndexedDay {
    employee_id: EmployeeId,
    date: Date,
    outcome: DayOutcome,
    #[serde(default)]
    reported: Option<SettledFigures>,
    home: EmploymentSnapshot,
}

impl IndexedDay {
    /// The day with the outcome that reports show; `None` if they show none.
    fn into_reported(self) -> Option<DepartmentDay> {
        let Self { employee_id, date, outcome, reported, home } = self;
        let outcome = reported.map_or(Some(outcome), |reported| reported.outcome)?;
        Some(DepartmentDay { employee_id, date, outcome, home })
    }
}

/// The item `EXPORT#<id>`, `EXPORT`: an export of a department's days, and its author.
#[derive(Debug, Clone, Serialize)]
pub struct ExportRecord {
    pub id: ExportId,
    pub department_id: DepartmentId,
    pub from: Date,
    pub to: Date,
    pub rows: usize,
    pub created_at: Timestamp,
    pub created_by: EmployeeId,
}

/// Position at which the next part of a department's month begins.
#[derive(Debug, Clone)]
pub struct DepartmentCursor(Item);

impl AttendanceStore {
    /// One page of a person's days with a record, from one date to another, newest first.
    pub async fn list_days(
        &self,
        employee: EmployeeId,
        (from, to): (Date, Date),
        page: &Pagination,
    ) -> Result<Page<Day>> {
        let query = Query::partition(format!("EMP#{employee}")).between(&format!("DAY#{from}"), &format!("DAY#{to}"));
        self.table.typed_page(query.descending(), page).await
    }

    /// All days of a period on which the person was late as reports show it, newest first. A day with later punches may be
    /// on time.
    pub async fn list_late_days(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        self.list_indexed_days("by_late", employee, from, to).await
    }

    /// All days of a period with overtime that counts as reports show it, newest first.
    pub async fn list_overtime_days(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        self.list_indexed_days("by_overtime", employee, from, to).await
    }

    async fn list_indexed_days(&self, index: &str, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Day>> {
        let query = Query::index(index, format!("EMP#{employee}")).between(&from.to_string(), &to.to_string());
        self.table.query_all(query.descending(), DAYS_MAX).await?.into_iter().map(from_item).collect()
    }

    /// One part of the settled days of a department, by date and person, and the cursor of the next part; `None` after
    /// the last. Days are those of employees who were in the department at their first settlement, as reports show them. `from`
    /// and `to` must be within the month. A part can be empty before the last.
    pub async fn list_department_days(
        &self,
        department: DepartmentId,
        month: Month,
        (from, to): (Date, Date),
        after: Option<DepartmentCursor>,
    ) -> Result<(Vec<DepartmentDay>, Option<DepartmentCursor>)> {
        let query = Query::index("by_month", format!("DEP#{department}#{month}"));
        let mut query = query.between(&from.to_string(), &format!("{to}#~"));
        if let Some(DepartmentCursor(position)) = after {
            query = query.after(position);
        }
        let (items, next) = self.table.query(&query).await?;
        let days = items.into_iter().map(|item| from_item(item).map(IndexedDay::into_reported));
        let days = days.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        Ok((days, next.map(DepartmentCursor)))
    }

    /// Records an export and its author. Publishes `attendance.exported`.
    pub async fn create_export_record(&self, origin: &Origin, id: ExportId, export: &impl Serialize) -> Result<()> {
        let write = Write::create(Key::new(format!("EXPORT#{id}"), "EXPORT"), export).publishes(Fact::new(
            EventType::AttendanceExported,
            "AttendanceExport",
            id,
        ));
        let exists = |_, _| Error::internal("the new export id exists");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.map_condition(exists))
    }
}
