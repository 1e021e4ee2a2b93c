//! Lists of employees and the indexes that serve them.

use directory::EmploymentStatus;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Page, Result};
use store::{Pagination, Query, from_item};

use super::{Employee, EmployeeStore, employee::is_current};
use crate::domain::{chart, name};

/// Index half of current employees. Every index separates current and former employees, so that the usual query never
/// reads a former one.
const CURRENT_HALF: &str = "STANDING";
/// Index half of former employees.
const FORMER_HALF: &str = "LEFT";

/// Index half of employees with this status.
pub(super) const fn index_half(status: EmploymentStatus) -> &'static str {
    if is_current(status) { CURRENT_HALF } else { FORMER_HALF }
}

/// Index sort key of an employee: family name and given name as a search key, then the id.
pub(super) fn employee_sort_key(last_name: &str, first_name: &str, id: EmployeeId) -> String {
    format!("{}#{id}", name::name_sort_key(last_name, first_name))
}

pub(super) fn all_employees_partition(half: &str) -> String {
    format!("PEOPLE#{half}")
}

pub(super) fn department_members_partition(id: DepartmentId, half: &str) -> String {
    format!("DEP#{id}#{half}")
}

/// Index partition of the direct reports of a manager, or with `None` of the employees without a manager.
pub(super) fn direct_reports_partition(id: Option<EmployeeId>, half: &str) -> String {
    id.map_or_else(|| format!("TOP#{half}"), |id| format!("EMP#{id}#{half}"))
}

pub(super) fn job_role_holders_partition(id: JobRoleId, half: &str) -> String {
    format!("JOB#{id}#{half}")
}

/// Query of the current direct reports of a manager, or of the current employees without one.
pub(super) fn current_direct_reports_query(manager: Option<EmployeeId>) -> Query {
    Query::index("by_manager", direct_reports_partition(manager, CURRENT_HALF))
}

/// Filter of the employee list; all given fields must match.
#[derive(Debug, Clone, Default)]
pub struct EmployeeFilter {
    /// Status to list; `None` for all except `terminated`.
    pub status: Option<EmploymentStatus>,
    /// Department, without its sub-departments.
    pub department: Option<DepartmentId>,
    /// Manager whose direct reports are listed.
    pub manager: Option<EmployeeId>,
    pub job_role: Option<JobRoleId>,
    /// Beginning of the family name, or of family name and given name.
    pub name: Option<String>,
}

impl EmployeeFilter {
    /// Query of the most selective index; the other fields filter its items.
    fn query(&self) -> Query {
        let half = self.status.map_or(CURRENT_HALF, index_half);
        let mut query = match (self.manager, self.department, self.job_role) {
            (Some(manager), _, _) => Query::index("by_manager", direct_reports_partition(Some(manager), half)),
            (None, Some(department), _) => {
                Query::index("by_department", department_members_partition(department, half))
            }
            (None, None, Some(role)) => Query::index("by_job_role", job_role_holders_partition(role, half)),
            (None, None, None) => Query::index("by_name", all_employees_partition(half)),
        };
        if let Some(prefix) = self.name.as_deref().map(name::search_key).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        if let (Some(_), Some(department)) = (self.manager, self.department) {
            query = query.filter("#department_id = :department").value(":department", &department);
        }
        if let (true, Some(role)) = (self.manager.is_some() || self.department.is_some(), self.job_role) {
            query = query.filter("#job_role_id = :job_role").value(":job_role", &role);
        }
        if let Some(status) = self.status.filter(|status| is_current(*status)) {
            query = query.filter("#status = :status").value(":status", &status);
        }
        query
    }
}

impl EmployeeStore {
    /// One page of the employees that match a filter, sorted by name. Without a status in the filter, former employees
    /// are left out.
    pub async fn list_employees(&self, filter: &EmployeeFilter, page: &Pagination) -> Result<Page<Employee>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// Current direct reports of a manager, or the current employees without a manager, sorted by name: at most
    /// `people_max` and at most as many as a chart has. Also whether there are more.
    pub async fn list_current_direct_reports(
        &self,
        manager: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<(Vec<Employee>, bool)> {
        let people_max = people_max.min(chart::PEOPLE_MAX);
        let (items, more) = self.table.query(&current_direct_reports_query(manager).limit(people_max + 1)).await?;
        let cut = items.len() > people_max || more.is_some();
        let people = items.into_iter().take(people_max).map(from_item).collect::<Result<Vec<_>>>()?;
        Ok((people, cut))
    }
}
