//! `GET /api/v1/attendance/{employee_id}/days/{date}`: one day with its plan, its punches and the explanation of its
//! figures.

use access::ReadableFields;
use axum::extract::State;
use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, Error, Minutes};
use lambda::http::{Caller, InScope, Path, Problem, Subject, Versioned, validators};
use policy::{
    PolicyRef, PolicyRules, PolicySet,
    attendance::{DayKind, DayOutcome, EmploymentSnapshot, Plan, PlannedShift, Planner, Rosters, Schedule},
    working_time::AttendanceRules,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        attendance::view::{AttendanceView, PunchView},
        people_selection::is_employed_on,
    },
    domain::{
        day::Day,
        day_explanation::{FigureExplanation, explain_day},
        live_status,
        settled_figures::{LeaveByType, SettledFigures},
    },
    messages,
};

lambda::endpoint!(ATTENDANCE_DAYS_GET, get(handle), Api);

/// Current plan of a day, by rosters, policies and calendars.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendancePlanView {
    /// Kind of the day: work, rest or holiday.
    pub kind: DayKind,
    /// Planned shifts in the order of their start.
    pub shifts: Vec<PlannedShift>,
    /// Expected working time in minutes, before leave is deducted.
    pub expected_minutes: Minutes,
    /// Start of the shift window: punches from this time on belong to the day.
    #[schema(value_type = String, format = DateTime)]
    pub opens_at: Timestamp,
    /// End of the shift window, exclusive. The next hourly run settles the day.
    #[schema(value_type = String, format = DateTime)]
    pub closes_at: Timestamp,
    /// Planned shift codes that the attendance policy does not define.
    pub unknown_shifts: Vec<String>,
    /// Attendance policy version of the day; null if no policy applies.
    pub attendance: Option<PolicyRef>,
    /// Overtime policy version of the day; null if no policy applies.
    pub overtime: Option<PolicyRef>,
    /// Version of the site's calendar; null if the site has none.
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

/// Figures of an attendance day that changed after its payroll period was closed, as the period reports them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReportedDayView {
    /// Derived figures when the period was closed; null if the day was not settled.
    pub outcome: Option<DayOutcome>,
    /// Minutes of leave by code of the leave type when the period was closed.
    pub leave_by_type: LeaveByType,
}

impl From<SettledFigures> for ReportedDayView {
    fn from(reported: SettledFigures) -> Self {
        Self { outcome: reported.outcome, leave_by_type: reported.leave_by_type }
    }
}

/// Attendance day with its plan, punches and explanation.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AttendanceDayView {
    /// The day as in lists.
    #[serde(flatten)]
    pub day: AttendanceView,
    /// IANA time zone of the day.
    pub time_zone: String,
    /// Plan by the current rosters, policies and calendars. `outcome` has the shifts by which the day was settled.
    pub plan: AttendancePlanView,
    /// All punches in the order of arrival, voided ones included.
    pub punches: Vec<PunchView>,
    /// Current derived figures, also after a change in a closed payroll period; null before the day is settled.
    pub outcome: Option<DayOutcome>,
    /// Figures that the closed payroll period of the day reports; null if they are those of `outcome`.
    pub reported: Option<ReportedDayView>,
    /// Explanation of the figures of `outcome`; empty before the day is settled.
    pub explanation: Vec<FigureExplanation>,
    /// SHA-256 digest of the inputs from which the day was derived, in hexadecimal digits; null before that.
    pub inputs_digest: Option<String>,
}

/// Policies, rosters and schedule by which a day is planned.
struct PlanInputs<'a> {
    policies: &'a PolicySet,
    rosters: &'a Rosters,
    schedule: &'a Schedule,
}

/// Returns one attendance day.
///
/// A day of the employment without a record is returned with its plan.
#[utoipa::path(get, path = "/api/v1/attendance/{employee_id}/days/{date}", operation_id = "attendance-days-get",
    tag = "attendance",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."),
        ("date" = String, Path, format = Date,
            description = "Date on which the shift starts.")),
    responses((status = 200, body = AttendanceDayView, description = "Attendance day with its plan, punches and explanation."),
        (status = 404, description = "`not_found`: the employee or the day does not exist, or the caller may not see it.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(Subject { person, fields }): InScope<Subject>,
    Path((employee, date)): Path<(EmployeeId, Date)>,
) -> Result<Versioned<AttendanceDayView>, Problem> {
    let at = caller.origin().at;
    validators::validate_date(&date, &()).map_err(|_| Error::not_found(messages::day()))?;
    let (stored, member, rosters, policies) = tokio::try_join!(
        api.store.find_day(employee, date),
        api.store.members.get(employee),
        api.store.all_rosters_cached(at),
        api.store.rulebook.load(at),
    )?;
    let schedule = member.map(|member| member.value.schedule).unwrap_or_default();
    let inputs = PlanInputs { policies: &policies, rosters: &rosters, schedule: &schedule };
    let (day, version) = stored.map_or((None, 0), |stored| (Some(stored.value), stored.version));
    if day.is_none() && !is_employed_on(&person, date) {
        return Err(Error::not_found(messages::day()).into());
    }
    Ok(Versioned(version, day_view((&person, date), day.as_ref(), &inputs, fields, at)))
}

fn day_view(
    (person, date): (&Person, Date),
    day: Option<&Day>,
    inputs: &PlanInputs<'_>,
    fields: ReadableFields,
    at: Timestamp,
) -> AttendanceDayView {
    let home = day.and_then(|day| day.home.clone()).unwrap_or_else(|| EmploymentSnapshot::of(person, date));
    let PlanInputs { policies, rosters, schedule } = *inputs;
    let plan = Planner { policies, rosters, schedule, person, employment: &home }.plan(date);
    let status = live_status::status_with_plan(day, &plan, &home.time_zone, home.on_leave, at);
    let summary =
        day.map_or_else(|| AttendanceView::without_record(person.id, date), |day| AttendanceView::of(day, fields));
    let punches = day.map(|day| day.punches.iter().map(|punch| PunchView::of(punch, fields)).collect());
    AttendanceDayView {
        day: summary.with_status(status),
        time_zone: home.time_zone,
        plan: plan.into(),
        punches: punches.unwrap_or_default(),
        outcome: day.and_then(|day| day.outcome.clone()),
        reported: day.and_then(|day| day.reported.clone()).map(ReportedDayView::from),
        explanation: day.map(|day| explain_day(day, settlement_rules(policies, day))).unwrap_or_default(),
        inputs_digest: day.and_then(|day| day.inputs_digest.clone()),
    }
}

/// Rules of the attendance policy by which a day was settled; `None` before, or without such a policy.
fn settlement_rules<'a>(policies: &'a PolicySet, day: &Day) -> Option<&'a AttendanceRules> {
    let mut applied = day.outcome.as_ref()?.policies.iter().filter_map(|reference| policies.policy(*reference));
    applied.find_map(|policy| match &policy.rules {
        PolicyRules::Attendance(rules) => Some(&**rules),
        _ => None,
    })
}
