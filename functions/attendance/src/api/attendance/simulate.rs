//! `POST /api/v1/attendance/simulate`: what a draft of an attendance policy would have made of recorded days. Writes nothing.

use std::collections::BTreeSet;

use axum::extract::State;
use directory::{members::Group, shards::MemberPosition};
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::civil::Date;
use kernel::{Actor, Code, DepartmentId, EmployeeId, Error, PageLimit, PolicyId, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid, field};
use policy::{PolicySet, work::AttendanceRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{date_range, simulation_result::AttendanceSimulationView};
use crate::{
    api::Api,
    domain::{
        day::Day,
        member::Member,
        simulation::{DraftPolicies, EmployeeSimulation, book_with, policy_of},
    },
};

lambda::endpoint!(ATTENDANCE_SIMULATE, post(handle), Api);

/// No longer period is replayed, in days.
const DAYS_MAX: usize = 62;
/// How many people's days are read at a time.
const PEOPLE_AT_ONCE: usize = 8;

/// What is to be replayed.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[schema(as = AttendanceSimulation)]
pub struct AttendanceSimulationInput {
    /// First day.
    #[garde(custom(field::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day: at most 62 days in all.
    #[garde(custom(field::date))]
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// The draft: as the `rules` of a policy of the kind `attendance`. It takes the place of every attendance policy.
    pub rules: AttendanceRules,
    /// Of these people, at most 100; or of a department, or of a site; else of everybody.
    #[garde(inner(length(min = 1, max = 100)))]
    #[serde(default)]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// Of this department, as people belong to it now.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// Of this site.
    #[garde(inner(custom(field::site)))]
    #[serde(default)]
    pub site: Option<String>,
    /// 1 to 100 people in one answer, 25 unless told. Of a site, an answer may have fewer.
    #[serde(default)]
    #[schema(value_type = Option<u16>)]
    pub limit: PageLimit,
    /// Where the last answer ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Replays recorded days by a draft.
#[utoipa::path(post, path = "/api/v1/attendance/simulate", operation_id = "attendance-simulate", tag = "attendance",
    params(("Idempotency-Key" = Option<String>, Header, description = "Taken, and not needed: nothing is written")),
    request_body = AttendanceSimulationInput,
    responses((status = 200, body = AttendanceSimulationView), (status = 400, description = "A cursor that does not open"),
        (status = 422, description = "What is wrong with the draft or the question, each with its pointer")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<AttendanceSimulationInput>>,
) -> std::result::Result<axum::Json<AttendanceSimulationView>, Problem> {
    let at = caller.origin().at;
    date_range::bounded(("/to", body.from, body.to), DAYS_MAX)?;
    let draft = policy_of(body.rules.clone(), PolicyId::new(api.shell.ids.uuid(at)), at, Actor::Person(caller.id()));
    let faults = draft.faults();
    if !faults.is_empty() {
        let refusal = Error::new(Code::Invalid, "The draft breaks a rule.");
        let told = faults
            .into_iter()
            .fold(refusal, |refusal, fault| refusal.with_field(fault.pointer, fault.code, fault.detail));
        return Err(told.into());
    }
    let group = group(&api, &body).await?;
    let (members, next_cursor) = page(&api, &caller, &body, &group).await?;
    let (rosters, book) = tokio::try_join!(api.store.rosters(at), api.store.rulebook.book(at))?;
    let read = members.into_iter().map(|member| days_of(&api, member, &body));
    let recorded: Vec<(Member, Vec<Day>)> = stream::iter(read).buffered(PEOPLE_AT_ONCE).try_collect().await?;
    let drafted = drafted(&book, draft, &recorded);
    let draft = DraftPolicies { book: &drafted, rosters: &rosters };
    let replays: Vec<(Member, EmployeeSimulation)> = recorded
        .into_iter()
        .map(|(member, days)| {
            let replayed = draft.replay(&member, &days, body.from);
            (member, replayed)
        })
        .collect();
    Ok(axum::Json(AttendanceSimulationView::of((body.from, body.to), &replays, next_cursor)))
}

/// Whose days are asked for.
async fn group(api: &Api, body: &AttendanceSimulationInput) -> Result<Group<Member>> {
    let given = [body.employee_ids.is_some(), body.department.is_some(), body.site.is_some()];
    if given.iter().filter(|given| **given).count() > 1 {
        let pointer = if body.site.is_some() { "/site" } else { "/department" };
        return Err(Error::invalid(pointer, "one_of", "Name people, a department or a site, only one of them."));
    }
    let Some(named) = &body.employee_ids else {
        return Ok(body.department.map_or(Group::Everybody, Group::Department));
    };
    let mut ids = named.clone();
    ids.sort_unstable();
    ids.dedup();
    let known = api.store.members.get_many_fresh(&ids).await?;
    if let Some(at) = named.iter().position(|id| !known.contains_key(id)) {
        return Err(Error::invalid(format!("/employee_ids/{at}"), "unknown_employee", "There is no such person."));
    }
    Ok(Group::Known(ids.iter().filter_map(|id| known.get(id)).cloned().collect()))
}

/// The next people of the group.
async fn page(
    api: &Api,
    caller: &Caller,
    body: &AttendanceSimulationInput,
    group: &Group<Member>,
) -> Result<(Vec<Member>, Option<String>)> {
    let AttendanceSimulationInput { from, to, employee_ids, department, site, .. } = body;
    let question = format!("{}?{from}&{to}&{employee_ids:?}&{department:?}&{site:?}", access::ATTENDANCE_SIMULATE.name);
    let (sealer, view) = (api.sealer(caller.origin().at).await?, caller.cursor_scope(question));
    let begin = match &body.cursor {
        Some(cursor) => {
            let opened = sealer.decrypt(&view, cursor).ok().as_deref().and_then(MemberPosition::parse);
            opened.ok_or_else(broken)?
        }
        None => MemberPosition::default(),
    };
    let (mut members, next) = api.store.members.page(group, begin, usize::from(body.limit.get())).await?;
    members.retain(|member| site.as_ref().is_none_or(|site| member.person.site == *site));
    let next_cursor = next.map(|position| sealer.encrypt(&view, &position.to_text())).transpose()?;
    Ok((members, next_cursor))
}

/// A cursor in a body that does not open.
fn broken() -> Error {
    Error::new(Code::InvalidCursor, "The cursor is broken, too old, or belongs to another question.").with_field(
        "/cursor",
        "invalid_cursor",
        "start again without a cursor",
    )
}

/// The recorded days, and the one before them.
async fn days_of(api: &Api, member: Member, body: &AttendanceSimulationInput) -> Result<(Member, Vec<Day>)> {
    let stored = api.store.list_days_of(member.person.id, date_range::after(body.from, -1), body.to).await?;
    Ok((member, stored.into_iter().map(|stored| stored.value).collect()))
}

/// The book with the draft, and the calendars of the sites where these days were worked.
fn drafted(book: &PolicySet, draft: policy::Policy, recorded: &[(Member, Vec<Day>)]) -> PolicySet {
    let homes = recorded.iter().flat_map(|(_, days)| days).filter_map(|day| day.home.as_ref());
    let now = recorded.iter().map(|(member, _)| member.person.site.as_str());
    let sites: BTreeSet<&str> = homes.map(|home| home.site.as_str()).chain(now).collect();
    book_with(book, draft, sites)
}
