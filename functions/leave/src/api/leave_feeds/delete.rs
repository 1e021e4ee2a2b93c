//! `DELETE /api/v1/leave-feeds/{feed_id}`: revokes a calendar link at once. Publishes `leave.feed_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::{Error, FeedId, Result};
use lambda::http::{Caller, IfMatch, Problem, Reach, Reached};

use crate::{api::Api, domain::feed::Feed, store::Stored};

lambda::endpoint!(LEAVE_FEEDS_DELETE, delete(handle), Api);

/// Revokes one of one's own calendar links.
#[utoipa::path(delete, path = "/api/v1/leave-feeds/{feed_id}", operation_id = "leave-feeds-delete", tag = "leaves",
    params(("feed_id" = FeedId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the answer that made it")),
    responses(
        (status = 204, description = "Revoked"),
        (status = 404, description = "Not there, not one's own, or revoked before"),
        (status = 409, description = "Changed meanwhile"),
        (status = 412, description = "Changed since it was read")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(OwnFeed(feed)): Reached<OwnFeed>,
    named: IfMatch,
) -> std::result::Result<StatusCode, Problem> {
    named.require(feed.version)?;
    api.store.revoke_feed(caller.origin(), &feed).await.map_err(named.map_conflict())?;
    Ok(StatusCode::NO_CONTENT)
}

/// A calendar link of the caller.
pub struct OwnFeed(Stored<Feed>);

impl Reach<Api> for OwnFeed {
    type Id = FeedId;

    async fn reach(api: &Api, caller: &Caller, id: FeedId) -> Result<Self> {
        let feed = api.store.feed(id).await?;
        if feed.value.employee_id == caller.id() { Ok(Self(feed)) } else { Err(Error::not_found("calendar link")) }
    }
}
