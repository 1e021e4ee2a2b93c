//! `POST /api/v1/auth/password/reset`: sets a forgotten password with the token from the e-mail. Publishes
//! `user.password_changed`.
//!
//! One conditional write sets the password, uses up all outstanding tokens and ends all sessions. Access tokens expire within
//! 15 minutes.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::Directory;
use garde::Validate;
use kernel::{Actor, Error, Origin};
use lambda::{
    FromShell, InitError, MacKey, Shell,
    http::{IdempotencyHeader, Json, Problem, PublicCaller, Replayed, Valid},
};
use serde::Deserialize;
use store::CommitOutcome;
use utoipa::ToSchema;

use crate::{
    app::{new_password, reset_token},
    domain::throttle::{self, RESET_ADDRESS},
    messages,
    store::AuthStore,
};

lambda::endpoint!(AUTH_PASSWORD_RESET, post(handle), ResetApi);

/// Token from the e-mail and the new password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    /// Token from the e-mail, valid for 30 minutes: 1 to 128 characters.
    #[garde(length(min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    pub token: String,
    /// New password: at least 15 characters (8 if the account has a second factor) and at most 128, of any kind. Common
    /// passwords, patterns, and names of the person or the company are refused.
    #[garde(length(chars, min = 1, max = 512))]
    #[schema(format = Password, min_length = 8, max_length = 128)]
    pub new_password: String,
}

#[derive(Clone)]
struct ResetApi {
    store: AuthStore,
    directory: Directory,
    macs: MacKey,
    company: String,
}

/// The same error for every fault of a reset token; only the log tells them apart.
fn invalid_reset_token_error(cause: &'static str) -> Error {
    Error::invalid("/token", "not_valid", messages::reset_token_refused()).with_log_detail(cause)
}

/// Sets a new password with the token from the e-mail.
///
/// The token works once, for 30 minutes. All sessions of the person end, and all other reset tokens that they requested
/// before become invalid. A person without a password gets one.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", operation_id = "auth-password-reset", tag = "auth",
    request_body = PasswordReset,
    params(IdempotencyHeader),
    responses(
        (status = 204, description = "The password was set, and all sessions ended."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the token is invalid or has expired, or the password breaks a rule. \
            `idempotency_key_reused`: the key belongs to a different request."),
        (status = 429, description = "`throttled`: too many attempts from this address. \
            Wait for the seconds in `Retry-After`.")))]
async fn handle(
    State(api): State<ResetApi>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<PasswordReset>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let address = throttle::address_counter_key(origin.ip_address.as_deref());
    api.store.count_attempt(origin, &RESET_ADDRESS, &address).await?;
    let (id, mac) = reset_token::parse(&body.token).ok_or_else(|| invalid_reset_token_error("malformed"))?;
    if !api.macs.verify(&reset_token::mac_input(id), &mac).await? {
        return Err(invalid_reset_token_error("the code does not match").into());
    }
    let request = api.store.find_reset_request(id).await?.filter(|request| origin.at < request.ends_at);
    let request = request.ok_or_else(|| invalid_reset_token_error("unknown or expired"))?;
    let employee =
        request.employee_id.ok_or_else(|| invalid_reset_token_error("no e-mail was sent for the request"))?;
    let (person, credential) =
        tokio::try_join!(api.directory.person(employee, origin.at), api.store.find_credential(employee))?;
    let person = person
        .filter(|person| person.status.may_sign_in())
        .ok_or_else(|| invalid_reset_token_error("the person may not sign in"))?;
    let has_second_factor = credential.is_some_and(|(credential, _)| credential.second_factor);
    let hashed = new_password::check_and_hash_password(&body.new_password, &person, &api.company, has_second_factor)?;
    let origin = Origin { actor: Actor::Person(employee), ..origin.clone() };
    let idempotency_key = key.for_request(access::AUTH_PASSWORD_RESET.name, employee, &id);
    let hash = hashed.as_str();
    let outcome =
        api.store.reset_password(&origin, employee, request.requested_at, hash, idempotency_key.as_ref()).await?;
    match outcome {
        Some(CommitOutcome::Committed(_)) => Ok(StatusCode::NO_CONTENT.into_response()),
        Some(CommitOutcome::Replayed(answer)) => Ok(Replayed(StatusCode::NO_CONTENT, answer).into_response()),
        None => Err(invalid_reset_token_error("the password was changed after the request").into()),
    }
}

impl FromShell for ResetApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            macs: MacKey::from_shell(shell)?,
            company: shell.env_or("COMPANY_NAME", ""),
        })
    }
}
