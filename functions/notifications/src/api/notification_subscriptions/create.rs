//! `POST /api/v1/notification-subscriptions`: registers the browser that one sits at for push messages. Publishes
//! `notification.subscription_created`.
//!
//! The body is what the browser's `PushSubscription.toJSON()` gives. The same browser is the same subscription: registering it
//! again changes nothing, and whoever registers it after somebody else takes it over.

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::Timestamp;
use kernel::{Code, Error, SubscriptionId};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid, Versioned},
};
use serde::{Deserialize, Serialize};
use store::CommitOutcome;
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::channel::{endpoint::Endpoint, push},
    domain::web_push::Keys,
    store::{PER_PERSON_MAX, Subscription},
};

lambda::endpoint!(NOTIFICATION_SUBSCRIPTIONS_CREATE, post(handle), SubscriptionsApi);

/// A browser, as it describes itself.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// Where its push service takes messages for it.
    #[garde(length(min = 1, max = 2048))]
    pub endpoint: String,
    /// What messages to it are sealed with.
    #[garde(dive)]
    pub keys: BrowserKeys,
    /// When the browser means to end it. Push services tell us themselves when it is over, so it is not kept.
    #[serde(rename = "expirationTime", default)]
    #[garde(skip)]
    pub expiration_time: Option<u64>,
    /// What one calls the browser, such as `laptop`.
    #[garde(inner(length(chars, min = 1, max = 80)))]
    pub label: Option<String>,
}

/// The keys of a browser, in base64url.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserKeys {
    /// Public key: a point of P-256.
    #[garde(length(min = 1, max = 128))]
    pub p256dh: String,
    /// 16 bytes.
    #[garde(length(min = 1, max = 64))]
    pub auth: String,
}

/// A registered browser. Its endpoint and keys are never shown: whoever has them can write to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubscriptionView {
    /// Id.
    pub id: SubscriptionId,
    /// The push service, by host.
    pub service: String,
    /// What one calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<&Subscription> for SubscriptionView {
    fn from(subscription: &Subscription) -> Self {
        let host = subscription.endpoint.split('/').nth(2).unwrap_or_default();
        Self {
            id: subscription.id,
            service: host.to_owned(),
            label: subscription.label.clone(),
            created_at: subscription.created_at,
        }
    }
}

/// The id of a browser follows from its endpoint, which it does not give away.
fn subscription_id(endpoint: &str) -> SubscriptionId {
    let mut bytes = [0; 16];
    for (byte, source) in bytes.iter_mut().zip(digest(&SHA256, endpoint.as_bytes()).as_ref()) {
        *byte = *source;
    }
    SubscriptionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

fn check_subscription(body: &NewSubscription, hosts: &[String]) -> Result<(), Error> {
    Endpoint::parse(&body.endpoint, hosts).map_err(|why| Error::invalid("/endpoint", "not_usable", why))?;
    Keys::of(&body.keys.p256dh, &body.keys.auth)
        .map_err(|name| Error::invalid(format!("/keys/{name}"), "no_key", "is no key of a browser"))?;
    Ok(())
}

#[derive(Clone)]
struct SubscriptionsApi {
    api: Api,
    hosts: Vec<String>,
}

/// Registers the browser that one sits at for push messages.
#[utoipa::path(post, path = "/api/v1/notification-subscriptions", operation_id = "notification-subscriptions-create",
    tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewSubscription,
    responses(
        (status = 200, body = SubscriptionView, description = "It was registered before, just so"),
        (status = 201, body = SubscriptionView),
        (status = 409, description = "Too many browsers, or registered by somebody else in this very moment"),
        (status = 422, description = "No endpoint of a known push service, or no keys")))]
async fn handle(
    State(SubscriptionsApi { api, hosts }): State<SubscriptionsApi>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewSubscription>>,
) -> Result<Response, Problem> {
    check_subscription(&body, &hosts)?;
    let (origin, id) = (caller.origin(), subscription_id(&body.endpoint));
    let once = key.for_request(access::NOTIFICATION_SUBSCRIPTIONS_CREATE.name, caller.id(), &(id, &body.label));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let ((standing, version), own) =
        tokio::try_join!(api.store.subscription(id), api.store.subscriptions(caller.id()))?;
    let new = Subscription {
        id,
        employee_id: caller.id(),
        endpoint: body.endpoint,
        p256dh: body.keys.p256dh,
        auth: body.keys.auth,
        label: body.label,
        created_at: standing.as_ref().filter(|it| it.employee_id == caller.id()).map_or(origin.at, |it| it.created_at),
        ended_at: None,
    };
    let view = SubscriptionView::from(&new);
    if standing.as_ref() == Some(&new) {
        return Ok(Versioned(version, view).into_response());
    }
    if own.iter().filter(|browser| browser.id != id).count() >= PER_PERSON_MAX {
        let detail = format!("At most {PER_PERSON_MAX} browsers; end one first.");
        return Err(Error::new(Code::TooManySubscriptions, detail).into());
    }
    let busy = |_, _| Error::new(Code::Busy, "This browser is being registered right now; try again.");
    let outcome = api.store.create_subscription(origin, &new, version, once.as_ref(), &view).await;
    Ok(match outcome.map_err(|refusal| refusal.map_condition(busy))? {
        CommitOutcome::Replayed(answer) => Replayed::created(answer),
        CommitOutcome::Committed(_) => {
            let location = format!("/api/v1/notification-subscriptions/{id}");
            Created { location, version: version.saturating_add(1), body: view }.into_response()
        }
    })
}

impl FromShell for SubscriptionsApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, hosts: push::push_hosts(shell) })
    }
}
