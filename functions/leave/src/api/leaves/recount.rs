//! `POST /api/v1/leaves/recount`: recounts booked leave after a change of a calendar or of shift plans, as a preview or with postings.
//! Publishes `leave.balance_changed` per request whose count changed.
//!
//! Days before `from` keep their count. Each request is one transaction with deterministic ids, so that a repetition
//! completes an interrupted recount.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use events::EventType;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, LeaveId, Minutes, PageLimit, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid};
use policy::{
    LeaveAmount, Person, PolicySet,
    leave::{Account, floor_breach_of_change},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Pagination;
use utoipa::ToSchema;

use super::below_floor::{BelowFloor, ChangeBelowFloor, FloorOverride};
use crate::{
    api::{Api, fields, people_selection::invalid_body_cursor_error},
    app::post_due_entries::account_with_entries,
    domain::{
        recount::{RequestRecount, depends_on_other_leave, recount_request},
        request::{Request, RequestStatus},
    },
    messages,
    store::{AccountAndMonths, OccupiedMonths, Race, RequestUpdateWrite, Stored},
};

lambda::endpoint!(LEAVES_RECOUNT, post(handle), Api);

const LOOKUP_CONCURRENCY: usize = 16;
/// Requests that one page reads. Those of other sites are left out.
const PAGE_SIZE: u16 = 50;

/// Site and days of a recount.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountInput {
    /// Code of the site whose calendar or shift plans changed.
    #[garde(custom(fields::validate_code))]
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
    pub site: String,
    /// First day to recount, today at the site or later. Earlier days keep their count.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Whether the differences are posted. Default: false, a preview.
    #[garde(skip)]
    #[serde(default)]
    pub apply: bool,
    /// Whether differences may take balances below the floor of their policies. Requires `reason`. Default: false.
    #[garde(skip)]
    #[serde(rename = "override", default, skip_serializing_if = "std::ops::Not::not")]
    pub override_floor: bool,
    /// Reason of the override, kept in the audit trail.
    #[garde(inner(custom(fields::validate_reason)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
    /// `next_cursor` of the previous page; omitted for the first page.
    #[garde(skip)]
    #[serde(default)]
    #[schema(max_length = 2048)]
    pub cursor: Option<String>,
}

/// Leave request whose duration differs by the new calendar.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountedLeave {
    /// Id of the leave request.
    pub leave_id: LeaveId,
    /// Employee of the request.
    pub employee_id: EmployeeId,
    /// Code of the leave type.
    pub leave_type: String,
    /// First day of the request.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the request.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Status of the request: `pending` or `approved`.
    pub status: RequestStatus,
    /// Duration before the recount.
    pub old: LeaveAmount,
    /// Duration after the recount.
    pub new: LeaveAmount,
    /// `new` minus `old`; positive if the request takes more.
    pub difference: LeaveAmount,
    /// Lowest balance from the first recounted day on, if the difference takes it below the floor of its policy; otherwise
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub below_floor: Option<BelowFloor>,
}

/// One page of recounted leave requests.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountResult {
    /// Code of the site whose calendar was used.
    pub site: String,
    /// Version of the calendar that was used.
    pub calendar_version: u32,
    /// First day that was recounted.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Whether the differences were posted.
    pub applied: bool,
    /// Requests whose duration differs. A page may be empty and still have a next page.
    pub items: Vec<RecountedLeave>,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

/// Recounts booked leave after a change of a calendar, a roster, shift assignments or work patterns.
///
/// Without `apply`, it is a preview that writes nothing. Repeat the request with `next_cursor` as `cursor` until it is
/// absent. A page that was posted before has no differences, so a recount can be repeated. A page with a difference that
/// takes a balance below the floor of its policy is posted only with `override` and a reason. Nobody is notified.
#[utoipa::path(post, path = "/api/v1/leaves/recount", operation_id = "leaves-recount", tag = "leaves",
    params(IdempotencyHeader),
    request_body = RecountInput,
    responses(
        (status = 200, body = RecountResult, description = "One page of differences."),
        (status = 400, description = "`invalid_cursor`: the cursor is invalid for this recount."),
        (status = 409, description = "`busy`: other requests won every attempt; the same request completes the page."),
        (status = 422, description = "`invalid`: the site has no calendar, `from` is in the past, or `override` has no reason. \
            `below_floor`: a balance falls below the floor of its policy; `current` names the request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<RecountInput>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_RECOUNT.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let book = api.store.rulebook.load(origin.at).await?;
    let calendar = book
        .calendar(&body.site)
        .ok_or_else(|| Error::invalid("/site", "no_calendar", messages::calendar_to_publish(body.site.as_str())))?;
    let floor = FloorOverride::parse(body.override_floor, body.reason.as_deref(), "/reason")?;
    let (recounts, next_cursor) = load_recount_page(&api, &caller, &book, &body).await?;
    if body.apply {
        let below = recounts.iter().find_map(|(one, below)| {
            below.clone().map(|balance| ChangeBelowFloor { leave_id: Some(one.before.id), balance })
        });
        floor.require_for(below)?;
        for (one, _) in &recounts {
            apply_recount(&api, &caller, (&book, body.reason.as_deref()), (one, floor)).await?;
        }
    }
    let result = RecountResult {
        site: body.site,
        calendar_version: calendar.version,
        from: body.from,
        applied: body.apply,
        items: recounts.into_iter().map(recounted_leave).collect(),
        next_cursor,
    };
    if let Some(idempotency_key) = idempotency_key {
        api.store.store_answer(origin, &idempotency_key, &result).await?;
    }
    Ok(axum::Json(result).into_response())
}

/// Request whose count differs, and its balance if the difference takes it below the floor.
type RecountWithBalance = (RequestRecount, Option<BelowFloor>);

/// Requests of one page whose count differs, and the next cursor.
///
/// # Errors
/// 400 for an invalid cursor; 422 if `from` is in the past at the site.
async fn load_recount_page(
    api: &Api,
    caller: &Caller,
    book: &PolicySet,
    body: &RecountInput,
) -> Result<(Vec<RecountWithBalance>, Option<String>)> {
    let at = caller.origin().at;
    let limit = PageLimit::new(PAGE_SIZE).unwrap_or_default();
    let scope = caller.cursor_scope(format!("{}?{}&{}", access::LEAVES_RECOUNT.name, body.site, body.from));
    let cipher = api.cursor_cipher(at).await?;
    let page = Pagination::new(limit, body.cursor.clone(), cipher, scope);
    let page = api.store.list_pending_or_approved_requests(body.from, &page).await;
    let page =
        page.map_err(|error| if error.code() == "invalid_cursor" { invalid_body_cursor_error() } else { error })?;
    let recount = |request: Request| async move {
        let Some(person) = api.shell.directory.person(request.employee_id, at).await? else { return Ok(None) };
        if person.as_of(request.start_date.max(body.from)).site != body.site {
            return Ok(None);
        }
        if body.from < person.today(at) {
            return Err(Error::invalid("/from", "history", messages::recount_of_the_past()));
        }
        let (plans, state) = tokio::try_join!(api.store.plans.load(person.id, at), load_state(api, book, &request))?;
        let work = plans.expected_work(book, &person);
        let recount = recount_request(&work, request, body.from, &state.months.slots_by_month());
        Ok::<_, Error>(recount.map(|one| {
            let below = below_floor_after(caller, (book, &person), &state.account, &one);
            (one, below)
        }))
    };
    let recounts: Vec<Option<RecountWithBalance>> =
        stream::iter(page.items.into_iter().map(recount)).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    Ok((recounts.into_iter().flatten().collect(), page.next_cursor))
}

/// Account of a request, and the months if its count depends on other leave; otherwise none.
async fn load_state(api: &Api, book: &PolicySet, request: &Request) -> Result<AccountAndMonths> {
    if depends_on_other_leave(book, request) {
        return api.store.load_account_and_months_of(request).await;
    }
    let account = api.store.get_account_or_empty(request.employee_id, &request.leave_type).await?;
    Ok(AccountAndMonths { account, months: OccupiedMonths::default() })
}

/// Balance after the difference of a request, if it takes it below the floor of its policy.
fn below_floor_after(
    caller: &Caller,
    (book, person): (&PolicySet, &Person),
    account: &Stored<Account>,
    one: &RequestRecount,
) -> Option<BelowFloor> {
    let (_, entry) = one.to_adjustment(caller.origin(), 0);
    let after = account_with_entries(&account.value, std::slice::from_ref(&entry));
    let breach = floor_breach_of_change(book, person, (&account.value, &after), entry.on)?;
    Some(BelowFloor::of(breach, person))
}

/// Recounts the stored request again and posts the difference; nothing happens if no day changes any more. Repeats
/// after a lost race.
async fn apply_recount(
    api: &Api,
    caller: &Caller,
    (book, reason): (&PolicySet, Option<&str>),
    (one, floor): (&RequestRecount, FloorOverride),
) -> Result<()> {
    let origin = caller.origin();
    let applied = api.until_won(origin.at, || async {
        let before = api.store.get_request(one.before.id).await?;
        let request = before.value.clone();
        let (person, plans, state) = tokio::try_join!(
            api.shell.directory.person(request.employee_id, origin.at),
            api.store.plans.load(request.employee_id, origin.at),
            load_state(api, book, &request)
        )?;
        let Some(person) = person else { return Ok(Race::Won(())) };
        let (work, months) = (plans.expected_work(book, &person), state.months.slots_by_month());
        let Some(one) = recount_request(&work, request, one.from, &months).filter(is_pending_or_approved) else {
            return Ok(Race::Won(()));
        };
        let below = below_floor_after(caller, (book, &person), &state.account, &one);
        floor.require_for(below.map(|balance| ChangeBelowFloor { leave_id: Some(one.before.id), balance }))?;
        let (after, entry) = one.to_adjustment(origin, before.version);
        let event_data = json!({
            "employee_id": after.employee_id, "leave_type": after.leave_type, "leave_id": after.id,
            "kind": entry.kind, "minutes": entry.minutes, "reason": entry.rule, "override_reason": reason,
        });
        let write = RequestUpdateWrite {
            after: &after,
            entries: &[entry],
            state: &state,
            months: None,
            looked_at: one.looked_at(),
            event: EventType::LeaveBalanceChanged,
            data: event_data,
        };
        Ok(api.store.update_request(origin, &before, write, None, &Value::Null).await?.replace_won(()))
    });
    applied.await
}

fn is_pending_or_approved(one: &RequestRecount) -> bool {
    matches!(one.before.status, RequestStatus::Pending | RequestStatus::Approved)
}

fn recounted_leave((one, below_floor): RecountWithBalance) -> RecountedLeave {
    let request = &one.before;
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, request.day_minutes);
    let (old, new) = (request.count.total_minutes(), one.count.total_minutes());
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
        below_floor,
    }
}
