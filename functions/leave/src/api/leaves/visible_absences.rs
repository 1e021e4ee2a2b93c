//! Absences that a viewer may see, for the leave calendar and for calendar feeds.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use access::{Grant, Role, Scope};
use directory::{Person, members::ReportList};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, Result};

use crate::{
    api::Api,
    domain::{
        absence::{Absence, AbsenceVisibility, visible_absences},
        feed::FeedScope,
        request::Request,
    },
    messages,
};

const LOOKUP_CONCURRENCY: usize = 16;
const QUERY_CONCURRENCY: usize = 4;
/// Most departments whose absences are read.
const DEPARTMENTS_MAX: usize = 50;

/// Person who looks at a calendar, with the grant for the leave calendar.
pub(crate) struct CalendarViewer<'a> {
    pub(crate) person: &'a Person,
    pub(crate) grant: Grant,
    pub(crate) at: Timestamp,
}

/// Requests within a span, their employees, and the details that the viewer may see of each.
pub(crate) struct VisibleAbsences {
    requests: Vec<(Request, AbsenceVisibility)>,
    people: HashMap<EmployeeId, Arc<Person>>,
    span: (Date, Date),
    /// Whether absences may be missing, because the viewer has too many reports or departments.
    pub(crate) partial: bool,
}

/// Department of each direct and indirect report of the viewer.
#[derive(Default)]
struct ReportDepartments {
    departments: HashMap<EmployeeId, DepartmentId>,
    partial: bool,
}

impl CalendarViewer<'_> {
    /// Person as a viewer; `None` if they may not sign in or their roles do not allow the leave calendar.
    pub(crate) fn for_feed_owner(person: &Person, at: Timestamp) -> Option<CalendarViewer<'_>> {
        let grant = access::LEAVES_CALENDAR.grant(person.roles);
        (person.status.may_sign_in() && grant.allows_any()).then_some(CalendarViewer { person, grant, at })
    }

    /// Whether the viewer sees the leave type of all absences, as HR and auditors do.
    fn sees_all_leave_types(&self) -> bool {
        self.grant.includes(Scope::All)
    }

    /// Absences of the viewer, of their reports, or of a department; the viewer's own department by default.
    ///
    /// # Errors
    /// 404 for a department that is neither the viewer's own nor that of a report; 422 for too many absences.
    pub(crate) async fn load_absences(
        &self,
        api: &Api,
        scope: FeedScope,
        department: Option<DepartmentId>,
        span: (Date, Date),
    ) -> Result<VisibleAbsences> {
        let own = self.person.id;
        let (requests, partial) = match scope {
            FeedScope::Own => {
                let requests = api.store.list_unrejected_requests_of(own, span.0, span.1).await?;
                (requests.into_iter().map(|request| (request, AbsenceVisibility::WithLeaveType)).collect(), false)
            }
            FeedScope::Team | FeedScope::Department => {
                let reports = self.load_report_departments(api).await?;
                let own = department.unwrap_or(self.person.department_id);
                let department = (scope == FeedScope::Department).then_some(own);
                self.load_department_or_team_requests(api, &reports, department, span).await?
            }
        };
        let people = load_people(api, requests.iter().map(|(request, _)| request.employee_id), self.at).await?;
        Ok(VisibleAbsences { requests, people, span, partial })
    }

    /// Direct and indirect reports of a manager with their departments; empty for other viewers.
    async fn load_report_departments(&self, api: &Api) -> Result<ReportDepartments> {
        if !self.person.roles.has(Role::Manager) {
            return Ok(ReportDepartments::default());
        }
        let ReportList { members, partial } = api.store.members.list_reports(self.person.id).await?;
        let departments = members.into_iter().map(|member| (member.employee_id, member.department_id));
        Ok(ReportDepartments { departments: departments.collect(), partial })
    }

    /// Requests of a department, or without one of all reports of the viewer; and whether some may be missing.
    async fn load_department_or_team_requests(
        &self,
        api: &Api,
        reports: &ReportDepartments,
        department: Option<DepartmentId>,
        (from, to): (Date, Date),
    ) -> Result<(Vec<(Request, AbsenceVisibility)>, bool)> {
        let departments = &reports.departments;
        let selected: BTreeSet<DepartmentId> = match department {
            Some(department) => BTreeSet::from([department]),
            None => departments.values().copied().collect(),
        };
        let whole = department.filter(|one| {
            self.sees_all_leave_types() || (self.grant.includes(Scope::Department) && *one == self.person.department_id)
        });
        let has_reports_there = reports.partial || departments.values().any(|of| selected.contains(of));
        if department.is_some() && whole.is_none() && !has_reports_there {
            return Err(Error::not_found(messages::department()));
        }
        let sees_everything = whole.is_some() && self.sees_all_leave_types();
        let partial = !sees_everything && (reports.partial || selected.len() > DEPARTMENTS_MAX);
        let reads = selected
            .into_iter()
            .take(DEPARTMENTS_MAX)
            .map(|one| api.store.list_unrejected_requests_in_department(one, from, to));
        let requests: Vec<Request> = stream::iter(reads).buffered(QUERY_CONCURRENCY).try_concat().await?;
        let visibility = |request: &Request| {
            let id = request.employee_id;
            let with_type = self.sees_all_leave_types() || id == self.person.id || departments.contains_key(&id);
            if with_type { Some(AbsenceVisibility::WithLeaveType) } else { whole.map(|_| AbsenceVisibility::DatesOnly) }
        };
        let is_shown = |request: &Request| whole.is_some() || departments.contains_key(&request.employee_id);
        let shown = requests.into_iter().filter(is_shown);
        let with_visibility = shown.filter_map(|request| visibility(&request).map(|visibility| (request, visibility)));
        Ok((with_visibility.collect(), partial))
    }
}

/// Employees by id, each read once; without those missing from the directory.
async fn load_people(
    api: &Api,
    ids: impl Iterator<Item = EmployeeId>,
    at: Timestamp,
) -> Result<HashMap<EmployeeId, Arc<Person>>> {
    let ids: BTreeSet<EmployeeId> = ids.collect();
    let lookups = ids.into_iter().map(|id| async move { api.shell.directory.person(id, at).await });
    let people: Vec<Option<Arc<Person>>> = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    Ok(people.into_iter().flatten().map(|person| (person.id, person)).collect())
}

impl VisibleAbsences {
    /// Visible absences by first day, then by name; without employees missing from the directory.
    pub(crate) fn sorted(&self) -> Vec<(&Person, Absence<'_>)> {
        let shown =
            self.requests.iter().flat_map(|(request, visibility)| visible_absences(request, self.span, *visibility));
        let named =
            shown.filter_map(|absence| Some((self.people.get(&absence.request.employee_id)?.as_ref(), absence)));
        let mut absences: Vec<_> = named.collect();
        absences.sort_by_cached_key(|(person, absence)| (absence.from, display_name(person), absence.request.id));
        absences
    }
}

/// Name of an employee in calendars.
pub(crate) fn display_name(person: &Person) -> String {
    format!("{} {}", person.first_name, person.last_name)
}
