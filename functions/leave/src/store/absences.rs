//! Absences: requests by the days that they touch.

use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, Page, Result};
use policy::leave::REQUEST_DAYS_MAX;
use store::{Pagination, Query, from_item};

use super::{LeaveStore, Stored, read_stored, request_lists};
use crate::{
    domain::request::{Request, RequestStatus},
    messages,
};

/// Most requests of one calendar.
const ABSENCES_MAX: usize = 2_000;
/// Most requests read for one employee.
const REQUESTS_MAX: usize = 10_000;

/// Query limited to requests that touch these days. A request has at most [`REQUEST_DAYS_MAX`] days, so earlier ones
/// are over.
fn only_overlapping(query: Query, from: Date, to: Date) -> Query {
    let earliest = from.saturating_sub(Span::new().days(REQUEST_DAYS_MAX)).max(Date::ZERO);
    only_ending_from(query, from, (&earliest.to_string(), to))
}

/// Query limited to requests with a sort key from `low` on that begin on `to` or earlier and end on `from` or later.
fn only_ending_from(query: Query, from: Date, (low, to): (&str, Date)) -> Query {
    // A tilde sorts after every id.
    query.between(low, &format!("{to}#~")).filter("#end_date >= :from").value(":from", &from)
}

/// Query limited to requests that end on `from` or later, after a sort key if one is given.
pub(super) fn only_ending_from_after(query: Query, from: Date, after: Option<&str>) -> Query {
    match after {
        // A plus sorts directly after the given key.
        Some(after) => only_ending_from(query, from, (&format!("{after}+"), Date::MAX)),
        None => only_overlapping(query, from, Date::MAX),
    }
}

pub(super) fn only_pending_or_approved(query: Query) -> Query {
    let statuses = [(":pending", RequestStatus::Pending), (":approved", RequestStatus::Approved)];
    let query = query.filter("#status IN (:pending, :approved)");
    statuses.iter().fold(query, |query, (name, status)| query.value(name, status))
}

impl LeaveStore {
    /// Pending, approved and cancelled requests of a department that touch these days.
    ///
    /// # Errors
    /// 422 for more than [`ABSENCES_MAX`] requests.
    pub async fn list_unrejected_requests_in_department(
        &self,
        department: DepartmentId,
        from: Date,
        to: Date,
    ) -> Result<Vec<Request>> {
        self.query_unrejected(only_overlapping(
            Query::index("by_department", request_lists::department_partition(department)),
            from,
            to,
        ))
        .await
    }

    /// Pending, approved and cancelled requests of one employee that touch these days.
    ///
    /// # Errors
    /// 422 for more than [`ABSENCES_MAX`] requests.
    pub async fn list_unrejected_requests_of(
        &self,
        employee: EmployeeId,
        from: Date,
        to: Date,
    ) -> Result<Vec<Request>> {
        self.query_unrejected(only_overlapping(
            Query::index("by_employee", request_lists::employee_partition(employee)),
            from,
            to,
        ))
        .await
    }

    /// All requests of a query except rejected ones; 422 for more than [`ABSENCES_MAX`].
    async fn query_unrejected(&self, query: Query) -> Result<Vec<Request>> {
        let mut query = query.filter("#status <> :rejected").value(":rejected", &RequestStatus::Rejected);
        let mut requests = Vec::new();
        loop {
            let (items, next) = self.table.query(&query).await?;
            for item in items {
                requests.push(from_item(item)?);
            }
            if requests.len() > ABSENCES_MAX {
                return Err(Error::invalid("query:to", "too_many", messages::absences_above(ABSENCES_MAX)));
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(requests),
            }
        }
    }

    /// All stored requests of one employee, in any status, by first day. Those that expired after their archiving are missing.
    pub async fn list_all_requests_of(&self, employee: EmployeeId) -> Result<Vec<Request>> {
        let query = Query::index("by_employee", request_lists::employee_partition(employee));
        self.table.query_all(query, REQUESTS_MAX).await?.into_iter().map(from_item).collect()
    }

    /// Pending and approved requests of one employee that end on `from` or later.
    pub async fn list_pending_or_approved_requests_of(
        &self,
        employee: EmployeeId,
        from: Date,
    ) -> Result<Vec<Stored<Request>>> {
        let query = only_pending_or_approved(only_overlapping(
            Query::index("by_employee", request_lists::employee_partition(employee)),
            from,
            Date::MAX,
        ));
        self.table.query_all(query, REQUESTS_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// One page of all pending and approved requests that end on `from` or later, by first day.
    pub async fn list_pending_or_approved_requests(&self, from: Date, page: &Pagination) -> Result<Page<Request>> {
        let query = only_pending_or_approved(only_overlapping(
            Query::index("by_start", request_lists::ALL_PARTITION),
            from,
            Date::MAX,
        ));
        self.table.typed_page(query, page).await
    }
}
