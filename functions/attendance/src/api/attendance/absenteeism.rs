//! `GET /api/v1/attendance/absenteeism`: how much of a month a department was absent.

use std::collections::HashSet;

use access::Scope;
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{DepartmentId, EmployeeId, Error, Result};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{Api, people_selection},
    domain::{
        absenteeism::{AbsenceSums, Absenteeism},
        month_totals::Month,
    },
};

lambda::endpoint!(ATTENDANCE_ABSENTEEISM, get(handle), Api);

/// More people are not summed up at once.
const PEOPLE_MAX: usize = 3_000;

/// Which department and month.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct AbsenteeismQuery {
    /// The caller's own unless told.
    pub department: Option<DepartmentId>,
    /// `2026-11`; the current one at the caller's site unless told.
    #[param(value_type = Option<String>, pattern = r"^\d{4}-\d{2}$")]
    pub month: Option<Month>,
}

/// Sums, and the rates that follow from them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceFigures {
    /// The sums.
    #[serde(flatten)]
    pub sums: AbsenceSums,
    /// Absence of what was expected, in basis points; nothing where nothing was expected.
    pub absence_rate_bp: Option<u32>,
    /// Absence and leave of what would have been expected without leave, in basis points.
    pub away_rate_bp: Option<u32>,
}

impl From<AbsenceSums> for AbsenceFigures {
    fn from(sums: AbsenceSums) -> Self {
        Self { absence_rate_bp: sums.absence_rate_bp(), away_rate_bp: sums.away_rate_bp(), sums }
    }
}

/// One day of a department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceDayView {
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Its figures.
    #[serde(flatten)]
    pub figures: AbsenceFigures,
}

/// One person's month in a department.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsencePersonView {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their figures.
    #[serde(flatten)]
    pub figures: AbsenceFigures,
}

/// A department's month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenteeismView {
    /// Which department: people count where they belonged on each day.
    pub department: DepartmentId,
    /// Which month.
    #[schema(value_type = String)]
    pub month: Month,
    /// How many people have a settled day in it.
    pub people: usize,
    /// All of it.
    pub totals: AbsenceFigures,
    /// By day, in order.
    pub days: Vec<AbsenceDayView>,
    /// By person, the most absent first: those whom the caller may see.
    pub items: Vec<AbsencePersonView>,
}

/// Sums up a department's settled days. Managers see the sums of their own department, and of its people those who report to them.
#[utoipa::path(get, path = "/api/v1/attendance/absenteeism", operation_id = "attendance-absenteeism", tag = "attendance",
    params(AbsenteeismQuery),
    responses((status = 200, body = AbsenteeismView), (status = 404, description = "Not the caller's department"),
        (status = 422, description = "More people than are summed up at once")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(asked)): Valid<Query<AbsenteeismQuery>>,
) -> std::result::Result<axum::Json<AbsenteeismView>, Problem> {
    let own = caller.person().department_id;
    let department = asked.department.unwrap_or(own);
    if department != own && !caller.grant().includes(Scope::All) {
        return Err(Error::not_found("department").into());
    }
    let today = caller.person().today(caller.origin().at);
    let month = asked.month.unwrap_or_else(|| Month::of(today));
    let found = read(&api, department, month).await?;
    let seen = seen(&api, &caller).await?;
    Ok(axum::Json(shown(department, month, found, |id| seen.as_ref().is_none_or(|seen| seen.contains(&id)))))
}

async fn read(api: &Api, department: DepartmentId, month: Month) -> Result<Absenteeism> {
    let (mut found, mut unread) = (Absenteeism::default(), None);
    loop {
        let period = (month.first(), month.last());
        let (days, next) = api.store.department_days(department, month, period, unread).await?;
        days.iter().for_each(|day| found.add(day.employee_id, day.date, &day.outcome));
        if found.by_person.len() > PEOPLE_MAX {
            let detail = format!("More than {PEOPLE_MAX} people in one department; export the month instead.");
            return Err(Error::invalid("query:department", "too_many", detail));
        }
        match next {
            Some(next) => unread = Some(next),
            None => return Ok(found),
        }
    }
}

/// Of whom the caller sees figures; nothing where it is everybody.
async fn seen(api: &Api, caller: &Caller) -> Result<Option<HashSet<EmployeeId>>> {
    if caller.grant().includes(Scope::All) {
        return Ok(None);
    }
    Ok(Some(people_selection::below(api, caller).await?.into_iter().map(|member| member.person.id).collect()))
}

fn shown(
    department: DepartmentId,
    month: Month,
    found: Absenteeism,
    seen: impl Fn(EmployeeId) -> bool,
) -> AbsenteeismView {
    let people = found.by_person.len();
    let mut visible: Vec<_> = found.by_person.into_iter().filter(|(id, _)| seen(*id)).collect();
    visible.sort_by_key(|(id, sums)| (std::cmp::Reverse(sums.absent.minutes), *id));
    let person =
        |(employee_id, sums): (EmployeeId, AbsenceSums)| AbsencePersonView { employee_id, figures: sums.into() };
    let day = |(date, sums): (Date, AbsenceSums)| AbsenceDayView { date, figures: sums.into() };
    AbsenteeismView {
        department,
        month,
        people,
        totals: found.all.into(),
        days: found.by_day.into_iter().map(day).collect(),
        items: visible.into_iter().map(person).collect(),
    }
}
