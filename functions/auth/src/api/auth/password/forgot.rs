//! `POST /api/v1/auth/password/forgot`: ask for a way to set a forgotten password. Publishes
//! `user.password_reset_requested`, from which a mail is made.
//!
//! The answer is always 202 and takes the same reads and writes whether the name is known or not. No secret is made here:
//! whoever sends the mail derives the token from the reset id with the key in KMS, so none is on the bus or in the audit.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::SignedDuration;
use kernel::{Error, Kind, ResetId};
use lambda::http::{Idempotency, Json, Problem, Public, Replayed, Valid};
use serde::Deserialize;
use serde_json::json;
use store::Outcome;
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::{lookup, reset_token::LIFETIME_MIN},
    domain::throttle::{self, FORGOT_ACCOUNT, FORGOT_ADDRESS},
    store::Reset,
};

lambda::endpoint!(AUTH_PASSWORD_FORGOT, post(handle), Api);

/// Whose password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgot {
    /// Employee code or work e-mail.
    #[garde(length(chars, min = 1, max = 254))]
    pub login: String,
}

/// Asks for a mail.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", operation_id = "auth-password-forgot", tag = "auth",
    request_body = Forgot,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours")),
    responses((status = 202, description = "If the name is known, a mail is on its way"),
        (status = 429, description = "Too many requests from this address; see Retry-After")))]
async fn handle(
    State(api): State<Api>,
    public: Public,
    key: Idempotency,
    Valid(Json(forgot)): Valid<Json<Forgot>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let address = throttle::address(origin.ip_address.as_deref());
    let account = throttle::account(&forgot.login);
    api.store.count_try(origin, &FORGOT_ADDRESS, &address).await?;
    let found = lookup::by_login(&api.store, &api.shell.directory, &forgot.login, origin.at).await?;
    let person = found.who_may_sign_in();
    // Per person, so that e-mail and employee code count together; per name where there is nobody.
    let counted = person.map_or_else(|| account.clone(), |person| person.id.to_string());
    let employee_id = match api.store.count_try(origin, &FORGOT_ACCOUNT, &counted).await {
        Ok(_) => person.map(|person| person.id),
        // Too many mails already: the answer stays the same, and no further mail goes out.
        Err(error) if error.kind() == Kind::Throttled => None,
        Err(error) => return Err(error.into()),
    };
    let reset = Reset {
        reset_id: ResetId::new(api.shell.mint.uuid(origin.at)),
        employee_id,
        requested_at: origin.at,
        ends_at: origin.at.saturating_add(SignedDuration::from_mins(LIFETIME_MIN)).map_err(Error::internal)?,
    };
    let answer = json!({"message": "If the name is known, a mail is on its way."});
    let once = key.once(access::AUTH_PASSWORD_FORGOT.name, &address, &account);
    Ok(match api.store.keep_reset(origin, &reset, once.as_ref(), &answer).await? {
        Outcome::Committed(_) => (StatusCode::ACCEPTED, axum::Json(answer)).into_response(),
        Outcome::Replayed(answer) => Replayed(StatusCode::ACCEPTED, answer).into_response(),
    })
}
