//! Lists of people: which index answers which question.

use directory::Status;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Page, Result};
use store::{Pagination, Query, from_item};

use super::{Employee, Records, employee::is_standing};
use crate::domain::{chart, name};

/// Those who belong to the organisation and those who have left lie apart in every index, so that the usual question
/// never reads a leaver.
const STANDING: &str = "STANDING";
const LEFT: &str = "LEFT";

/// Which half of an index somebody with this status lies in.
pub(super) const fn side(status: Status) -> &'static str {
    if is_standing(status) { STANDING } else { LEFT }
}

/// Where a person lies within a partition: by family name, given name, id.
pub(super) fn place(last_name: &str, first_name: &str, id: EmployeeId) -> String {
    format!("{}#{id}", name::sorted_by(last_name, first_name))
}

pub(super) fn everybody(side: &str) -> String {
    format!("PEOPLE#{side}")
}

pub(super) fn of_department(id: DepartmentId, side: &str) -> String {
    format!("DEP#{id}#{side}")
}

pub(super) fn of_manager(id: Option<EmployeeId>, side: &str) -> String {
    id.map_or_else(|| format!("TOP#{side}"), |id| format!("EMP#{id}#{side}"))
}

pub(super) fn of_job_role(id: JobRoleId, side: &str) -> String {
    format!("JOB#{id}#{side}")
}

/// Those who report to somebody, or to nobody.
pub(super) fn below(manager: Option<EmployeeId>) -> Query {
    Query::index("by_manager", of_manager(manager, STANDING))
}

/// Which people are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub status: Option<Status>,
    pub department: Option<DepartmentId>,
    pub manager: Option<EmployeeId>,
    pub job_role: Option<JobRoleId>,
    /// Whose family name, or family name and given name, begins so.
    pub name: Option<String>,
}

impl Wanted {
    /// The most selective index takes the question; the rest filters what it finds.
    fn query(&self) -> Query {
        let side = self.status.map_or(STANDING, side);
        let mut query = match (self.manager, self.department, self.job_role) {
            (Some(manager), _, _) => Query::index("by_manager", of_manager(Some(manager), side)),
            (None, Some(department), _) => Query::index("by_department", of_department(department, side)),
            (None, None, Some(role)) => Query::index("by_job_role", of_job_role(role, side)),
            (None, None, None) => Query::index("by_name", everybody(side)),
        };
        if let Some(prefix) = self.name.as_deref().map(name::normal).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        if let (Some(_), Some(department)) = (self.manager, self.department) {
            query = query.filter("#department_id = :department").value(":department", &department);
        }
        if let (true, Some(role)) = (self.manager.is_some() || self.department.is_some(), self.job_role) {
            query = query.filter("#job_role_id = :job_role").value(":job_role", &role);
        }
        if let Some(status) = self.status.filter(|status| is_standing(*status)) {
            query = query.filter("#status = :status").value(":status", &status);
        }
        query
    }
}

impl Records {
    /// One page of people, by name.
    pub async fn people(&self, wanted: &Wanted, page: &Pagination) -> Result<Page<Employee>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// The people directly below somebody, or at the top, and whether there are more than may be shown.
    pub async fn directly_below(
        &self,
        manager: Option<EmployeeId>,
        people_max: usize,
    ) -> Result<(Vec<Employee>, bool)> {
        let people_max = people_max.min(chart::PEOPLE_MAX);
        let (items, more) = self.table.query(&below(manager).limit(people_max + 1)).await?;
        let cut = items.len() > people_max || more.is_some();
        let people = items.into_iter().take(people_max).map(from_item).collect::<Result<Vec<_>>>()?;
        Ok((people, cut))
    }
}
