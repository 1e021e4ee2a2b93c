//! `GET /api/v1/notification-subscriptions`: one's browsers, and the key that a browser needs to subscribe.

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

/// One's browsers: never more than ten, so never a second page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SubscriptionList {
    /// What `pushManager.subscribe` wants as `applicationServerKey`: base64url. The same for everybody, and for ever.
    pub public_key: String,
    /// The browsers, the oldest first.
    pub items: Vec<SubscriptionView>,
}

#[derive(Clone)]
struct PushApi {
    api: Api,
    vapid: Vapid,
}

/// Lists one's browsers, and the key that a browser subscribes with.
#[utoipa::path(get, path = "/api/v1/notification-subscriptions", operation_id = "notification-subscriptions-list",
    tag = "notifications", responses((status = 200, body = SubscriptionList)))]
async fn handle(
    State(PushApi { api, vapid }): State<PushApi>,
    caller: Caller,
) -> Result<axum::Json<SubscriptionList>, Problem> {
    let (mut browsers, public_key) = tokio::try_join!(api.store.subscriptions(caller.id()), vapid.public_key())?;
    browsers.sort_by_key(|browser| (browser.created_at, browser.id));
    Ok(axum::Json(SubscriptionList { public_key, items: browsers.iter().map(SubscriptionView::from).collect() }))
}

impl FromShell for PushApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, vapid: Vapid::from_shell(shell)? })
    }
}
