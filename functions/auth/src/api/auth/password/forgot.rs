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
use kernel::{Error, ErrorKind, ResetId};
use lambda::http::{IdempotencyHeader, Json, Problem, PublicCaller, Replayed, Valid};
use serde::Deserialize;
use serde_json::json;
use store::CommitOutcome;
use utoipa::ToSchema;

use crate::{
    api::Api,
    app::{lookup, reset_token::LIFETIME_MIN},
    domain::throttle::{self, FORGOT_ACCOUNT, FORGOT_ADDRESS},
    store::ResetRequest,
};

lambda::endpoint!(AUTH_PASSWORD_FORGOT, post(handle), Api);

/// Whose password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// Employee code or work e-mail.
    #[garde(length(chars, min = 1, max = 254))]
    pub login: String,
}

/// Asks for a mail.
#[utoipa::path(post, path = "/api/v1/auth/password/forgot", operation_id = "auth-password-forgot", tag = "auth",
    request_body = ForgotPassword,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours")),
    responses((status = 202, description = "If the name is known, a mail is on its way"),
        (status = 429, description = "Too many requests from this address; see Retry-After")))]
async fn handle(
    State(api): State<Api>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(forgot)): Valid<Json<ForgotPassword>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let address = throttle::address_key(origin.ip_address.as_deref());
    let account = throttle::account_key(&forgot.login);
    api.store.count_attempt(origin, &FORGOT_ADDRESS, &address).await?;
    let found = lookup::find_by_login(&api.store, &api.shell.directory, &forgot.login, origin.at).await?;
    let person = found.active_person();
    // Per person, so that e-mail and employee code count together; per name where there is nobody.
    let counted = person.map_or_else(|| account.clone(), |person| person.id.to_string());
    let employee_id = match api.store.count_attempt(origin, &FORGOT_ACCOUNT, &counted).await {
        Ok(_) => person.map(|person| person.id),
        // Too many mails already: the answer stays the same, and no further mail goes out.
        Err(error) if error.kind() == ErrorKind::Throttled => None,
        Err(error) => return Err(error.into()),
    };
    let reset = ResetRequest {
        reset_id: ResetId::new(api.shell.ids.uuid(origin.at)),
        employee_id,
        requested_at: origin.at,
        ends_at: origin.at.saturating_add(SignedDuration::from_mins(LIFETIME_MIN)).map_err(Error::internal)?,
    };
    let answer = json!({"message": "If the name is known, a mail is on its way."});
    let once = key.for_request(access::AUTH_PASSWORD_FORGOT.name, &address, &account);
    Ok(match api.store.create_reset(origin, &reset, once.as_ref(), &answer).await? {
        CommitOutcome::Committed(_) => (StatusCode::ACCEPTED, axum::Json(answer)).into_response(),
        CommitOutcome::Replayed(answer) => Replayed(StatusCode::ACCEPTED, answer).into_response(),
    })
}
