//! Lists of requests: which index answers which question.

use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Page, Result};
use store::{Pagination, Query, from_item, string_attribute};

use super::LeaveStore;
use crate::domain::request::{Request, RequestStatus};

/// No request is longer, in days: whoever looks for those who are away on a day reads from so long before it.
pub const REQUEST_DAYS_MAX: i64 = 366;
/// The partition of all requests in `by_start`.
pub(super) const ALL: &str = "REQUESTS";

/// The index of what waits, its partition and its sort key.
const STATUS_INDEX: &str = "by_status";
const PENDING_PARTITION: &str = "STATUS#pending";
const STATUS_SORT_KEY: &str = "ix_by_status_sk";

/// Where a request lies within a partition: by first day, then id.
pub fn start_sort_key(start: Date, id: LeaveId) -> String {
    format!("{start}#{id}")
}

pub(super) fn of_employee(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

pub(super) fn of_manager(id: EmployeeId) -> String {
    format!("EMP#{id}")
}

pub(super) fn of_department(id: DepartmentId) -> String {
    format!("DEP#{id}")
}

/// Only what waits has a partition of its own: it is the one status that stays a small part.
pub(super) fn of_status(status: RequestStatus) -> Option<&'static str> {
    match status {
        RequestStatus::Pending => Some(PENDING_PARTITION),
        RequestStatus::Approved | RequestStatus::Rejected | RequestStatus::Cancelled => None,
    }
}

/// Which requests are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// Of this person.
    pub employee: Option<EmployeeId>,
    /// Of those who report to this person directly.
    pub manager: Option<EmployeeId>,
    pub department: Option<DepartmentId>,
    pub status: Option<RequestStatus>,
    /// That last until this day or longer.
    pub from: Option<Date>,
    /// That begin on this day or earlier.
    pub to: Option<Date>,
}

impl RequestFilter {
    /// The most selective index takes the question; the rest filters what it finds. Newest first.
    fn query(&self) -> Query {
        let waiting = self.status.and_then(of_status);
        let query = match (self.employee, self.manager, self.department, waiting) {
            (Some(employee), _, _, _) => Query::index("by_employee", of_employee(employee)),
            (None, Some(manager), _, _) => Query::index("by_manager", of_manager(manager)),
            (None, None, Some(department), _) => Query::index("by_department", of_department(department)),
            (None, None, None, Some(waiting)) => Query::index(STATUS_INDEX, waiting),
            (None, None, None, None) => Query::index("by_start", ALL),
        };
        self.narrowed(query, None).descending()
    }

    /// The same of what waits, soonest first, behind a place.
    fn waiting(&self, after: Option<&str>) -> Query {
        let mut query = self.narrowed(Query::index(STATUS_INDEX, PENDING_PARTITION), after);
        if let Some(employee) = self.employee {
            query = query.filter("#employee_id = :employee").value(":employee", &employee);
        }
        match self.department.filter(|_| self.employee.is_none() && self.manager.is_none()) {
            Some(department) => query.filter("#department_id = :department").value(":department", &department),
            None => query,
        }
    }

    fn narrowed(&self, mut query: Query, after: Option<&str>) -> Query {
        if self.from.is_some() || self.to.is_some() || after.is_some() {
            let earliest = self.from.map(|from| from.saturating_sub(Span::new().days(REQUEST_DAYS_MAX)));
            let (low, high) = (earliest.unwrap_or(Date::MIN), self.to.unwrap_or(Date::MAX));
            let low = low.max(Date::ZERO).to_string();
            // A plus sorts behind the place itself and before any other, a tilde behind every id.
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
    /// One page of requests, newest first.
    pub async fn requests(&self, wanted: &RequestFilter, page: &Pagination) -> Result<Page<Request>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// What is wanted of what waits, soonest first, behind a place: out of the next so many that wait, and behind which
    /// place more of them lie.
    pub async fn list_pending_requests(
        &self,
        wanted: &RequestFilter,
        after: Option<&str>,
        about: usize,
    ) -> Result<(Vec<Request>, Option<String>)> {
        let (items, next) = self.table.query(&wanted.waiting(after).limit(about)).await?;
        let next = next.as_ref().and_then(|next| string_attribute(next, STATUS_SORT_KEY)).map(str::to_owned);
        Ok((items.into_iter().map(from_item).collect::<Result<_>>()?, next))
    }
}
