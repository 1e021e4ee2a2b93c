//! Who is away, and what is booked: requests by the days that they touch.

use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, Page, Result};
use store::{Pagination, Query, from_item};

use super::{
    LeaveStore, Stored, read_stored,
    request_lists::{self, REQUEST_DAYS_MAX},
};
use crate::domain::request::{Request, RequestStatus};

/// More absences are not shown at once.
const ABSENCES_MAX: usize = 2_000;
/// Nobody has asked more often.
const REQUESTS_MAX: usize = 10_000;

/// Requests that touch these days: no request is longer than [`DAYS_MAX`], so that those which begin earlier are over.
fn touching(query: Query, from: Date, to: Date) -> Query {
    let earliest = from.saturating_sub(Span::new().days(REQUEST_DAYS_MAX)).max(Date::ZERO);
    query.between(&earliest.to_string(), &format!("{to}#~")).filter("#end_date >= :from").value(":from", &from)
}

/// Only those whose days are taken or held.
fn standing(query: Query) -> Query {
    let statuses = [(":pending", RequestStatus::Pending), (":approved", RequestStatus::Approved)];
    let query = query.filter("#status IN (:pending, :approved)");
    statuses.iter().fold(query, |query, (name, status)| query.value(name, status))
}

impl LeaveStore {
    /// Everything that touches these days in a department. Those that were rejected are left out.
    ///
    /// # Errors
    /// 422 where there are more than can be shown.
    pub async fn list_department_absences(
        &self,
        department: DepartmentId,
        from: Date,
        to: Date,
    ) -> Result<Vec<Request>> {
        self.away(touching(Query::index("by_department", request_lists::of_department(department)), from, to)).await
    }

    /// Everything of one person that touches these days. What was rejected is left out.
    ///
    /// # Errors
    /// 422 where there are more than can be shown.
    pub async fn list_absences_of(&self, employee: EmployeeId, from: Date, to: Date) -> Result<Vec<Request>> {
        self.away(touching(Query::index("by_employee", request_lists::of_employee(employee)), from, to)).await
    }

    async fn away(&self, query: Query) -> Result<Vec<Request>> {
        let mut query = query.filter("#status <> :rejected").value(":rejected", &RequestStatus::Rejected);
        let mut found = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                found.push(from_item(item)?);
            }
            if found.len() > ABSENCES_MAX {
                let detail = format!("More than {ABSENCES_MAX} absences; ask for fewer days.");
                return Err(Error::invalid("query:to", "too_many", detail));
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(found),
            }
        }
    }

    /// Everything that somebody ever asked for, by first day.
    pub async fn list_all_requests_of(&self, employee: EmployeeId) -> Result<Vec<Request>> {
        let query = Query::index("by_employee", request_lists::of_employee(employee));
        self.table.query_all(query, REQUESTS_MAX).await?.into_iter().map(from_item).collect()
    }

    /// What of somebody waits or is approved, and not over before a day.
    pub async fn list_open_requests_of(&self, employee: EmployeeId, from: Date) -> Result<Vec<Stored<Request>>> {
        let query =
            standing(touching(Query::index("by_employee", request_lists::of_employee(employee)), from, Date::MAX));
        self.table.query_all(query, REQUESTS_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// One page of what waits or is approved, and not over before a day, by first day: of everybody.
    pub async fn list_open_requests(&self, from: Date, page: &Pagination) -> Result<Page<Request>> {
        let query = standing(touching(Query::index("by_start", request_lists::ALL), from, Date::MAX));
        self.table.paged_of(query, page).await
    }
}
