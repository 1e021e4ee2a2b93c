//! List of one day of several people.

use access::{ReadableFields, Relation, Scope};
use directory::{EmploymentStatus, Person};
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Result};
use lambda::http::{Caller, validators};
use policy::{
    PolicySet,
    attendance::{EmploymentSnapshot, PlannedShift, Planner, Rosters},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::AttendanceView;
use crate::{
    api::{Api, people_selection::is_employed_on},
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        member::Member,
    },
};

/// Date and people of a day list.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct TeamDayQuery {
    /// Date of the days. Default: today at each employee's site.
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Only employees who belong to this department now.
    pub department: Option<DepartmentId>,
    /// Only direct reports of this manager. Default: all employees in the caller's scope.
    pub manager: Option<EmployeeId>,
    /// Only days with this status. A page may have fewer items than `limit`, or none, and still have a next page.
    #[param(inline)]
    pub status: Option<AttendanceStatus>,
}

/// Day of one employee in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamDayView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Employee code of the organisation, in upper case.
    pub employee_code: String,
    /// Given and family name.
    pub name: String,
    /// Id of the employee's department.
    pub department_id: DepartmentId,
    /// Code of the site.
    pub site: String,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Status of the day; preliminary until it is settled.
    pub status: AttendanceStatus,
    /// Planned shifts of the day; of a settled day, those by which it was settled.
    pub shifts: Vec<PlannedShift>,
    /// Recorded day; null while it has neither a punch, leave nor an outcome.
    pub day: Option<AttendanceView>,
}

/// Caller and query of a day list, with the rosters and policies for the plans of its days.
pub(crate) struct TeamDayReader<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) query: &'a TeamDayQuery,
    pub(crate) rosters: &'a Rosters,
    pub(crate) policies: &'a PolicySet,
    pub(crate) at: Timestamp,
}

impl TeamDayReader<'_> {
    /// Days of these people that match the query's date, department and status, one per person.
    pub(crate) async fn read_days(&self, api: &Api, members: Vec<Member>) -> Result<Vec<TeamDayView>> {
        let dated = members.into_iter().map(|member| {
            let date = self.query.date.unwrap_or_else(|| member.person.today(self.at));
            (member, date)
        });
        let dated: Vec<_> = dated.filter(|(member, _)| self.is_in_queried_department(&member.person)).collect();
        let keys: Vec<_> = dated.iter().map(|(member, date)| (member.person.id, *date)).collect();
        let days = api.store.find_days(&keys).await?;
        let views = dated.iter().filter_map(|(member, date)| {
            let day = days.get(&(member.person.id, *date)).map(|stored| &stored.value);
            self.day_view(member, *date, day)
        });
        Ok(views.filter(|view| self.query.status.is_none_or(|status| view.status == status)).collect())
    }

    fn is_in_queried_department(&self, person: &Person) -> bool {
        self.query.department.is_none_or(|department| person.department_id == department)
    }

    /// Day of a person; `None` if there is no record of it and the person is suspended or not employed on it.
    fn day_view(&self, member: &Member, date: Date, day: Option<&Day>) -> Option<TeamDayView> {
        let person = &member.person;
        if day.is_none() && (!is_employed_on(person, date) || person.status == EmploymentStatus::Suspended) {
            return None;
        }
        let home = day.and_then(|day| day.home.clone()).unwrap_or_else(|| EmploymentSnapshot::of(person, date));
        let (status, shifts) = match day.and_then(|day| day.outcome.as_ref()) {
            Some(outcome) => (outcome.status.into(), outcome.spans.clone()),
            None => {
                let (policies, rosters, schedule) = (self.policies, self.rosters, &member.schedule);
                let plan = Planner { policies, rosters, schedule, person, employment: &home }.plan(date);
                (live_status::status_with_plan(day, &plan, &home.time_zone, home.on_leave, self.at), plan.shifts)
            }
        };
        Some(TeamDayView {
            employee_id: person.id,
            employee_code: person.employee_code.clone(),
            name: format!("{} {}", person.first_name, person.last_name),
            department_id: person.department_id,
            site: person.site.clone(),
            date,
            status,
            shifts,
            day: day.map(|day| AttendanceView::of(day, self.readable_fields(person)).with_status(status)),
        })
    }

    /// Fields of this person that the caller may read. People whom managers see through their scope count as their
    /// reports, even indirect ones.
    fn readable_fields(&self, person: &Person) -> ReadableFields {
        let through_reports = self.caller.grant().includes(Scope::Reports) && !self.caller.grant().includes(Scope::All);
        self.caller.readable_fields(match () {
            () if person.id == self.caller.id() => Relation::Oneself,
            () if through_reports || person.manager_id == Some(self.caller.id()) => Relation::Report,
            () => Relation::Other,
        })
    }
}
