//! `GET /api/v1/attendance`: one day of the employees in the caller's scope.

use access::Scope;
use axum::extract::State;
use directory::{members::PeopleSelection, shards::MemberPosition};
use kernel::{Error, Page, Result};
use lambda::http::{Caller, PageQuery, Paged, Problem};

use super::team_day::{TeamDayQuery, TeamDayReader, TeamDayView};
use crate::{
    api::{Api, people_selection},
    domain::member::Member,
    messages,
};

lambda::endpoint!(ATTENDANCE_LIST, get(handle), Api);

/// Maximum reads for one page. A page stays short if they find too few people with the requested status.
const ROUNDS_MAX: usize = 10;

/// Lists one day of all employees in the caller's scope.
///
/// HR and auditors see all employees, managers themselves and all their reports, others only themselves. A manager
/// with more than 1,000 direct and indirect reports gets 422 `invalid`; `manager` selects the direct reports of one.
#[utoipa::path(get, path = "/api/v1/attendance", operation_id = "attendance-list", tag = "attendance",
    params(TeamDayQuery, PageQuery),
    responses((status = 200, body = Page<TeamDayView>, description = "One page of days, one per employee."),
        (status = 404, description = "`not_found`: the manager or the department is outside the caller's scope, or does not exist.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: query, page }: Paged<TeamDayQuery>,
) -> std::result::Result<axum::Json<Page<TeamDayView>>, Problem> {
    let at = caller.origin().at;
    let group = select_people(&api, &caller, &query).await?;
    let mut from = page.position()?.and_then(|text| MemberPosition::parse(&text)).unwrap_or_default();
    let (rosters, policies) = tokio::try_join!(api.store.all_rosters_cached(at), api.store.rulebook.load(at))?;
    let reader = TeamDayReader { caller: &caller, query: &query, rosters: &rosters, policies: &policies, at };
    let (size, mut items, mut next) = (page.size(), Vec::new(), None);
    for _ in 0..ROUNDS_MAX {
        let (members, next_position) = api.store.members.page(&group, from, size - items.len()).await?;
        items.extend(reader.read_days(&api, members).await?);
        next = next_position;
        match next_position {
            Some(next_position) if items.len() < size => from = next_position,
            Some(_) | None => break,
        }
    }
    let next_cursor = next.map(|position| page.cursor_after(&position.to_text())).transpose()?;
    Ok(axum::Json(Page { items, next_cursor }))
}

/// People in the caller's scope whom the query selects by manager or department.
///
/// # Errors
/// 404 for a manager or department outside the scope; 422 for too many reports.
async fn select_people(api: &Api, caller: &Caller, query: &TeamDayQuery) -> Result<PeopleSelection<Member>> {
    if let Some(manager) = query.manager {
        // The caller's own id selects the caller's own reports.
        if manager != caller.id() {
            caller.person_in_scope(manager).await?;
        }
        let leads = caller.grant().includes(Scope::Reports);
        return if leads { Ok(PeopleSelection::DirectReports(manager)) } else { Err(Error::employee_not_found()) };
    }
    if caller.grant().includes(Scope::All) {
        return Ok(query.department.map_or(PeopleSelection::Everybody, PeopleSelection::Department));
    }
    let own = api.store.members.get(caller.id()).await?.map(|stored| stored.value);
    let schedule = own.map(|own| own.schedule).unwrap_or_default();
    let mut people = vec![Member { person: caller.person().clone(), person_version: 0, schedule }];
    if caller.grant().includes(Scope::Reports) {
        people.extend(people_selection::list_caller_reports(api, caller).await?);
        people.sort_unstable_by_key(|member| member.person.id);
    }
    people.retain(|member| query.department.is_none_or(|department| member.person.department_id == department));
    // A department without anyone in the caller's scope is 404.
    if people.is_empty() { Err(Error::not_found(messages::department())) } else { Ok(PeopleSelection::Known(people)) }
}
