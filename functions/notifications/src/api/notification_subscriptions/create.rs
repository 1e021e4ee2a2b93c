//! `POST /api/v1/notification-subscriptions`: registers a browser for push messages to the caller. Publishes
//! `notification.subscription_created`.

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
    messages,
    store::{SUBSCRIPTIONS_PER_PERSON_MAX, Subscription},
};

lambda::endpoint!(NOTIFICATION_SUBSCRIPTIONS_CREATE, post(handle), SubscriptionsApi);

/// Push subscription of a browser, as its `PushSubscription.toJSON()` returns it.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSubscription {
    /// URL of the browser at its push service: 1 to 2,048 bytes. It must belong to a supported push service.
    #[garde(length(min = 1, max = 2048))]
    #[schema(format = "uri", min_length = 1, max_length = 2048, pattern = r"^https?://[\x21-\x7e]+$")]
    pub endpoint: String,
    /// Keys with which messages to the browser are encrypted.
    #[garde(dive)]
    pub keys: BrowserKeys,
    /// Expiry time that the browser states, in milliseconds since 1970. It is accepted and not used.
    #[serde(rename = "expirationTime", default)]
    #[garde(skip)]
    #[schema(maximum = 9_007_199_254_740_991_i64)]
    pub expiration_time: Option<u64>,
    /// Name of the browser for the list, such as `laptop`: 1 to 80 characters. Default: none.
    #[garde(inner(length(chars, min = 1, max = 80)))]
    #[schema(min_length = 1, max_length = 80)]
    pub label: Option<String>,
}

/// Keys of a push subscription, in base64url with or without padding.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BrowserKeys {
    /// Public key of the browser: an uncompressed P-256 point of 65 bytes.
    #[garde(length(min = 1, max = 128))]
    #[schema(pattern = r"^B[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]=?$")]
    pub p256dh: String,
    /// Shared secret of the browser: 16 bytes.
    #[garde(length(min = 1, max = 64))]
    #[schema(pattern = r"^[A-Za-z0-9_-]{21}[AQgw](==)?$")]
    pub auth: String,
}

/// Push subscription of a browser. Its endpoint and keys are secret and never returned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubscriptionView {
    /// Id of the subscription, derived from the endpoint.
    pub id: SubscriptionId,
    /// Host of the push service, such as `fcm.googleapis.com`.
    pub service: String,
    /// Name of the browser; absent if none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
    /// Time at which the caller registered the browser; registering it again keeps the time.
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

/// Id that is a digest of the endpoint, so that the secret endpoint cannot be derived from it.
fn subscription_id(endpoint: &str) -> SubscriptionId {
    let mut bytes = [0; 16];
    for (byte, source) in bytes.iter_mut().zip(digest(&SHA256, endpoint.as_bytes()).as_ref()) {
        *byte = *source;
    }
    SubscriptionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Checks that the endpoint belongs to one of `push_hosts`, the allowed push services, and that both keys are valid.
fn check_subscription(body: &NewSubscription, push_hosts: &[String]) -> Result<(), Error> {
    Endpoint::parse(&body.endpoint, push_hosts).map_err(|detail| Error::invalid("/endpoint", "not_usable", detail))?;
    Keys::decode(&body.keys.p256dh, &body.keys.auth)
        .map_err(|name| Error::invalid(format!("/keys/{name}"), "no_key", messages::browser_key_invalid()))?;
    Ok(())
}

#[derive(Clone)]
struct SubscriptionsApi {
    api: Api,
    hosts: Vec<String>,
}

/// Creates a push subscription: registers a browser for push messages to the caller.
///
/// The same subscription again changes nothing. A browser that another person registered is taken over by the caller. A
/// person has at most 10 subscriptions.
#[utoipa::path(post, path = "/api/v1/notification-subscriptions", operation_id = "notification-subscriptions-create",
    tag = "notifications",
    params(IdempotencyHeader),
    request_body = NewSubscription,
    responses(
        (status = 200, body = SubscriptionView, description = "Existing subscription, unchanged."),
        (status = 201, body = SubscriptionView, description = "Created or changed subscription."),
        (status = 409, description = "`too_many_subscriptions`: the caller has 10 subscriptions, the maximum. `busy`: the browser was registered by another request at the same time."),
        (status = 422, description = "`invalid`: the endpoint does not belong to a supported push service, or a key is invalid.")))]
async fn handle(
    State(SubscriptionsApi { api, hosts }): State<SubscriptionsApi>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewSubscription>>,
) -> Result<Response, Problem> {
    check_subscription(&body, &hosts)?;
    let (origin, id) = (caller.origin(), subscription_id(&body.endpoint));
    let idempotency_key =
        header.for_request(access::NOTIFICATION_SUBSCRIPTIONS_CREATE.name, caller.id(), &(id, &body.label));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let ((existing, version), own) =
        tokio::try_join!(api.store.find_subscription(id), api.store.list_subscriptions(caller.id()))?;
    let registered_by_caller = existing.as_ref().filter(|existing| existing.employee_id == caller.id());
    let new = Subscription {
        id,
        employee_id: caller.id(),
        endpoint: body.endpoint,
        p256dh: body.keys.p256dh,
        auth: body.keys.auth,
        label: body.label,
        created_at: registered_by_caller.map_or(origin.at, |existing| existing.created_at),
        ended_at: None,
    };
    let view = SubscriptionView::from(&new);
    if existing.as_ref() == Some(&new) {
        return Ok(Versioned(version, view).into_response());
    }
    if own.iter().filter(|browser| browser.id != id).count() >= SUBSCRIPTIONS_PER_PERSON_MAX {
        let detail = messages::too_many_browsers(SUBSCRIPTIONS_PER_PERSON_MAX);
        return Err(Error::new(Code::TooManySubscriptions, detail).into());
    }
    let busy = |_, _| Error::new(Code::Busy, messages::browser_registered_meanwhile());
    let outcome = api.store.save_subscription(origin, &new, version, idempotency_key.as_ref(), &view).await;
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
