//! `DELETE /api/v1/notification-subscriptions/{subscription_id}`: ends push messages to one of one's browsers. Publishes
//! `notification.subscription_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::{Code, Error, SubscriptionId};
use lambda::http::{Caller, IfMatch, Problem, Reached};

use super::own_subscription::OwnSubscription;
use crate::api::Api;

lambda::endpoint!(NOTIFICATION_SUBSCRIPTIONS_DELETE, delete(handle), Api);

/// Ends push messages to one of one's browsers.
#[utoipa::path(delete, path = "/api/v1/notification-subscriptions/{subscription_id}",
    operation_id = "notification-subscriptions-delete", tag = "notifications",
    params(("subscription_id" = SubscriptionId, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "Not there, not one's own, or ended before"),
        (status = 409, description = "Changed in this very moment"),
        (status = 412, description = "Changed since it was read")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(OwnSubscription { subscription, version }): Reached<OwnSubscription>,
    named: IfMatch,
) -> Result<StatusCode, Problem> {
    named.require(version)?;
    if api.store.end_subscription(caller.origin(), &subscription, version).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::new(Code::Busy, "This browser is being registered right now; try again.").into())
    }
}
