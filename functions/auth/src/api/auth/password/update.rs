//! `PUT /api/v1/auth/password`: change one's own password. Publishes `user.password_changed`, or `user.login_failed`.
//!
//! All other sessions end with the same write; their access tokens die within fifteen minutes.

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
    store::AuthStore,
};

lambda::endpoint!(AUTH_PASSWORD_UPDATE, put(handle), PasswordApi);

/// The password that is, and the one to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The password as it is.
    #[garde(length(chars, min = 1, max = 512))]
    pub current_password: String,
    /// At least 15 characters (8 with a second factor), at most 128; any characters; no common password.
    #[garde(length(chars, min = 1, max = 512))]
    pub new_password: String,
}

#[derive(Clone)]
struct PasswordApi {
    store: AuthStore,
    company: String,
}

/// Changes one's password.
#[utoipa::path(put, path = "/api/v1/auth/password", operation_id = "auth-password-update", tag = "auth",
    security(("bearer" = [])), request_body = PasswordChange,
    responses((status = 204, description = "Changed; all other sessions are over"),
        (status = 401, description = "No valid access token"),
        (status = 409, description = "There is no password here, or it was changed in the meantime"),
        (status = 422, description = "The current password is wrong, or the new one breaks a rule; see errors"),
        (status = 429, description = "Too many tries; see Retry-After")))]
async fn handle(
    State(api): State<PasswordApi>,
    caller: Caller,
    Valid(Json(change)): Valid<Json<PasswordChange>>,
) -> Result<StatusCode, Problem> {
    let (id, origin, who) = (caller.id(), caller.origin(), caller.id().to_string());
    api.store.count_attempt(origin, &CHANGE_ACCOUNT, &who).await?;
    let (credential, version) = api.store.credential(id).await?.ok_or_else(|| {
        Error::new(Code::NoPassword, "You sign in with an outside identity provider; there is no password here.")
    })?;
    if !hash::verify(&Password::for_sign_in(&change.current_password), &credential.password_hash)? {
        let fact = Fact::new(EventType::UserLoginFailed, "User", id)
            .with_data(json!({"reason": "wrong_password", "operation": access::AUTH_PASSWORD_UPDATE.name}));
        api.store.publish_failed_attempt(origin, &CHANGE_ACCOUNT, &who, fact).await?;
        return Err(Error::invalid("/current_password", "wrong", "is not your password").into());
    }
    if Password::for_sign_in(&change.new_password) == Password::for_sign_in(&change.current_password) {
        return Err(Error::invalid("/new_password", "unchanged", "is the password that you have").into());
    }
    let hashed =
        new_password::check_and_hash(&change.new_password, caller.person(), &api.company, credential.second_factor)?;
    api.store.change_password(origin, id, version, &hashed, caller.session()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl FromShell for PasswordApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { store: AuthStore::from_shell(shell)?, company: shell.env_or("COMPANY_NAME", "") })
    }
}
