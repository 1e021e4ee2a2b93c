//! `POST /api/v1/leave-feeds`: makes a secret link to a calendar. Publishes `leave.feed_created`.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::Timestamp;
use kernel::{DepartmentId, Error, FeedId, Result};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid},
    mac::MacKey,
};
use serde::{Deserialize, Serialize};
use store::CommitOutcome;
use utoipa::ToSchema;

use crate::{
    api::{Api, leaves::visible_absences::CalendarViewer},
    app::feed_token,
    domain::feed::{Feed, FeedScope},
};

lambda::endpoint!(LEAVE_FEEDS_CREATE, post(handle), FeedApi);

/// A new link.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewFeed {
    /// Whose absences: `own`, `team` (those who report to the owner), `department`. `own` unless told or a department is named.
    pub scope: Option<FeedScope>,
    /// Which department's; the owner's own when not given. Goes with the scope `department`.
    pub department: Option<DepartmentId>,
}

/// A calendar link.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FeedView {
    /// Id, by which it is revoked.
    #[schema(value_type = String)]
    pub id: FeedId,
    /// Whose absences it shows.
    pub scope: FeedScope,
    /// Which department's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub department_id: Option<DepartmentId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<&Feed> for FeedView {
    fn from(feed: &Feed) -> Self {
        let Feed { id, scope, department_id, created_at, .. } = *feed;
        Self { id, scope, department_id, created_at }
    }
}

/// A calendar link, with its secret: this is the only time that it is told.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreatedFeed {
    /// The link.
    #[serde(flatten)]
    pub feed: FeedView,
    /// Its path. Whoever has it sees the calendar, until it is revoked.
    pub url: String,
}

/// What this endpoint has at hand.
#[derive(Clone)]
pub struct FeedApi {
    api: Api,
    macs: MacKey,
}

/// Makes a calendar link. It shows what its owner may see on the day that it is read.
#[utoipa::path(post, path = "/api/v1/leave-feeds", operation_id = "leave-feeds-create", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewFeed,
    responses(
        (status = 201, body = CreatedFeed),
        (status = 404, description = "A department that is not the caller's to see"),
        (status = 409, description = "As many links as there may be"),
        (status = 422, description = "Scope and department do not fit")))]
pub async fn handle(
    State(maker): State<FeedApi>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewFeed>>,
) -> std::result::Result<Response, Problem> {
    let (api, origin) = (&maker.api, caller.origin());
    let once = key.for_request(access::LEAVE_FEEDS_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(maker.replayed(answer).await?);
    }
    let (scope, department_id) = wanted(&caller, &body)?;
    if let Some(department) = department_id {
        visible(api, &caller, department).await?;
    }
    let id = FeedId::new(api.shell.ids.uuid(origin.at));
    let feed = Feed { id, employee_id: caller.id(), scope, department_id, created_at: origin.at, revoked_at: None };
    let view = FeedView::from(&feed);
    // Derived before it is stored: a link that nobody can be told is not made. The stored answer has no secret in it.
    let told = maker.with_secret(view.clone()).await?;
    match api.store.create_feed(origin, &feed, once.as_ref(), &view).await? {
        CommitOutcome::Committed(_) => {
            Ok(Created { location: format!("/api/v1/leave-feeds/{id}"), version: 1, body: told }.into_response())
        }
        CommitOutcome::Replayed(answer) => Ok(maker.replayed(answer).await?),
    }
}

impl FeedApi {
    async fn with_secret(&self, feed: FeedView) -> Result<CreatedFeed> {
        let mac = self.macs.derive(&feed_token::signed_text(feed.id)).await?;
        let url = access::LEAVE_FEEDS_CALENDAR.path.replace("{token}", &feed_token::token(feed.id, &mac));
        Ok(CreatedFeed { feed, url })
    }

    /// The first answer again: its secret is derived anew, and is the same.
    async fn replayed(&self, answer: serde_json::Value) -> Result<Response> {
        let told = self.with_secret(serde_json::from_value(answer).map_err(Error::internal)?).await?;
        let body = serde_json::to_value(told).map_err(Error::internal)?;
        Ok(Replayed(StatusCode::CREATED, body).into_response())
    }
}

/// What the link is to show.
fn wanted(caller: &Caller, body: &NewFeed) -> Result<(FeedScope, Option<DepartmentId>)> {
    let scope = body.scope.unwrap_or(if body.department.is_some() { FeedScope::Department } else { FeedScope::Own });
    match (scope, body.department) {
        (FeedScope::Department, department) => Ok((scope, Some(department.unwrap_or(caller.person().department_id)))),
        (FeedScope::Own | FeedScope::Team, None) => Ok((scope, None)),
        (FeedScope::Own | FeedScope::Team, Some(_)) => {
            Err(Error::invalid("/department", "not_of_this_scope", "Only the scope `department` takes one."))
        }
    }
}

/// Whether the caller may see a department's calendar now: with nothing in it, but allowed.
async fn visible(api: &Api, caller: &Caller, department: DepartmentId) -> Result<()> {
    let at = caller.origin().at;
    let today = caller.person().today(at);
    let viewer = CalendarViewer::for_feed_owner(caller.person(), at).ok_or_else(Error::forbidden)?;
    viewer.absences(api, FeedScope::Department, Some(department), (today, today)).await?;
    Ok(())
}

impl FromShell for FeedApi {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, macs: MacKey::from_shell(shell)? })
    }
}
