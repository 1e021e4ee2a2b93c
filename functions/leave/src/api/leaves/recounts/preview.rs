//! `POST /api/v1/leaves/recounts/preview`: pages of the booked leave that a recount would change. Writes nothing.

use axum::extract::State;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Minutes, PageLimit, Result};
use lambda::http::{Caller, Json, Problem, Valid};
use policy::{LeaveAmount, PolicySet};
use serde::{Deserialize, Serialize};
use store::Pagination;
use utoipa::ToSchema;

use super::scope::{check_first_day, published_calendar};
use crate::{
    api::{Api, fields, leaves::below_floor::BelowFloor, people_selection::invalid_body_cursor_error},
    app::recount_requests::{RecountDifference, find_difference},
    domain::{recount_run::RecountScope, request::RequestStatus},
};

lambda::endpoint!(LEAVES_RECOUNTS_PREVIEW, post(handle), Api);

const LOOKUP_CONCURRENCY: usize = 16;
/// Requests that one page reads. Those of other sites are left out.
const PAGE_SIZE: u16 = 50;

/// Site and days of the preview of a recount.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecountPreviewInput {
    /// Code of the site whose calendar or shift plans changed.
    #[garde(custom(fields::validate_code))]
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
    pub site: String,
    /// First day to recount, today or later. Days before today at the site keep their count.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// `next_cursor` of the previous page; omitted for the first page.
    #[garde(skip)]
    #[serde(default)]
    #[schema(max_length = 2048)]
    pub cursor: Option<String>,
}

/// Leave request whose duration differs by the current calendar and shift plans.
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
    /// absent. A recount refuses such a request without an override, and always if it is that of its requester.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub below_floor: Option<BelowFloor>,
}

/// One page of leave requests that a recount would change.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountPreview {
    /// Code of the site, as requested.
    pub site: String,
    /// Version of the calendar that was used.
    pub calendar_version: u32,
    /// First day to recount, as requested.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Requests whose duration differs. A page may be empty and still have a next page.
    pub items: Vec<RecountedLeave>,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next_cursor: Option<String>,
}

/// Previews a recount of booked leave after a change of a calendar, a roster, shift assignments or work patterns.
///
/// It writes nothing. Repeat the request with `next_cursor` as `cursor` until it is absent.
#[utoipa::path(post, path = "/api/v1/leaves/recounts/preview", operation_id = "leaves-recounts-preview", tag = "leaves",
    request_body = RecountPreviewInput,
    responses(
        (status = 200, body = RecountPreview, description = "One page of differences."),
        (status = 400, description = "`invalid_cursor`: the cursor is invalid for this recount."),
        (status = 422, description = "`invalid`: the site has no calendar, or `from` is in the past.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Json(body)): Valid<Json<RecountPreviewInput>>,
) -> std::result::Result<axum::Json<RecountPreview>, Problem> {
    let book = api.store.rulebook.load(caller.origin().at).await?;
    let calendar_version = published_calendar(&book, &body.site)?.version;
    check_first_day(body.from, caller.origin().at)?;
    let (differences, next_cursor) = load_page(&api, &caller, &book, &body).await?;
    Ok(axum::Json(RecountPreview {
        site: body.site,
        calendar_version,
        from: body.from,
        items: differences.iter().map(recounted_leave).collect(),
        next_cursor,
    }))
}

/// Requests of one page whose count differs, and the next cursor, none on the last page; 400 for an invalid cursor.
async fn load_page(
    api: &Api,
    caller: &Caller,
    book: &PolicySet,
    body: &RecountPreviewInput,
) -> Result<(Vec<RecountDifference>, Option<String>)> {
    let origin = caller.origin();
    let limit = PageLimit::new(PAGE_SIZE).unwrap_or_default();
    let cursor_scope = format!("{}?{}&{}", access::LEAVES_RECOUNTS_PREVIEW.name, body.site, body.from);
    let cipher = api.cursor_cipher(origin.at).await?;
    let page = Pagination::new(limit, body.cursor.clone(), cipher, caller.cursor_scope(cursor_scope));
    let page = api.store.list_pending_or_approved_requests(body.from, &page).await;
    let page =
        page.map_err(|error| if error.code() == "invalid_cursor" { invalid_body_cursor_error() } else { error })?;
    let scope = RecountScope { site: body.site.clone(), from: body.from, override_reason: None };
    let differences = page.items.into_iter().map(|request| find_difference(api, origin, (book, &scope), request));
    let differences: Vec<Option<RecountDifference>> =
        stream::iter(differences).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    Ok((differences.into_iter().flatten().collect(), page.next_cursor))
}

fn recounted_leave(difference: &RecountDifference) -> RecountedLeave {
    let recount = &difference.recount;
    let request = &recount.before;
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, request.day_minutes);
    let (old, new) = (request.count.total_minutes(), recount.count.total_minutes());
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
        below_floor: difference.refusal().map(|refusal| BelowFloor {
            on: refusal.on,
            lowest: refusal.lowest,
            floor: refusal.floor,
        }),
    }
}
