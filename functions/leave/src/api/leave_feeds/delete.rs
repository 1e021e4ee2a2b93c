//! `DELETE /api/v1/leave-feeds/{feed_id}`: revokes a calendar feed. Publishes `leave.feed_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::{Error, FeedId, Result};
use lambda::http::{Caller, IfMatch, InScope, LoadInScope, Problem};

use crate::{api::Api, domain::feed::Feed, messages, store::Stored};

lambda::endpoint!(LEAVE_FEEDS_DELETE, delete(handle), Api);

/// Revokes a calendar feed of the caller.
///
/// Its URL stops working at once; calendar programs may show the last file for up to 15 minutes.
#[utoipa::path(delete, path = "/api/v1/leave-feeds/{feed_id}", operation_id = "leave-feeds-delete", tag = "leaves",
    params(("feed_id" = FeedId, Path, description = "Id of the calendar feed."), IfMatch),
    responses(
        (status = 204, description = "The feed was revoked."),
        (status = 404, description = "`not_found`: the feed does not exist, was revoked, or belongs to another employee."),
        (status = 409, description = "`changed_meanwhile`: another request changed the feed at the same time."),
        (status = 412, description = "`stale`: the feed changed after the version in `If-Match`.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(OwnFeed(feed)): InScope<OwnFeed>,
    if_match: IfMatch,
) -> std::result::Result<StatusCode, Problem> {
    if_match.require(feed.version)?;
    api.store.revoke_feed(caller.origin(), &feed).await.map_err(if_match.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}

/// Active calendar feed of the path; 404 unless it belongs to the caller.
pub struct OwnFeed(Stored<Feed>);

impl LoadInScope<Api> for OwnFeed {
    type Id = FeedId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: FeedId) -> Result<Self> {
        let feed = api.store.get_active_feed(id).await?;
        if feed.value.employee_id == caller.id() {
            Ok(Self(feed))
        } else {
            Err(Error::not_found(messages::calendar_feed()))
        }
    }
}
