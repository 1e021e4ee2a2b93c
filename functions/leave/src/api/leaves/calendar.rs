//! `GET /api/v1/leaves/calendar`: who is away when. Colleagues see that somebody is away, not why nor with what kind of leave.

use axum::extract::State;
use directory::Person;
use garde::Validate;
use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, LeaveId, Result};
use lambda::http::{Caller, Problem, Query, Valid};
use policy::Portion;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::visible_absences::{CalendarViewer, name};
use crate::{
    api::{Api, fields},
    domain::{
        absence::{Absence, AbsenceVisibility},
        feed::FeedScope,
        request::RequestStatus,
    },
};

lambda::endpoint!(LEAVES_CALENDAR, get(handle), Api);

/// So many days are shown at once.
const DAYS_MAX: i64 = 92;
/// So many are shown unless told.
const DAYS_DEFAULT: i64 = 31;

/// Which days, and whose.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// First day; today at the caller's site unless told.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day, at most 92 days in all; 31 days in all unless told.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Whose: this department's; the caller's own unless told. Managers see of others those who report to them.
    #[garde(skip)]
    pub department: Option<DepartmentId>,
}

/// Days on which somebody is away.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceView {
    /// Who.
    pub employee_id: EmployeeId,
    /// Their name.
    pub name: String,
    /// First day, within the span that was asked for.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, within the span that was asked for.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What of each day.
    pub portion: Portion,
    /// The request, for those who may see its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub leave_id: Option<LeaveId>,
    /// The leave type, for oneself, one's manager, HR and the auditor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_type: Option<String>,
    /// `approved` or `pending`; only those who may see the kind of leave see what waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<RequestStatus>,
}

impl AbsenceView {
    fn of((person, absence): (&Person, Absence<'_>)) -> Self {
        let known = absence.sight >= AbsenceVisibility::WithLeaveType;
        // What is left of a leave that was cut short was approved.
        let status = match absence.request.status {
            RequestStatus::Pending => RequestStatus::Pending,
            RequestStatus::Approved | RequestStatus::Cancelled | RequestStatus::Rejected => RequestStatus::Approved,
        };
        Self {
            employee_id: person.id,
            name: name(person),
            from: absence.from,
            to: absence.to,
            portion: absence.request.portion,
            leave_id: known.then_some(absence.request.id),
            leave_type: known.then(|| absence.request.leave_type.clone()),
            status: known.then_some(status),
        }
    }
}

/// Who is away.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveCalendar {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// By first day, then name.
    pub items: Vec<AbsenceView>,
    /// True where more than 1,000 people report to the caller, directly or through others, or they are in more than 50 departments: the
    /// absences of the others are not among the items, or lack their leave type.
    pub partial: bool,
}

/// Shows who is away. Without a department, managers see their own department and everybody who reports to them.
#[utoipa::path(get, path = "/api/v1/leaves/calendar", operation_id = "leaves-calendar", tag = "leaves",
    params(CalendarQuery),
    responses((status = 200, body = LeaveCalendar), (status = 404, description = "A department that is not the caller's to see"),
        (status = 422, description = "Too many days, or none; too many absences")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(asked)): Valid<Query<CalendarQuery>>,
) -> std::result::Result<axum::Json<LeaveCalendar>, Problem> {
    let at = caller.origin().at;
    let (from, to) = span(&asked, caller.person().today(at))?;
    let viewer = CalendarViewer { person: caller.person(), grant: caller.grant(), at };
    let department = viewer.absences(&api, FeedScope::Department, asked.department, (from, to)).await?;
    let mut partial = department.partial;
    let mut absences: Vec<AbsenceView> = department.absences().into_iter().map(AbsenceView::of).collect();
    if asked.department.is_none() {
        let team = viewer.absences(&api, FeedScope::Team, None, (from, to)).await?;
        partial |= team.partial;
        absences.extend(team.absences().into_iter().map(AbsenceView::of));
        absences.sort_by(|a, b| (a.from, &a.name, a.leave_id).cmp(&(b.from, &b.name, b.leave_id)));
        absences.dedup_by(|a, b| a.leave_id.is_some() && a.leave_id == b.leave_id);
    }
    Ok(axum::Json(LeaveCalendar { from, to, items: absences, partial }))
}

/// The days that are asked for.
fn span(asked: &CalendarQuery, today: Date) -> Result<(Date, Date)> {
    let from = asked.from.unwrap_or(today);
    let to = asked.to.unwrap_or_else(|| from.saturating_add(Span::new().days(DAYS_DEFAULT - 1)));
    fields::in_order("query:to", from, to)?;
    if to > from.saturating_add(Span::new().days(DAYS_MAX - 1)) {
        return Err(Error::invalid("query:to", "too_long", format!("At most {DAYS_MAX} days at once.")));
    }
    Ok((from, to))
}
