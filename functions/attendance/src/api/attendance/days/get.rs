//! `GET /api/v1/attendance/{employee_id}/days/{date}`: one day with its plan, its punches, and how its figures came about.

use access::ReadableFields;
use axum::extract::State;
use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Error, Minutes};
use lambda::http::{Caller, Path, Problem, Reached, Subject, Versioned, field};
use policy::{
    PolicyRef, PolicyRules, PolicySet,
    attendance::{DayKind, DayOutcome, EmploymentSnapshot, Plan, PlannedShift, Planner, Rosters, Schedule},
    work::AttendanceRules,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        attendance::view::{AttendanceView, PunchView},
        people_selection::employed,
    },
    domain::{
        day::Day,
        day_explanation::{FigureExplanation, explain},
        live_status,
    },
};

lambda::endpoint!(ATTENDANCE_DAYS_GET, get(handle), Api);

/// What is planned for a day, by the rosters, policies and calendars of now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendancePlanView {
    /// What kind of day it is.
    pub kind: DayKind,
    /// Its shifts, in order.
    pub shifts: Vec<PlannedShift>,
    /// What is to be worked; leave is not taken out.
    pub expected_minutes: Minutes,
    /// Punches belong to the day from here on.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// Until before here; the night's run settles it after.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Shift codes that the attendance policy does not know.
    pub unknown_shifts: Vec<String>,
    /// The attendance policy.
    pub attendance: Option<PolicyRef>,
    /// The overtime policy.
    pub overtime: Option<PolicyRef>,
    /// The version of the site's calendar.
    pub calendar_version: Option<u32>,
}

impl From<Plan> for AttendancePlanView {
    fn from(plan: Plan) -> Self {
        Self {
            kind: plan.kind,
            shifts: plan.shifts,
            expected_minutes: plan.expected_minutes,
            opens_at: plan.opens_at,
            closes_at: plan.closes_at,
            unknown_shifts: plan.unknown_shifts,
            attendance: plan.attendance,
            overtime: plan.overtime,
            calendar_version: plan.calendar_version,
        }
    }
}

/// One day in full.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceDayView {
    /// As in lists.
    #[serde(flatten)]
    pub day: AttendanceView,
    /// The IANA zone in which the day is counted.
    pub time_zone: String,
    /// What is planned. A settled day keeps the shifts that it was settled by in `outcome`.
    pub plan: AttendancePlanView,
    /// Every punch as it was given, in the order of arrival; voided ones stay.
    pub punches: Vec<PunchView>,
    /// What came of the day, once it is settled.
    pub outcome: Option<DayOutcome>,
    /// How the figures came about.
    pub explanation: Vec<FigureExplanation>,
    /// Digest of everything that it was derived from.
    pub inputs_digest: Option<String>,
}

/// What plans are made of.
struct Sources<'a> {
    book: &'a PolicySet,
    rosters: &'a Rosters,
    schedule: &'a Schedule,
}

/// Reads one day. Days of which nothing is known yet are shown as they are planned, while the person is employed.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/days/{date}", operation_id = "attendance-days-get",
    tag = "attendance", params(("employee_id" = EmployeeId, Path), ("date" = String, Path, format = Date)),
    responses((status = 200, body = AttendanceDayView), (status = 404, description = "Not there, or not for the caller to see")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(Subject { person, fields }): Reached<Subject>,
    Path((employee, date)): Path<(EmployeeId, Date)>,
) -> Result<Versioned<AttendanceDayView>, Problem> {
    let at = caller.origin().at;
    field::date(&date, &()).map_err(|_| Error::not_found("day"))?;
    let (stored, member, rosters, book) = tokio::try_join!(
        api.store.day(employee, date),
        api.store.members.get(employee),
        api.store.rosters(at),
        api.store.rulebook.book(at),
    )?;
    let schedule = member.map(|member| member.value.schedule).unwrap_or_default();
    let sources = Sources { book: &book, rosters: &rosters, schedule: &schedule };
    let (day, version) = stored.map_or((None, 0), |stored| (Some(stored.value), stored.version));
    if day.is_none() && !employed(&person, date) {
        return Err(Error::not_found("day").into());
    }
    Ok(Versioned(version, shown((&person, date), day.as_ref(), &sources, fields, at)))
}

fn shown(
    (person, date): (&Person, Date),
    day: Option<&Day>,
    sources: &Sources<'_>,
    fields: ReadableFields,
    at: Timestamp,
) -> AttendanceDayView {
    let home = day.and_then(|day| day.home.clone()).unwrap_or_else(|| EmploymentSnapshot::of(person));
    let Sources { book, rosters, schedule } = *sources;
    let plan = Planner { book, rosters, schedule, person, home: &home }.plan(date);
    let status = live_status::status_by_plan(day, &plan, &home.time_zone, home.on_leave, at);
    let view = day.map_or_else(|| AttendanceView::unknown(person.id, date), |day| AttendanceView::of(day, fields));
    let punches = day.map(|day| day.punches.iter().map(|punch| PunchView::of(punch, fields)).collect());
    AttendanceDayView {
        day: view.with_status(status),
        time_zone: home.time_zone,
        plan: plan.into(),
        punches: punches.unwrap_or_default(),
        outcome: day.and_then(|day| day.outcome.clone()),
        explanation: day.map(|day| explain(day, rules(book, day))).unwrap_or_default(),
        inputs_digest: day.and_then(|day| day.inputs_digest.clone()),
    }
}

/// The attendance rules that a day was settled by.
fn rules<'a>(book: &'a PolicySet, day: &Day) -> Option<&'a AttendanceRules> {
    let mut policies = day.outcome.as_ref()?.policies.iter().filter_map(|reference| book.policy(*reference));
    policies.find_map(|policy| match &policy.rules {
        PolicyRules::Attendance(rules) => Some(&**rules),
        _ => None,
    })
}
