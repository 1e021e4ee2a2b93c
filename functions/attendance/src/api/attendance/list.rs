//! `GET /api/v1/attendance`: a day of everybody whom the caller may see: who is in, late, away, missing.

use access::Scope;
use axum::extract::State;
use directory::{members::Group, shards::MemberPosition};
use kernel::{Error, Page, Result};
use lambda::http::{Caller, PageQuery, Paged, Problem};

use super::team_day::{TeamDayQuery, TeamDayReader, TeamDayView};
use crate::{
    api::{Api, people_selection},
    domain::member::Member,
};

lambda::endpoint!(ATTENDANCE_LIST, get(handle), Api);

/// How often people are read for one page when a status is asked for that few have.
const ROUNDS_MAX: usize = 10;

/// Shows a day of everybody: HR and auditors see all, managers themselves and those below them, everybody else themselves.
#[utoipa::path(get, path = "/api/v1/attendance", operation_id = "attendance-list", tag = "attendance",
    params(TeamDayQuery, PageQuery),
    responses((status = 200, body = Page<TeamDayView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "A manager or department out of the caller's reach"),
        (status = 422, description = "More people below the caller than can be walked")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter: asked, page }: Paged<TeamDayQuery>,
) -> std::result::Result<axum::Json<Page<TeamDayView>>, Problem> {
    let at = caller.origin().at;
    let group = group(&api, &caller, &asked).await?;
    let mut from = page.position()?.and_then(|text| MemberPosition::parse(&text)).unwrap_or_default();
    let (rosters, book) = tokio::try_join!(api.store.rosters(at), api.store.rulebook.book(at))?;
    let sight = TeamDayReader { caller: &caller, asked: &asked, rosters: &rosters, book: &book, at };
    let (wanted, mut items, mut next) = (page.size(), Vec::new(), None);
    for _ in 0..ROUNDS_MAX {
        let (members, behind) = api.store.members.page(&group, from, wanted - items.len()).await?;
        items.extend(sight.shown(&api, members).await?);
        next = behind;
        match behind {
            Some(behind) if items.len() < wanted => from = behind,
            Some(_) | None => break,
        }
    }
    let next_cursor = next.map(|position| page.cursor_after(&position.to_text())).transpose()?;
    Ok(axum::Json(Page { items, next_cursor }))
}

/// Whom the caller's grant allows.
async fn group(api: &Api, caller: &Caller, asked: &TeamDayQuery) -> Result<Group<Member>> {
    if let Some(manager) = asked.manager {
        // One's own reports are asked for by one's own id, too.
        if manager != caller.id() {
            caller.reach(manager).await?;
        }
        let leads = caller.grant().includes(Scope::Reports);
        return if leads { Ok(Group::Manager(manager)) } else { Err(Error::not_found("person")) };
    }
    if caller.grant().includes(Scope::All) {
        return Ok(asked.department.map_or(Group::Everybody, Group::Department));
    }
    let own = api.store.members.get(caller.id()).await?.map(|stored| stored.value);
    let schedule = own.map(|own| own.schedule).unwrap_or_default();
    let mut people = vec![Member { person: caller.person().clone(), person_version: 0, schedule }];
    if caller.grant().includes(Scope::Reports) {
        people.extend(people_selection::below(api, caller).await?);
        people.sort_unstable_by_key(|member| member.person.id);
    }
    people.retain(|member| asked.department.is_none_or(|department| member.person.department_id == department));
    // A department without anybody of the caller's is not theirs to see.
    if people.is_empty() { Err(Error::not_found("department")) } else { Ok(Group::Known(people)) }
}
