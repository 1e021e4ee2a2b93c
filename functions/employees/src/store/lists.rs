//! Lists of people: which index answers which question.

use directory::EmploymentStatus;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Page, Result};
use store::{Pagination, Query, from_item};

use super::{Employee, EmployeeStore, employee::is_current};
use crate::domain::{chart, name};

/// Those who belong to the organisation and those who have left lie apart in every index, so that the usual question
/// never reads a leaver.
const CURRENT_HALF: &str = "STANDING";
const FORMER_HALF: &str = "LEFT";

/// Which half of an index somebody with this status lies in.
pub(super) const fn index_half(status: EmploymentStatus) -> &'static str {
    if is_current(status) { CURRENT_HALF } else { FORMER_HALF }
}

/// Where a person lies within a partition: by family name, given name, id.
pub(super) fn place(last_name: &str, first_name: &str, id: EmployeeId) -> String {
    format!("{}#{id}", name::name_sort_key(last_name, first_name))
}

pub(super) fn all_partition(side: &str) -> String {
    format!("PEOPLE#{side}")
}

pub(super) fn department_partition(id: DepartmentId, side: &str) -> String {
    format!("DEP#{id}#{side}")
}

pub(super) fn manager_partition(id: Option<EmployeeId>, side: &str) -> String {
    id.map_or_else(|| format!("TOP#{side}"), |id| format!("EMP#{id}#{side}"))
}

pub(super) fn job_role_partition(id: JobRoleId, side: &str) -> String {
    format!("JOB#{id}#{side}")
}

/// Those who report to somebody, or to nobody.
pub(super) fn reports_query(manager: Option<EmployeeId>) -> Query {
    Query::index("by_manager", manager_partition(manager, CURRENT_HALF))
}

/// Which people are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct EmployeeFilter {
    pub status: Option<EmploymentStatus>,
    pub department: Option<DepartmentId>,
    pub manager: Option<EmployeeId>,
    pub job_role: Option<JobRoleId>,
    /// Whose family name, or family name and given name, begins so.
    pub name: Option<String>,
}

impl EmployeeFilter {
    /// The most selective index takes the question; the rest filters what it finds.
    fn query(&self) -> Query {
        let side = self.status.map_or(CURRENT_HALF, index_half);
        let mut query = match (self.manager, self.department, self.job_role) {
            (Some(manager), _, _) => Query::index("by_manager", manager_partition(Some(manager), side)),
            (None, Some(department), _) => Query::index("by_department", department_partition(department, side)),
            (None, None, Some(role)) => Query::index("by_job_role", job_role_partition(role, side)),
            (None, None, None) => Query::index("by_name", all_partition(side)),
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
    /// One page of people, by name.
    pub async fn list_employees(&self, wanted: &EmployeeFilter, page: &Pagination) -> Result<Page<Employee>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// The people directly below somebody, or at the top, and whether there are more than may be shown.
    pub async fn list_direct_reports(
        &self,
        manager: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<(Vec<Employee>, bool)> {
        let people_max = people_max.min(chart::PEOPLE_MAX);
        let (items, more) = self.table.query(&reports_query(manager).limit(people_max + 1)).await?;
        let cut = items.len() > people_max || more.is_some();
        let people = items.into_iter().take(people_max).map(from_item).collect::<Result<Vec<_>>>()?;
        Ok((people, cut))
    }
}
