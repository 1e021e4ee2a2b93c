//! `GET /api/v1/leaves/calendar`: absences of a department or team. Colleagues see dates, but no reason or leave type.

use axum::extract::State;
use directory::Person;
use garde::Validate;
use jiff::{Span, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, LeaveId, Result};
use lambda::http::{Caller, Problem, Query, Valid};
use policy::Portion;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::visible_absences::{CalendarViewer, display_name};
use crate::{
    api::{Api, fields},
    domain::{
        absence::{Absence, AbsenceVisibility},
        feed::FeedScope,
        request::RequestStatus,
    },
    messages,
};

lambda::endpoint!(LEAVES_CALENDAR, get(handle), Api);

/// Longest span in days.
const DAYS_MAX: i64 = 92;
const DAYS_DEFAULT: i64 = 31;

/// Days and department of a leave calendar.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CalendarQuery {
    /// First day of the span. Default: today at the caller's site.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day of the span, at most 91 days after `from`. Default: 30 days after `from`.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Department to show. Managers see only their reports in departments other than their own. Default: the caller's
    /// own department, and for managers also all their reports.
    #[garde(skip)]
    pub department: Option<DepartmentId>,
}

/// Absence of one employee within the span, because of leave.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AbsenceView {
    /// Employee who is absent.
    pub employee_id: EmployeeId,
    /// Given and family name of the employee.
    pub name: String,
    /// First day of absence within the span.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of absence within the span.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Part of the day that is leave, for leave of one day; `full` for longer leave, even if it starts or ends at midday.
    pub portion: Portion,
    /// Id of the leave request; absent for colleagues, who may not see the leave type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_id: Option<LeaveId>,
    /// Code of the leave type; only for the employee, their managers, HR and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_type: Option<String>,
    /// Status of the request, `approved` or `pending`; absent for colleagues, who see approved absences only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<RequestStatus>,
}

impl AbsenceView {
    fn of((person, absence): (&Person, Absence<'_>)) -> Self {
        let with_type = absence.visibility >= AbsenceVisibility::WithLeaveType;
        // The days before a cancellation were approved.
        let status = match absence.request.status {
            RequestStatus::Pending => RequestStatus::Pending,
            RequestStatus::Approved | RequestStatus::Cancelled | RequestStatus::Rejected => RequestStatus::Approved,
        };
        Self {
            employee_id: person.id,
            name: display_name(person),
            from: absence.from,
            to: absence.to,
            portion: absence.request.portion,
            leave_id: with_type.then_some(absence.request.id),
            leave_type: with_type.then(|| absence.request.leave_type.clone()),
            status: with_type.then_some(status),
        }
    }
}

/// Absences of a department or team within a span.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveCalendar {
    /// First day of the span.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the span.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Absences, sorted by first day, then by name.
    pub items: Vec<AbsenceView>,
    /// Whether absences may be missing or lack their leave type. The calendar covers at most 1,000 direct and indirect
    /// reports, in at most 50 departments.
    pub partial: bool,
}

/// Returns the absences of a department or team.
///
/// Colleagues see the dates of approved leave; only the employee, their managers, HR and auditors see the leave type.
#[utoipa::path(get, path = "/api/v1/leaves/calendar", operation_id = "leaves-calendar", tag = "leaves",
    params(CalendarQuery),
    responses(
        (status = 200, body = LeaveCalendar, description = "Absences within the span, on one page."),
        (status = 404, description = "`not_found`: the department does not exist, or the caller may not see it."),
        (status = 422, description = "`invalid`: the span is empty or longer than 92 days, or has more than 2,000 absences.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(query)): Valid<Query<CalendarQuery>>,
) -> std::result::Result<axum::Json<LeaveCalendar>, Problem> {
    let at = caller.origin().at;
    let (from, to) = requested_span(&query, caller.person().today(at))?;
    let viewer = CalendarViewer { person: caller.person(), grant: caller.grant(), at };
    let department = viewer.load_absences(&api, FeedScope::Department, query.department, (from, to)).await?;
    let mut partial = department.partial;
    let mut absences: Vec<AbsenceView> = department.sorted().into_iter().map(AbsenceView::of).collect();
    if query.department.is_none() {
        let team = viewer.load_absences(&api, FeedScope::Team, None, (from, to)).await?;
        partial |= team.partial;
        absences.extend(team.sorted().into_iter().map(AbsenceView::of));
        absences.sort_by(|a, b| (a.from, &a.name, a.leave_id).cmp(&(b.from, &b.name, b.leave_id)));
        absences.dedup_by(|a, b| a.leave_id.is_some() && (a.leave_id, a.from) == (b.leave_id, b.from));
    }
    Ok(axum::Json(LeaveCalendar { from, to, items: absences, partial }))
}

/// First and last day to show; 422 for more than [`DAYS_MAX`] days.
fn requested_span(query: &CalendarQuery, today: Date) -> Result<(Date, Date)> {
    let from = query.from.unwrap_or(today);
    let to = query.to.unwrap_or_else(|| from.saturating_add(Span::new().days(DAYS_DEFAULT - 1)));
    fields::check_date_order("query:to", from, to)?;
    if to > from.saturating_add(Span::new().days(DAYS_MAX - 1)) {
        return Err(Error::invalid("query:to", "too_long", messages::span_too_long(DAYS_MAX)));
    }
    Ok((from, to))
}
