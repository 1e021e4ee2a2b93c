//! `GET /api/v1/attendance/absenteeism`: absence rates of a department in one month.

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
    messages,
};

lambda::endpoint!(ATTENDANCE_ABSENTEEISM, get(handle), Api);

/// Maximum number of people in one summary.
const PEOPLE_MAX: usize = 3_000;

/// Department and month of an absenteeism summary.
#[derive(Debug, Clone, Copy, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct AbsenteeismQuery {
    /// Id of the department. Default: the caller's own department.
    pub department: Option<DepartmentId>,
    /// Month as `YYYY-MM`. Default: the current month at the caller's site.
    #[param(value_type = Option<String>, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Option<Month>,
}

/// Absence totals of settled days, with rates.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceFigures {
    /// Totals of the settled days.
    #[serde(flatten)]
    pub sums: AbsenceSums,
    /// Absence in basis points of `expected_minutes`; null if no work was expected.
    pub absence_rate_bp: Option<u32>,
    /// Absence plus leave, in basis points of the working time before leave is deducted; null if no work was expected.
    pub absence_and_leave_rate_bp: Option<u32>,
}

impl From<AbsenceSums> for AbsenceFigures {
    fn from(sums: AbsenceSums) -> Self {
        Self {
            absence_rate_bp: sums.absence_rate_bp(),
            absence_and_leave_rate_bp: sums.absence_and_leave_rate_bp(),
            sums,
        }
    }
}

/// Absence figures of a department on one day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceDayView {
    /// Date of the attendance days.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Absence figures of the day.
    #[serde(flatten)]
    pub figures: AbsenceFigures,
}

/// Absence figures of one employee in a month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsencePersonView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Absence figures of the employee.
    #[serde(flatten)]
    pub figures: AbsenceFigures,
}

/// Absence figures of a department in one month.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenteeismView {
    /// Id of the department. Each day counts for the department of the employee on that day.
    pub department: DepartmentId,
    /// Month as `YYYY-MM`, such as `2026-11`.
    #[schema(value_type = String, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Month,
    /// Number of employees with a settled day in the month.
    pub people: usize,
    /// Figures of the whole month.
    pub totals: AbsenceFigures,
    /// Figures by day, in the order of the dates.
    pub days: Vec<AbsenceDayView>,
    /// Figures by employee, highest absence first; only employees whom the caller may see.
    pub items: Vec<AbsencePersonView>,
}

/// Returns the absence figures of a department in one month.
///
/// The figures count settled days only. HR and auditors see all departments. Managers see the totals of their own
/// department, and in `items` only their reports. A department with more than 3,000 employees gets 422 `invalid`.
/// Days of a closed payroll period count as they were reported.
#[utoipa::path(get, path = "/api/v1/attendance/absenteeism", operation_id = "attendance-absenteeism", tag = "attendance",
    params(AbsenteeismQuery),
    responses((status = 200, body = AbsenteeismView, description = "Figures of the month, by day and by employee."),
        (status = 404, description = "`not_found`: the department is not the caller's own, and the caller is neither HR nor auditor.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<AbsenteeismQuery>>,
) -> std::result::Result<axum::Json<AbsenteeismView>, Problem> {
    let own = caller.person().department_id;
    let department = query.department.unwrap_or(own);
    if department != own && !caller.grant().includes(Scope::All) {
        return Err(Error::not_found(messages::department()).into());
    }
    let today = caller.person().today(caller.origin().at);
    let month = query.month.unwrap_or_else(|| Month::of(today));
    let absences = read_absences_of_month(&api, department, month).await?;
    let visible_ids = load_visible_ids(&api, &caller).await?;
    Ok(axum::Json(absenteeism_view(department, month, absences, |id| {
        visible_ids.as_ref().is_none_or(|ids| ids.contains(&id))
    })))
}

/// Adds up all settled days of a department's month.
///
/// # Errors
/// 422 `too_many` for more than 3,000 people.
async fn read_absences_of_month(api: &Api, department: DepartmentId, month: Month) -> Result<Absenteeism> {
    let (mut absences, mut after) = (Absenteeism::default(), None);
    loop {
        let period = (month.first_day(), month.last_day());
        let (days, next) = api.store.list_department_days(department, month, period, after).await?;
        days.iter().for_each(|day| absences.add(day.employee_id, day.date, &day.outcome));
        if absences.by_person.len() > PEOPLE_MAX {
            return Err(Error::invalid("query:department", "too_many", messages::department_too_large(PEOPLE_MAX)));
        }
        match next {
            Some(next) => after = Some(next),
            None => return Ok(absences),
        }
    }
}

/// Ids of the employees whose figures the caller may see; `None` if all are visible.
async fn load_visible_ids(api: &Api, caller: &Caller) -> Result<Option<HashSet<EmployeeId>>> {
    if caller.grant().includes(Scope::All) {
        return Ok(None);
    }
    Ok(Some(
        people_selection::list_caller_reports(api, caller).await?.into_iter().map(|member| member.person.id).collect(),
    ))
}

fn absenteeism_view(
    department: DepartmentId,
    month: Month,
    absences: Absenteeism,
    is_visible: impl Fn(EmployeeId) -> bool,
) -> AbsenteeismView {
    let people = absences.by_person.len();
    let mut visible: Vec<_> = absences.by_person.into_iter().filter(|(id, _)| is_visible(*id)).collect();
    visible.sort_by_key(|(id, sums)| (std::cmp::Reverse(sums.absent.minutes), *id));
    let person =
        |(employee_id, sums): (EmployeeId, AbsenceSums)| AbsencePersonView { employee_id, figures: sums.into() };
    let day = |(date, sums): (Date, AbsenceSums)| AbsenceDayView { date, figures: sums.into() };
    AbsenteeismView {
        department,
        month,
        people,
        totals: absences.all.into(),
        days: absences.by_day.into_iter().map(day).collect(),
        items: visible.into_iter().map(person).collect(),
    }
}
