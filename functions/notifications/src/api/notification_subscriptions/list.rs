//! `GET /api/v1/notification-subscriptions`: lists the caller's browsers, with the key to register a new one.

use axum::extract::State;
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::create::SubscriptionView;
use crate::{api::Api, app::channel::push::Vapid};

lambda::endpoint!(NOTIFICATION_SUBSCRIPTIONS_LIST, get(handle), PushApi);

/// Push subscriptions of the caller, on one page, and the public key.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SubscriptionList {
    /// Value of `applicationServerKey` for `pushManager.subscribe`: an uncompressed P-256 point in base64url. It is the same
    /// for all callers and never changes.
    #[schema(pattern = r"^[A-Za-z0-9_-]{87}$")]
    pub public_key: String,
    /// Push subscriptions of the caller, oldest first, at most 10.
    #[schema(max_items = 10)]
    pub items: Vec<SubscriptionView>,
}

#[derive(Clone)]
struct PushApi {
    api: Api,
    vapid: Vapid,
}

/// Lists the push subscriptions of the caller, with the public key for a new one.
#[utoipa::path(get, path = "/api/v1/notification-subscriptions", operation_id = "notification-subscriptions-list",
    tag = "notifications",
    responses((status = 200, body = SubscriptionList, description = "Push subscriptions of the caller, and the public key.")))]
async fn handle(
    State(PushApi { api, vapid }): State<PushApi>,
    caller: Caller,
) -> Result<axum::Json<SubscriptionList>, Problem> {
    let (mut browsers, public_key) = tokio::try_join!(api.store.list_subscriptions(caller.id()), vapid.public_key())?;
    browsers.sort_by_key(|browser| (browser.created_at, browser.id));
    Ok(axum::Json(SubscriptionList { public_key, items: browsers.iter().map(SubscriptionView::from).collect() }))
}

impl FromShell for PushApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, vapid: Vapid::from_shell(shell)? })
    }
}
