//! `POST /api/v1/auth/password/forgot`: requests a password reset. Publishes `user.password_reset_requested`, which leads to
//! an e-mail.
//!
//! The answer is always 202 and takes the same reads and writes, whether the login is known or not. No secret is created
//! here: the sender of the e-mail derives the token from the reset id with the key in KMS, so that no token is on the bus or
//! in the audit trail.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::SignedDuration;
use kernel::{Error, ErrorKind, Message, ResetId};
use lambda::http::{IdempotencyHeader, Json, Problem, PublicCaller, Valid, accepted};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::{lookup, reset_token::LIFETIME_MINUTES},
    domain::throttle::{self, FORGOT_ACCOUNT, FORGOT_ADDRESS},
    messages,
    store::ResetRequest,
};

lambda::endpoint!(AUTH_PASSWORD_FORGOT, post(handle), Api);

/// Request to reset a forgotten password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordResetRequest {
    /// Employee code or work e-mail address: 1 to 254 characters.
    #[garde(length(chars, min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254)]
    pub login: String,
}

/// Response to a password reset request, the same for every login name.
#[derive(Serialize, ToSchema)]
pub struct AcceptedPasswordReset {
    /// Sentence for people; it does not reveal whether the login name exists.
    #[schema(value_type = String)]
    message: Message,
}

/// Requests an e-mail with a link to reset the password.
///
/// The response is the same whether the login name exists or not. A person gets at most three e-mails in each hour of the
/// clock, and none if they may not sign in. The link is valid for 30 minutes.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", operation_id = "auth-password-forgot", tag = "auth",
    request_body = PasswordResetRequest,
    params(IdempotencyHeader),
    responses(
        (status = 202, body = AcceptedPasswordReset, description = "Accepted. An e-mail is sent if the person exists, \
            may sign in and got fewer than three in this hour."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: a field is invalid. \
            `idempotency_key_reused`: the key belongs to a different request."),
        (status = 429, description = "`throttled`: too many requests from this address. \
            Wait for the seconds in `Retry-After`.")))]
async fn handle(
    State(api): State<Api>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(forgot)): Valid<Json<PasswordResetRequest>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let address = throttle::address_counter_key(origin.ip_address.as_deref());
    let account = throttle::login_name_digest(&forgot.login);
    api.store.count_attempt(origin, &FORGOT_ADDRESS, &address).await?;
    let lookup = lookup::look_up_login(&api.store, &api.shell.directory, &forgot.login, origin.at).await?;
    let person = lookup.person_who_may_sign_in();
    // Counted per person, so that e-mail address and employee code count together; an unknown login counts by its text.
    let subject = person.map_or_else(|| account.clone(), |person| person.id.to_string());
    let employee_id = match api.store.count_attempt(origin, &FORGOT_ACCOUNT, &subject).await {
        Ok(_) => person.map(|person| person.id),
        // After too many e-mails the answer stays the same, and no further e-mail is sent.
        Err(error) if error.kind() == ErrorKind::Throttled => None,
        Err(error) => return Err(error.into()),
    };
    let reset = ResetRequest {
        reset_id: ResetId::new(api.shell.ids.uuid(origin.at)),
        employee_id,
        requested_at: origin.at,
        ends_at: origin.at.saturating_add(SignedDuration::from_mins(LIFETIME_MINUTES)).map_err(Error::internal)?,
    };
    let answer = AcceptedPasswordReset { message: messages::reset_accepted() };
    let idempotency_key = key.for_request(access::AUTH_PASSWORD_FORGOT.name, &address, &account);
    let outcome = api.store.create_reset_request(origin, &reset, idempotency_key.as_ref(), &answer).await?;
    Ok(accepted(outcome, answer))
}
