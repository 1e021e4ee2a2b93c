//! Who is away, as somebody may see it: for the calendar and for the links that calendar programs read.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use access::{Grant, Role, Scope};
use directory::{Person, members::Below};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, Result};

use crate::{
    api::Api,
    domain::{
        absence::{Absence, AbsenceVisibility, visible_absence},
        feed::FeedScope,
        request::Request,
    },
};

/// How many people are looked up at a time.
const LOOKUPS_AT_ONCE: usize = 16;
/// The people of so many departments are looked through, at most.
const DEPARTMENTS_MAX: usize = 50;

/// Somebody who looks at a calendar, as of now.
pub(crate) struct CalendarViewer<'a> {
    pub(crate) person: &'a Person,
    pub(crate) grant: Grant,
    pub(crate) at: Timestamp,
}

/// Requests within some days, and how the viewer may see each.
pub(crate) struct VisibleAbsences {
    requests: Vec<(Request, AbsenceVisibility)>,
    people: HashMap<EmployeeId, Arc<Person>>,
    span: (Date, Date),
    /// Whether more people report to the viewer than are looked at.
    pub(crate) partial: bool,
}

/// Those who report to the viewer and where they are, as far as they are looked at.
#[derive(Default)]
struct Reports {
    departments: HashMap<EmployeeId, DepartmentId>,
    partial: bool,
}

impl CalendarViewer<'_> {
    /// The viewer of a link: as they are and what they may today. None where they may not sign in any more.
    pub(crate) fn for_feed_owner(person: &Person, at: Timestamp) -> Option<CalendarViewer<'_>> {
        let grant = access::LEAVES_CALENDAR.grant(person.roles);
        (person.status.may_sign_in() && grant.allows_any()).then_some(CalendarViewer { person, grant, at })
    }

    /// Everybody's kind of leave is seen by HR and the auditor.
    fn sees_all(&self) -> bool {
        self.grant.includes(Scope::All)
    }

    /// What of whom is shown: the viewer's own, their team's, or a department's.
    ///
    /// # Errors
    /// 404 for a department that is not theirs and in which nobody is known to report to them; 422 for too many absences.
    pub(crate) async fn absences(
        &self,
        api: &Api,
        shows: FeedScope,
        department: Option<DepartmentId>,
        span: (Date, Date),
    ) -> Result<VisibleAbsences> {
        let own = self.person.id;
        let (requests, partial) = match shows {
            FeedScope::Own => {
                let found = api.store.list_absences_of(own, span.0, span.1).await?;
                (found.into_iter().map(|request| (request, AbsenceVisibility::WithLeaveType)).collect(), false)
            }
            FeedScope::Team | FeedScope::Department => {
                let reports = self.reports(api).await?;
                let own = department.unwrap_or(self.person.department_id);
                let department = (shows == FeedScope::Department).then_some(own);
                self.of_departments(api, &reports, department, span).await?
            }
        };
        let people = people(api, requests.iter().map(|(request, _)| request.employee_id), self.at).await?;
        Ok(VisibleAbsences { requests, people, span, partial })
    }

    /// Those who report to the viewer; nobody for those who lead nobody.
    async fn reports(&self, api: &Api) -> Result<Reports> {
        if !self.person.roles.has(Role::Manager) {
            return Ok(Reports::default());
        }
        let Below { members, partial } = api.store.members.below(self.person.id).await?;
        let departments = members.into_iter().map(|member| (member.employee_id, member.department_id));
        Ok(Reports { departments: departments.collect(), partial })
    }

    /// The absences of a department; without one, those of the viewer's reports wherever they are.
    async fn of_departments(
        &self,
        api: &Api,
        reports: &Reports,
        department: Option<DepartmentId>,
        (from, to): (Date, Date),
    ) -> Result<(Vec<(Request, AbsenceVisibility)>, bool)> {
        let departments = &reports.departments;
        let wanted: BTreeSet<DepartmentId> = match department {
            Some(department) => BTreeSet::from([department]),
            None => departments.values().copied().collect(),
        };
        let whole = department.filter(|one| {
            self.sees_all() || (self.grant.includes(Scope::Department) && *one == self.person.department_id)
        });
        let led_there = reports.partial || departments.values().any(|of| wanted.contains(of));
        if department.is_some() && whole.is_none() && !led_there {
            return Err(Error::not_found("department"));
        }
        let partial = !self.sees_all() && (reports.partial || wanted.len() > DEPARTMENTS_MAX);
        let asked =
            wanted.into_iter().take(DEPARTMENTS_MAX).map(|one| api.store.list_department_absences(one, from, to));
        let found: Vec<Request> = stream::iter(asked).buffered(4).try_concat().await?;
        let sight = |request: &Request| {
            let whose = request.employee_id;
            let known = self.sees_all() || whose == self.person.id || departments.contains_key(&whose);
            if known { Some(AbsenceVisibility::WithLeaveType) } else { whole.map(|_| AbsenceVisibility::DatesOnly) }
        };
        let shown = |request: &Request| whole.is_some() || departments.contains_key(&request.employee_id);
        let found = found.into_iter().filter(shown);
        Ok((found.filter_map(|request| Some((sight(&request)?, request))).map(|(s, r)| (r, s)).collect(), partial))
    }
}

/// People by their ids, each read once.
async fn people(
    api: &Api,
    ids: impl Iterator<Item = EmployeeId>,
    at: Timestamp,
) -> Result<HashMap<EmployeeId, Arc<Person>>> {
    let ids: BTreeSet<EmployeeId> = ids.collect();
    let lookups = ids.into_iter().map(|id| async move { api.shell.directory.person(id, at).await });
    let found: Vec<Option<Arc<Person>>> = stream::iter(lookups).buffered(LOOKUPS_AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().map(|person| (person.id, person)).collect())
}

impl VisibleAbsences {
    /// What may be seen, by first day, then name; of somebody whom nobody knows any more, nothing.
    pub(crate) fn absences(&self) -> Vec<(&Person, Absence<'_>)> {
        let shown = self.requests.iter().filter_map(|(request, sight)| visible_absence(request, self.span, *sight));
        let named =
            shown.filter_map(|absence| Some((self.people.get(&absence.request.employee_id)?.as_ref(), absence)));
        let mut absences: Vec<_> = named.collect();
        absences.sort_by_cached_key(|(person, absence)| (absence.from, name(person), absence.request.id));
        absences
    }
}

/// A person's name as calendars show it.
pub(crate) fn name(person: &Person) -> String {
    format!("{} {}", person.first_name, person.last_name)
}
