//! `GET /api/v1/notification-subscriptions`: one's browsers, and the key that a browser needs to subscribe.

use axum::{Router, extract::State, routing::get};
use lambda::{
    InitError, Shell,
    http::{Caller, Problem},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Api, notification_subscriptions_create::SubscriptionView};
use crate::channel::push::Vapid;

/// One's browsers: never more than ten, so never a second page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Subscriptions {
    /// What `pushManager.subscribe` wants as `applicationServerKey`: base64url. The same for everybody, and for ever.
    pub public_key: String,
    /// The browsers, the oldest first.
    pub items: Vec<SubscriptionView>,
}

#[derive(Clone)]
struct Desk {
    api: Api,
    vapid: Vapid,
}

/// Lists one's browsers, and the key that a browser subscribes with.
#[utoipa::path(get, path = "/api/v1/notification-subscriptions", operation_id = "notification-subscriptions-list",
    tag = "notifications", responses((status = 200, body = Subscriptions)))]
async fn handle(State(Desk { api, vapid }): State<Desk>, caller: Caller) -> Result<axum::Json<Subscriptions>, Problem> {
    let (mut browsers, public_key) = tokio::try_join!(api.store.subscriptions(caller.id()), vapid.public_key())?;
    browsers.sort_by_key(|browser| (browser.created_at, browser.id));
    Ok(axum::Json(Subscriptions { public_key, items: browsers.iter().map(SubscriptionView::from).collect() }))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    let desk = Desk { api: Api::of(shell)?, vapid: Vapid::load(shell)? };
    Ok(Router::new().route(access::NOTIFICATION_SUBSCRIPTIONS_LIST.path, get(handle)).with_state(desk))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::NOTIFICATION_SUBSCRIPTIONS_LIST, router);
}
