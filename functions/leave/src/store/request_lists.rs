//! Lists of requests, each by the most selective index.

use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Page, Result};
use policy::leave::REQUEST_DAYS_MAX;
use store::{Pagination, Query, from_item, string_attribute};

use super::LeaveStore;
use crate::domain::request::{Request, RequestStatus};

/// Partition of all requests in `by_start`.
pub(super) const ALL_PARTITION: &str = "REQUESTS";

/// Index of pending requests, its partition and its sort key.
const STATUS_INDEX: &str = "by_status";
const PENDING_PARTITION: &str = "STATUS#pending";
const STATUS_SORT_KEY: &str = "ix_by_status_sk";

/// Sort key of a request in all indexes: `<first day>#<id>`.
pub fn start_sort_key(start: Date, id: LeaveId) -> String {
    format!("{start}#{id}")
}

pub(super) fn employee_partition(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

pub(super) fn manager_partition(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

pub(super) fn department_partition(id: DepartmentId) -> String {
    format!("DEP#{id}")
}

/// Partition of a status in its index. Only pending requests have one, because they stay few.
pub(super) fn status_partition(status: RequestStatus) -> Option<&'static str> {
    match status {
        RequestStatus::Pending => Some(PENDING_PARTITION),
        RequestStatus::Approved | RequestStatus::Rejected | RequestStatus::Cancelled => None,
    }
}

/// Filter of requests; all given conditions must hold.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    pub employee: Option<EmployeeId>,
    /// Requests that store this manager: that of the employee while pending, and at the time of the decision afterwards.
    pub manager: Option<EmployeeId>,
    pub department: Option<DepartmentId>,
    pub status: Option<RequestStatus>,
    /// Requests that end on this day or later.
    pub from: Option<Date>,
    /// Requests that begin on this day or earlier.
    pub to: Option<Date>,
}

impl RequestFilter {
    /// Query of the most selective index, filtered by the other conditions; latest first day first.
    fn list_query(&self) -> Query {
        let pending_partition = self.status.and_then(status_partition);
        let query = match (self.employee, self.manager, self.department, pending_partition) {
            (Some(employee), _, _, _) => Query::index("by_employee", employee_partition(employee)),
            (None, Some(manager), _, _) => Query::index("by_manager", manager_partition(manager)),
            (None, None, Some(department), _) => Query::index("by_department", department_partition(department)),
            (None, None, None, Some(pending_partition)) => Query::index(STATUS_INDEX, pending_partition),
            (None, None, None, None) => Query::index("by_start", ALL_PARTITION),
        };
        self.with_remaining_conditions(query, None).descending()
    }

    /// Query of pending requests after a sort key, soonest first.
    fn pending_query(&self, after: Option<&str>) -> Query {
        let mut query = self.with_remaining_conditions(Query::index(STATUS_INDEX, PENDING_PARTITION), after);
        if let Some(employee) = self.employee {
            query = query.filter("#employee_id = :employee").value(":employee", &employee);
        }
        match self.department.filter(|_| self.employee.is_none() && self.manager.is_none()) {
            Some(department) => query.filter("#department_id = :department").value(":department", &department),
            None => query,
        }
    }

    /// Query limited to the days of the filter and to its conditions that the index does not cover.
    fn with_remaining_conditions(&self, mut query: Query, after: Option<&str>) -> Query {
        if self.from.is_some() || self.to.is_some() || after.is_some() {
            let earliest = self.from.map(|from| from.saturating_sub(Span::new().days(REQUEST_DAYS_MAX)));
            let (low, high) = (earliest.unwrap_or(Date::MIN), self.to.unwrap_or(Date::MAX));
            let low = low.max(Date::ZERO).to_string();
            // A plus sorts directly after the given key, a tilde after every id.
            let low = after.map_or(low, |after| format!("{after}+"));
            query = query.between(&low, &format!("{high}#~"));
        }
        if let Some(from) = self.from {
            query = query.filter("#end_date >= :from").value(":from", &from);
        }
        if let Some(department) = self.department.filter(|_| self.employee.is_some() || self.manager.is_some()) {
            query = query.filter("#department_id = :department").value(":department", &department);
        }
        if let (Some(_), Some(manager)) = (self.employee, self.manager) {
            query = query.filter("#manager_id = :manager").value(":manager", &manager);
        }
        if let Some(status) = self.status {
            query = query.filter("#status = :status").value(":status", &status);
        }
        query
    }
}

impl LeaveStore {
    /// One page of requests, latest first day first.
    pub async fn list_requests(&self, filter: &RequestFilter, page: &Pagination) -> Result<Page<Request>> {
        self.table.typed_page(filter.list_query(), page).await
    }

    /// Matching requests among the next `read_max` pending ones, soonest first, and the sort key to continue after; `None` after
    /// the last. There can be none that match and still a key.
    pub async fn list_pending_requests(
        &self,
        filter: &RequestFilter,
        after: Option<&str>,
        read_max: usize,
    ) -> Result<(Vec<Request>, Option<String>)> {
        let (items, next) = self.table.query(&filter.pending_query(after).limit(read_max)).await?;
        let next = next.as_ref().and_then(|next| string_attribute(next, STATUS_SORT_KEY)).map(str::to_owned);
        Ok((items.into_iter().map(from_item).collect::<Result<_>>()?, next))
    }
}
