//! `POST /api/v1/leave-feeds`: creates a secret calendar feed. Publishes `leave.feed_created`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::Timestamp;
use kernel::{DepartmentId, Error, FeedId, Result};
use lambda::http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid};
use serde::{Deserialize, Serialize};
use store::CommitOutcome;
use utoipa::ToSchema;

use super::feed_api::FeedApi;
use crate::{
    api::{Api, leaves::visible_absences::CalendarViewer},
    app::feed_token,
    domain::feed::{Feed, FeedScope},
    messages,
};

lambda::endpoint!(LEAVE_FEEDS_CREATE, post(handle), FeedApi);

/// Settings of a new calendar feed.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewFeed {
    /// Absences to show. Default: the scope `department` if the field `department` is sent, otherwise `own`.
    pub scope: Option<FeedScope>,
    /// Department to show, only for the scope `department`. Default: the department of the caller.
    pub department: Option<DepartmentId>,
}

/// Calendar feed of an employee, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FeedView {
    /// Id of the feed.
    pub id: FeedId,
    /// Absences that the feed shows.
    pub scope: FeedScope,
    /// Department that the feed shows; absent for other scopes than `department`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    /// Time at which the feed was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<&Feed> for FeedView {
    fn from(feed: &Feed) -> Self {
        let Feed { id, scope, department_id, created_at, .. } = *feed;
        Self { id, scope, department_id, created_at }
    }
}

/// New calendar feed with its secret, which no other operation returns.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreatedFeed {
    /// The feed without its secret.
    #[serde(flatten)]
    pub feed: FeedView,
    /// Path of the calendar with its secret, relative to the address of the API. Anyone who has it can read the
    /// calendar until the feed is revoked.
    #[schema(pattern = r"^/api/v1/leave-feeds/feed_[0-9a-f]{32}\.[A-Za-z0-9_-]{43}/calendar\.ics$")]
    pub url: String,
}

/// Creates a calendar feed with a secret URL.
///
/// The calendar shows what the caller may see on the day on which it is read. An employee has at most 20 feeds.
#[utoipa::path(post, path = "/api/v1/leave-feeds", operation_id = "leave-feeds-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewFeed,
    responses(
        (status = 201, body = CreatedFeed, description = "New feed with its secret."),
        (status = 403, description = "`forbidden`: the caller's roles do not allow the leave calendar."),
        (status = 404, description = "`not_found`: the department does not exist, or the caller may not see it."),
        (status = 409, description = "`too_many_feeds`: the caller has 20 feeds, the maximum. `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: `department` was sent with a scope other than `department`.")))]
pub async fn handle(
    State(feed_api): State<FeedApi>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewFeed>>,
) -> std::result::Result<Response, Problem> {
    let (api, origin) = (&feed_api.api, caller.origin());
    let idempotency_key = key.for_request(access::LEAVE_FEEDS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(feed_api.replay_with_secret(answer).await?);
    }
    let (scope, department_id) = requested_scope(&caller, &body)?;
    if let Some(department) = department_id {
        require_department_visible(api, &caller, department).await?;
    }
    let id = FeedId::new(api.shell.ids.uuid(origin.at));
    let feed = Feed { id, employee_id: caller.id(), scope, department_id, created_at: origin.at, revoked_at: None };
    let view = FeedView::from(&feed);
    // The secret is derived before the feed is stored, so that a feed without a secret is never created. The stored
    // answer contains no secret.
    let created_feed = feed_api.with_secret(view.clone()).await?;
    match api.store.create_feed(origin, &feed, idempotency_key.as_ref(), &view).await? {
        CommitOutcome::Committed(_) => {
            Ok(Created { location: format!("/api/v1/leave-feeds/{id}"), version: 1, body: created_feed }
                .into_response())
        }
        CommitOutcome::Replayed(answer) => Ok(feed_api.replay_with_secret(answer).await?),
    }
}

impl FeedApi {
    /// Feed with the URL that contains its secret.
    async fn with_secret(&self, feed: FeedView) -> Result<CreatedFeed> {
        let mac = self.mac_key.derive(&feed_token::feed_mac_input(feed.id)).await?;
        let url = access::LEAVE_FEEDS_CALENDAR.path.replace("{token}", &feed_token::format_feed_token(feed.id, &mac));
        Ok(CreatedFeed { feed, url })
    }

    /// First response of a repeated request; its stored answer has no secret, so the same one is derived again.
    async fn replay_with_secret(&self, answer: serde_json::Value) -> Result<Response> {
        let created_feed = self.with_secret(serde_json::from_value(answer).map_err(Error::internal)?).await?;
        let body = serde_json::to_value(created_feed).map_err(Error::internal)?;
        Ok(Replayed(StatusCode::CREATED, body).into_response())
    }
}

/// Scope and department of the new feed; 422 for a department with another scope.
fn requested_scope(caller: &Caller, body: &NewFeed) -> Result<(FeedScope, Option<DepartmentId>)> {
    let scope = body.scope.unwrap_or(if body.department.is_some() { FeedScope::Department } else { FeedScope::Own });
    match (scope, body.department) {
        (FeedScope::Department, department) => Ok((scope, Some(department.unwrap_or(caller.person().department_id)))),
        (FeedScope::Own | FeedScope::Team, None) => Ok((scope, None)),
        (FeedScope::Own | FeedScope::Team, Some(_)) => {
            Err(Error::invalid("/department", "not_of_this_scope", messages::department_of_other_scope()))
        }
    }
}

/// 404 unless the caller may see the calendar of the department.
async fn require_department_visible(api: &Api, caller: &Caller, department: DepartmentId) -> Result<()> {
    let at = caller.origin().at;
    let today = caller.person().today(at);
    let viewer = CalendarViewer::for_feed_owner(caller.person(), at).ok_or_else(Error::forbidden)?;
    viewer.load_absences(api, FeedScope::Department, Some(department), (today, today)).await?;
    Ok(())
}
