//! What is shown of people's day in a list of people.

use access::{ReadableFields, Relation, Scope};
use directory::{EmploymentStatus, Person};
use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Result};
use lambda::http::{Caller, field};
use policy::{
    PolicySet,
    attendance::{EmploymentSnapshot, PlannedShift, Planner, Rosters},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::AttendanceView;
use crate::{
    api::{Api, people_selection::employed},
    domain::{
        day::Day,
        live_status::{self, AttendanceStatus},
        member::Member,
    },
};

/// Whose day, and which.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct TeamDayQuery {
    /// Which day; today at each one's site unless told.
    #[garde(inner(custom(field::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Of this department, as people belong to it now.
    pub department: Option<DepartmentId>,
    /// Of those who report to this person directly. Without it, managers see everybody below them.
    pub manager: Option<EmployeeId>,
    /// With this status. A page may then have fewer people than it could, and a cursor.
    #[param(inline)]
    pub status: Option<AttendanceStatus>,
}

/// Somebody's day in a list of people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TeamDayView {
    /// Who.
    pub employee_id: EmployeeId,
    /// The organisation's own number for the person.
    pub employee_code: String,
    /// Their name.
    pub name: String,
    /// Department.
    pub department_id: DepartmentId,
    /// Work site.
    pub site: String,
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// What became of the day, or what is known so far.
    pub status: AttendanceStatus,
    /// The shifts of the day.
    pub shifts: Vec<PlannedShift>,
    /// The day, once something is known of it.
    pub day: Option<AttendanceView>,
}

/// Who looks, at what, by which plans.
pub(crate) struct TeamDayReader<'a> {
    pub(crate) caller: &'a Caller,
    pub(crate) asked: &'a TeamDayQuery,
    pub(crate) rosters: &'a Rosters,
    pub(crate) book: &'a PolicySet,
    pub(crate) at: Timestamp,
}

impl TeamDayReader<'_> {
    /// Those of these people who are to be shown.
    pub(crate) async fn shown(&self, api: &Api, members: Vec<Member>) -> Result<Vec<TeamDayView>> {
        let dated = members.into_iter().map(|member| {
            let date = self.asked.date.unwrap_or_else(|| member.person.today(self.at));
            (member, date)
        });
        let dated: Vec<_> = dated.filter(|(member, _)| self.asks_for(&member.person)).collect();
        let keys: Vec<_> = dated.iter().map(|(member, date)| (member.person.id, *date)).collect();
        let days = api.store.days(&keys).await?;
        let views = dated.iter().filter_map(|(member, date)| {
            let day = days.get(&(member.person.id, *date)).map(|stored| &stored.value);
            self.view(member, *date, day)
        });
        Ok(views.filter(|view| self.asked.status.is_none_or(|status| view.status == status)).collect())
    }

    fn asks_for(&self, person: &Person) -> bool {
        self.asked.department.is_none_or(|department| person.department_id == department)
    }

    /// Nothing for somebody who is not with the organisation on the day, or barred, and of whom nothing is known.
    fn view(&self, member: &Member, date: Date, day: Option<&Day>) -> Option<TeamDayView> {
        let person = &member.person;
        if day.is_none() && (!employed(person, date) || person.status == EmploymentStatus::Suspended) {
            return None;
        }
        let home = day.and_then(|day| day.home.clone()).unwrap_or_else(|| EmploymentSnapshot::of(person));
        let (status, shifts) = match day.and_then(|day| day.outcome.as_ref()) {
            Some(outcome) => (outcome.status.into(), outcome.spans.clone()),
            None => {
                let (book, rosters, schedule) = (self.book, self.rosters, &member.schedule);
                let plan = Planner { book, rosters, schedule, person, home: &home }.plan(date);
                (live_status::status_by_plan(day, &plan, &home.time_zone, home.on_leave, self.at), plan.shifts)
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
            day: day.map(|day| AttendanceView::of(day, self.fields(person)).with_status(status)),
        })
    }

    /// Whoever sees somebody through their own reports is above them.
    fn fields(&self, person: &Person) -> ReadableFields {
        let above = self.caller.grant().includes(Scope::Reports) && !self.caller.grant().includes(Scope::All);
        self.caller.readable_fields(match () {
            () if person.id == self.caller.id() => Relation::Oneself,
            () if above || person.manager_id == Some(self.caller.id()) => Relation::Report,
            () => Relation::Other,
        })
    }
}
