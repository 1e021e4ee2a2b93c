//! `DELETE /api/v1/notification-subscriptions/{subscription_id}`: ends push messages to one of the caller's browsers. Publishes
//! `notification.subscription_deleted`.

use axum::{extract::State, http::StatusCode};
use kernel::{Code, Error, SubscriptionId};
use lambda::http::{Caller, IfMatch, InScope, Problem};

use super::own_subscription::OwnSubscription;
use crate::{api::Api, messages};

lambda::endpoint!(NOTIFICATION_SUBSCRIPTIONS_DELETE, delete(handle), Api);

/// Deletes a push subscription of the caller.
///
/// The browser gets no more push messages.
#[utoipa::path(delete, path = "/api/v1/notification-subscriptions/{subscription_id}",
    operation_id = "notification-subscriptions-delete", tag = "notifications",
    params(("subscription_id" = SubscriptionId, Path, description = "Id of the push subscription."), IfMatch),
    responses(
        (status = 204, description = "The subscription was deleted."),
        (status = 404, description = "`not_found`: the subscription does not exist, was deleted, or belongs to another person."),
        (status = 409, description = "`busy`: the browser was registered again at the same time."),
        (status = 412, description = "`stale`: the subscription was changed after it was read.")))]
async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(OwnSubscription { subscription, version }): InScope<OwnSubscription>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    if_match.require(version)?;
    if api.store.end_subscription(caller.origin(), &subscription, version).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(Error::new(Code::Busy, messages::browser_registered_again()).into())
    }
}
