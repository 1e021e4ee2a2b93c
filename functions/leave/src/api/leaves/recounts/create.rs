//! `POST /api/v1/leaves/recounts`: starts a recount of the booked leave of a site. Publishes `leave.recount_requested`;
//! `leave-on-recount` posts the differences.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::civil::Date;
use kernel::RunId;
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted_in};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    scope::{check_first_day, published_calendar},
    view::RecountView,
};
use crate::{
    api::{Api, fields, leaves::below_floor::FloorOverride},
    domain::recount_run::{RecountProgress, RecountRun, RecountScope},
};

lambda::endpoint!(LEAVES_RECOUNTS_CREATE, post(handle), Api);

/// Path of the recounts.
const RECOUNTS: &str = "/api/v1/leaves/recounts";

/// Recount to start: its site, its days, and whether balances may fall below their floor.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecount {
    /// Code of the site whose calendar or shift plans changed.
    #[garde(custom(fields::validate_code))]
    #[schema(pattern = "^[a-z0-9][a-z0-9-]{0,39}$")]
    pub site: String,
    /// First day to recount, today or later. Days before today at the site keep their count.
    #[garde(custom(fields::date))]
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Whether differences may take balances below the floor of their policies, except those of the caller's own leave.
    /// Requires `reason`. Default: false; such requests keep their count and are listed.
    #[garde(skip)]
    #[serde(rename = "override", default, skip_serializing_if = "std::ops::Not::not")]
    pub override_floor: bool,
    /// Reason of the override, kept in the audit trail; ignored without `override`.
    #[garde(inner(custom(fields::validate_reason)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: Option<String>,
}

/// Starts a recount of booked leave after a change of a calendar, a roster, shift assignments or work patterns.
///
/// The recount is processed asynchronously; its path is in `Location`. Differences are posted as adjustments in the name of
/// the caller. A recount can be repeated: what was posted before has no difference. Nobody is notified.
#[utoipa::path(post, path = "/api/v1/leaves/recounts", operation_id = "leaves-recounts-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewRecount,
    responses(
        (status = 202, body = RecountView, description = "Started recount; `Location` is its path."),
        (status = 422, description = "`invalid`: the site has no calendar, `from` is in the past, or `override` has no reason.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewRecount>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_RECOUNTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted_in(RECOUNTS, answer));
    }
    let override_floor = FloorOverride::parse(body.override_floor, body.reason.as_deref(), "/reason")?;
    let book = api.store.rulebook.load(origin.at).await?;
    published_calendar(&book, &body.site)?;
    check_first_day(body.from, origin.at)?;
    let override_reason = body.reason.filter(|_| override_floor == FloorOverride::WithReason);
    let run = RecountRun {
        id: RunId::new(api.shell.ids.uuid(origin.at)),
        scope: RecountScope { site: body.site, from: body.from, override_reason },
        requested_at: origin.at,
        requested_by: caller.id(),
        finished_at: None,
        progress: RecountProgress::default(),
    };
    let view = RecountView::from(&run);
    let outcome = api.store.create_recount_run(origin, &run, idempotency_key.as_ref(), &view).await?;
    Ok(accepted_in(outcome, RECOUNTS, view))
}
