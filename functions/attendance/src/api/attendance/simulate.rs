//! `POST /api/v1/attendance/simulate`: derives recorded days with a draft of an attendance policy. Writes nothing.

use std::collections::BTreeSet;

use axum::extract::State;
use directory::{members::PeopleSelection, shards::MemberPosition};
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::civil::Date;
use kernel::{Actor, Code, DepartmentId, EmployeeId, Error, PageLimit, PolicyId, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid, validators};
use policy::{PolicySet, working_time::AttendanceRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{date_range, simulation_result::AttendanceSimulationView};
use crate::{
    api::Api,
    domain::{
        day::Day,
        member::Member,
        simulation::{EmployeeSimulation, SimulationRules, draft_policy, policies_with_draft},
    },
    messages,
};

lambda::endpoint!(ATTENDANCE_SIMULATE, post(handle), Api);

/// Maximum length of a period, in days.
const DAYS_MAX: usize = 62;
/// People whose days are read at the same time.
const READ_CONCURRENCY: usize = 8;

/// Draft policy, and the days and employees to simulate.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = AttendanceSimulation)]
pub struct AttendanceSimulationInput {
    /// First day of the simulation.
    #[garde(custom(validators::validate_date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the simulation; a period has at most 62 days.
    #[garde(custom(validators::validate_date))]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Rules of the draft, as in a policy of the kind `attendance`. They replace every attendance policy.
    pub rules: AttendanceRules,
    /// Only these employees, 1 to 100. Send at most one of `employee_ids`, `department` and `site`. Default: all.
    #[garde(inner(length(min = 1, max = 100)))]
    #[serde(default)]
    #[schema(min_items = 1, max_items = 100)]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// Only employees who belong to this department now.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// Only employees who work at the site with this code now.
    #[garde(inner(custom(validators::validate_site_code)))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$")]
    pub site: Option<String>,
    /// Employees per page: 1 to 100. Default: 25. With `site`, a page may have fewer.
    #[serde(default)]
    #[schema(value_type = u16, required = false, minimum = 1, maximum = 100, default = 25)]
    pub limit: PageLimit,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Simulates a draft attendance policy on recorded days.
///
/// The days are derived as they would have been with the draft; nothing is stored. Repeat the request with
/// `next_cursor` as `cursor` until it is absent. An invalid draft or selection of employees is refused with 422
/// `invalid` at its place.
#[utoipa::path(post, path = "/api/v1/attendance/simulate", operation_id = "attendance-simulate", tag = "attendance",
    params(lambda::http::UnusedIdempotencyHeader),
    request_body = AttendanceSimulationInput,
    responses((status = 200, body = AttendanceSimulationView, description = "One page of employees, with the days that would change."),
        (status = 400, description = "`invalid_cursor`: the cursor does not belong to this simulation.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<AttendanceSimulationInput>>,
) -> std::result::Result<axum::Json<AttendanceSimulationView>, Problem> {
    let at = caller.origin().at;
    date_range::check_date_range(("/to", body.from, body.to), DAYS_MAX)?;
    let draft = draft_policy(body.rules.clone(), PolicyId::new(api.shell.ids.uuid(at)), at, Actor::Person(caller.id()));
    let faults = draft.validate();
    if !faults.is_empty() {
        let invalid = Error::new(Code::Invalid, messages::draft_invalid());
        let error = faults
            .into_iter()
            .fold(invalid, |invalid, fault| invalid.with_field(fault.pointer, fault.code, fault.detail));
        return Err(error.into());
    }
    let group = select_people(&api, &body).await?;
    let (members, next_cursor) = load_people_page(&api, &caller, &body, &group).await?;
    let (rosters, policies) = tokio::try_join!(api.store.all_rosters_cached(at), api.store.rulebook.load(at))?;
    let read = members.into_iter().map(|member| read_days_with_day_before(&api, member, &body));
    let recorded: Vec<(Member, Vec<Day>)> = stream::iter(read).buffered(READ_CONCURRENCY).try_collect().await?;
    let with_draft = policies_for_days(&policies, draft, &recorded);
    let draft = SimulationRules { policies: &with_draft, rosters: &rosters };
    let replays: Vec<(Member, EmployeeSimulation)> = recorded
        .into_iter()
        .map(|(member, days)| {
            let replayed = draft.replay(&member, &days, body.from);
            (member, replayed)
        })
        .collect();
    Ok(axum::Json(AttendanceSimulationView::of((body.from, body.to), &replays, next_cursor)))
}

/// People whom the request selects; employees of a `site` are selected later.
///
/// # Errors
/// 422 for two selections or an unknown employee.
async fn select_people(api: &Api, body: &AttendanceSimulationInput) -> Result<PeopleSelection<Member>> {
    let given = [body.employee_ids.is_some(), body.department.is_some(), body.site.is_some()];
    if given.iter().filter(|given| **given).count() > 1 {
        let pointer = if body.site.is_some() { "/site" } else { "/department" };
        return Err(Error::invalid(pointer, "one_of", messages::several_selections()));
    }
    let Some(named) = &body.employee_ids else {
        return Ok(body.department.map_or(PeopleSelection::Everybody, PeopleSelection::Department));
    };
    let mut ids = named.clone();
    ids.sort_unstable();
    ids.dedup();
    let known = api.store.members.get_many_consistent(&ids).await?;
    if let Some(at) = named.iter().position(|id| !known.contains_key(id)) {
        return Err(Error::invalid(format!("/employee_ids/{at}"), "unknown_employee", messages::unknown_employee_id()));
    }
    Ok(PeopleSelection::Known(ids.iter().filter_map(|id| known.get(id)).cloned().collect()))
}

/// One page of the selected people, and the cursor of the next page; `None` after the last. With a site, only those who work
/// there now: a page can be empty before the last.
async fn load_people_page(
    api: &Api,
    caller: &Caller,
    body: &AttendanceSimulationInput,
    group: &PeopleSelection<Member>,
) -> Result<(Vec<Member>, Option<String>)> {
    let AttendanceSimulationInput { from, to, employee_ids, department, site, .. } = body;
    let question = format!("{}?{from}&{to}&{employee_ids:?}&{department:?}&{site:?}", access::ATTENDANCE_SIMULATE.name);
    let (sealer, view) = (api.cursor_cipher(caller.origin().at).await?, caller.cursor_scope(question));
    let start = match &body.cursor {
        Some(cursor) => {
            let position = sealer.decrypt(&view, cursor).ok().as_deref().and_then(MemberPosition::parse);
            position.ok_or_else(invalid_cursor_error)?
        }
        None => MemberPosition::default(),
    };
    let (mut members, next) = api.store.members.page(group, start, usize::from(body.limit.get())).await?;
    members.retain(|member| site.as_ref().is_none_or(|site| member.person.site == *site));
    let next_cursor = next.map(|position| sealer.encrypt(&view, &position.to_text())).transpose()?;
    Ok((members, next_cursor))
}

/// The 400 for a cursor in the body that does not belong to this simulation.
fn invalid_cursor_error() -> Error {
    Error::new(Code::InvalidCursor, messages::foreign_cursor()).with_field(
        "/cursor",
        "invalid_cursor",
        messages::restart_without_cursor(),
    )
}

/// A member with the recorded days of the period and the day before it.
async fn read_days_with_day_before(
    api: &Api,
    member: Member,
    body: &AttendanceSimulationInput,
) -> Result<(Member, Vec<Day>)> {
    let stored = api.store.list_days_consistent(member.person.id, date_range::add_days(body.from, -1), body.to).await?;
    Ok((member, stored.into_iter().map(|stored| stored.value).collect()))
}

/// The policies with the draft in place of every attendance policy, and only the calendars that these days need.
fn policies_for_days(policies: &PolicySet, draft: policy::Policy, recorded: &[(Member, Vec<Day>)]) -> PolicySet {
    let homes = recorded.iter().flat_map(|(_, days)| days).filter_map(|day| day.home.as_ref());
    let now = recorded.iter().map(|(member, _)| member.person.site.as_str());
    let sites: BTreeSet<&str> = homes.map(|home| home.site.as_str()).chain(now).collect();
    policies_with_draft(policies, draft, sites)
}
