//! `POST /api/v1/leaves/recount`: counts booked leave again after a calendar has changed, first shown, then posted. Publishes
//! `leave.balance_changed` per request whose count changed.
//!
//! Days before `from` stay as they were counted. Every request is one transaction of its own with deterministic ids, so that a run that
//! was cut off anywhere is finished by asking again.

use std::sync::Arc;

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use directory::Person;
use events::EventType;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, LeaveId, Minutes, PageLimit, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid};
use policy::{Calendar, LeaveAmount, PolicySet};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Pagination;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields, people_selection::broken},
    domain::{
        recount::{RequestRecount, recount_request},
        request::{Request, RequestStatus},
    },
    store::{DecisionWrite, Race},
};

lambda::endpoint!(LEAVES_RECOUNT, post(handle), Api);

/// How many people are looked up at a time.
const LOOKUPS_AT_ONCE: usize = 16;
/// How many requests are looked at in one go, of everybody.
const LIMIT: u16 = 50;

/// What is to be counted again.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountInput {
    /// The site whose calendar has changed.
    #[garde(custom(fields::code))]
    pub site: String,
    /// Days from this one on; today at the site or later.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Post the differences; otherwise they are only shown.
    #[garde(skip)]
    #[serde(default)]
    pub apply: bool,
    /// Where the last answer ended.
    #[garde(skip)]
    #[serde(default)]
    pub cursor: Option<String>,
}

/// A request that counts another number of minutes now.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountedLeave {
    /// The request.
    #[schema(value_type = String)]
    pub leave_id: LeaveId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// Leave type.
    pub leave_type: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// `pending` or `approved`.
    pub status: RequestStatus,
    /// What it counted.
    pub old: LeaveAmount,
    /// What it counts.
    pub new: LeaveAmount,
    /// The difference: more is taken when positive.
    pub difference: LeaveAmount,
}

/// What changes, or has been changed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountResult {
    /// The site.
    pub site: String,
    /// The calendar by which it was counted.
    pub calendar_version: u32,
    /// Days from this one on.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Whether the differences were posted.
    pub applied: bool,
    /// Requests that change. There may be none although there are more pages.
    pub items: Vec<RecountedLeave>,
    /// Send it back as `cursor` to go on; absent when everything was looked at.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

/// Counts booked leave again.
#[utoipa::path(post, path = "/api/v1/leaves/recount", operation_id = "leaves-recount", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = RecountInput,
    responses(
        (status = 200, body = RecountResult),
        (status = 400, description = "A cursor that does not open"),
        (status = 409, description = "Others keep changing a request or its account; ask again"),
        (status = 422, description = "A site without a calendar, or a day that is history")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<RecountInput>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVES_RECOUNT.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let book = api.store.rulebook.book(origin.at).await?;
    let calendar = book
        .calendar(&body.site)
        .ok_or_else(|| Error::invalid("/site", "no_calendar", format!("The site `{}` has no calendar.", body.site)))?;
    let (found, next_cursor) = page(&api, &caller, &book, calendar, &body).await?;
    if body.apply {
        for one in &found {
            apply(&api, &caller, &book, calendar, one).await?;
        }
    }
    let view = RecountResult {
        site: body.site,
        calendar_version: calendar.version,
        from: body.from,
        applied: body.apply,
        items: found.iter().map(shown).collect(),
        next_cursor,
    };
    if let Some(once) = once {
        api.store.store_answer(origin, &once, &view).await?;
    }
    Ok(axum::Json(view).into_response())
}

/// The requests of one page that change.
async fn page(
    api: &Api,
    caller: &Caller,
    book: &PolicySet,
    calendar: &Calendar,
    body: &RecountInput,
) -> Result<(Vec<RequestRecount>, Option<String>)> {
    let at = caller.origin().at;
    let limit = PageLimit::new(LIMIT).unwrap_or_default();
    let view = caller.cursor_scope(format!("{}?{}&{}", access::LEAVES_RECOUNT.name, body.site, body.from));
    let sealer = api.sealer(at).await?;
    let page = Pagination::new(limit, body.cursor.clone(), sealer, view);
    let page = api.store.list_open_requests(body.from, &page).await;
    let page = page.map_err(|error| if error.code() == "invalid_cursor" { broken() } else { error })?;
    let of = |request: Request| async move {
        let person = api.shell.directory.person(request.employee_id, at).await?;
        Ok::<_, Error>(person.map(|person| (person, request)))
    };
    let people: Vec<Option<(Arc<Person>, Request)>> =
        stream::iter(page.items.into_iter().map(of)).buffered(LOOKUPS_AT_ONCE).try_collect().await?;
    let mut found = Vec::new();
    for (person, request) in people.into_iter().flatten().filter(|(person, _)| person.site == body.site) {
        if body.from < person.today(at) {
            return Err(Error::invalid("/from", "history", "Days that are over stay as they were counted."));
        }
        found.extend(recount_request(book, calendar, request, body.from));
    }
    Ok((found, page.next_cursor))
}

/// Posts what changes in one request: request, entry and account in one transaction; judged anew where others were faster.
async fn apply(api: &Api, caller: &Caller, book: &PolicySet, calendar: &Calendar, one: &RequestRecount) -> Result<()> {
    let origin = caller.origin();
    let applied = api.until_won(origin.at, || async {
        let before = api.store.request(one.before.id).await?;
        let request = before.value.clone();
        let Some(one) = recount_request(book, calendar, request, one.from).filter(is_recountable) else {
            return Ok(Race::Won(()));
        };
        let (after, entry) = one.to_adjustment(origin);
        let (first, last) = (after.start_date, after.end_date);
        let standing = api.store.leave_position(after.employee_id, &after.leave_type, first, last).await?;
        let told = json!({
            "employee_id": after.employee_id, "leave_type": after.leave_type, "leave_id": after.id,
            "kind": entry.kind, "minutes": entry.minutes, "reason": entry.rule,
        });
        let settling = DecisionWrite {
            after: &after,
            entries: &[entry],
            standing: &standing,
            freed_from: None,
            event: EventType::LeaveBalanceChanged,
            data: told,
        };
        Ok(api.store.save_decision(origin, &before, settling, None, &Value::Null).await?.map_won(()))
    });
    applied.await
}

/// Only what holds days can be counted again.
fn is_recountable(one: &RequestRecount) -> bool {
    matches!(one.before.status, RequestStatus::Pending | RequestStatus::Approved)
}

fn shown(one: &RequestRecount) -> RecountedLeave {
    let request = &one.before;
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, request.day_minutes);
    let (old, new) = (request.count.total(), one.count.total());
    RecountedLeave {
        leave_id: request.id,
        employee_id: request.employee_id,
        leave_type: request.leave_type.clone(),
        start_date: request.start_date,
        end_date: request.end_date,
        status: request.status,
        old: days(old),
        new: days(new),
        difference: days(new - old),
    }
}
