//! `PUT /api/v1/auth/password`: changes the own password. Publishes `user.password_changed` or `user.login_failed`.
//!
//! The same write ends all other sessions; their access tokens expire within 15 minutes.

use axum::{extract::State, http::StatusCode};
use events::{EventType, Fact};
use garde::Validate;
use kernel::{Code, Error};
use lambda::{
    FromShell, InitError, Shell,
    http::{Caller, Json, Problem, Valid},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::new_password,
    domain::{hash, password::Password, throttle::CHANGE_ACCOUNT},
    messages,
    store::AuthStore,
};

lambda::endpoint!(AUTH_PASSWORD_UPDATE, put(handle), PasswordApi);

/// Current and new password of the caller.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// Current password of the caller: 1 to 512 characters.
    #[garde(length(chars, min = 1, max = 512))]
    #[schema(format = Password, min_length = 1, max_length = 512)]
    pub current_password: String,
    /// New password: at least 15 characters (8 if the account has a second factor) and at most 128, of any kind. Common
    /// passwords, patterns, and names of the person or the company are refused.
    #[garde(length(chars, min = 1, max = 512))]
    #[schema(format = Password, min_length = 8, max_length = 128)]
    pub new_password: String,
}

#[derive(Clone)]
struct PasswordApi {
    store: AuthStore,
    company: String,
}

/// Changes the password of the caller.
///
/// All other sessions of the caller end; the current one stays.
#[utoipa::path(put, path = "/api/v1/auth/password", operation_id = "auth-password-update", tag = "auth",
    security(("bearer" = [])), request_body = PasswordChange,
    responses(
        (status = 204, description = "The password was changed, and all other sessions ended."),
        (status = 409, description = "`no_password`: the account signs in with an external identity provider. \
            `password_changed`: the password was changed at the same time."),
        (status = 422, description = "`invalid`: the current password is incorrect, or the new one breaks a rule."),
        (status = 429, description = "`throttled`: too many attempts. Wait for the seconds in `Retry-After`.")))]
async fn handle(
    State(api): State<PasswordApi>,
    caller: Caller,
    Valid(Json(change)): Valid<Json<PasswordChange>>,
) -> Result<StatusCode, Problem> {
    let (id, origin, subject) = (caller.id(), caller.origin(), caller.id().to_string());
    api.store.count_attempt(origin, &CHANGE_ACCOUNT, &subject).await?;
    let credential = api.store.find_credential(id).await?;
    let (credential, version) =
        credential.ok_or_else(|| Error::new(Code::NoPassword, messages::external_password()))?;
    if !hash::verify_password(&Password::unchecked(&change.current_password), &credential.password_hash)? {
        let fact = Fact::new(EventType::UserLoginFailed, "User", id)
            .with_data(json!({"reason": "wrong_password", "operation": access::AUTH_PASSWORD_UPDATE.name}));
        api.store.publish_failed_attempt(origin, &CHANGE_ACCOUNT, &subject, fact).await?;
        return Err(Error::invalid("/current_password", "wrong", messages::current_password_wrong()).into());
    }
    if Password::unchecked(&change.new_password) == Password::unchecked(&change.current_password) {
        return Err(Error::invalid("/new_password", "unchanged", messages::password_unchanged()).into());
    }
    let hashed = new_password::check_and_hash_password(
        &change.new_password,
        caller.person(),
        &api.company,
        credential.second_factor,
    )?;
    api.store.change_password(origin, id, version, &hashed, caller.session()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl FromShell for PasswordApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { store: AuthStore::from_shell(shell)?, company: shell.env_or("COMPANY_NAME", "") })
    }
}
