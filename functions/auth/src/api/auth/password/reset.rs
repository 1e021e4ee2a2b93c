//! `POST /api/v1/auth/password/reset`: set a forgotten password with the token from the mail. Publishes
//! `user.password_changed`.
//!
//! One conditional write sets the password, uses up the token (and every other one under way) and ends all sessions; access
//! tokens die within fifteen minutes.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::Directory;
use garde::Validate;
use kernel::{Actor, Error, Origin};
use lambda::{
    FromShell, InitError, Shell,
    http::{IdempotencyHeader, Json, Problem, PublicCaller, Replayed, Valid},
    mac::MacKey,
};
use serde::Deserialize;
use store::CommitOutcome;
use utoipa::ToSchema;

use crate::{
    app::{new_password, reset_token},
    domain::throttle::{self, RESET_ADDRESS},
    store::AuthStore,
};

lambda::endpoint!(AUTH_PASSWORD_RESET, post(handle), ResetApi);

/// The token from the mail, and the password to be.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The token from the mail.
    #[garde(length(min = 1, max = 128))]
    pub token: String,
    /// At least 15 characters (8 with a second factor), at most 128; any characters; no common password.
    #[garde(length(chars, min = 1, max = 512))]
    pub new_password: String,
}

#[derive(Clone)]
struct ResetApi {
    store: AuthStore,
    directory: Directory,
    macs: MacKey,
    company: String,
}

/// One answer for whatever is wrong with the token.
fn refused(why: &'static str) -> Error {
    Error::invalid("/token", "not_valid", "is not valid, or no longer; ask for a new mail").with_log_detail(why)
}

/// Sets a forgotten password.
#[utoipa::path(post, path = "/api/v1/auth/password/reset", operation_id = "auth-password-reset", tag = "auth",
    request_body = ResetPassword,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours")),
    responses((status = 204, description = "Set; all sessions are over"),
        (status = 422, description = "The token is not valid, or the password breaks a rule; see errors"),
        (status = 429, description = "Too many tries from this address; see Retry-After")))]
async fn handle(
    State(api): State<ResetApi>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<ResetPassword>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let address = throttle::address_key(origin.ip_address.as_deref());
    api.store.count_attempt(origin, &RESET_ADDRESS, &address).await?;
    let (id, mac) = reset_token::parse(&body.token).ok_or_else(|| refused("malformed"))?;
    if !api.macs.verify(&reset_token::mac_input(id), &mac).await? {
        return Err(refused("not ours").into());
    }
    let asked = api.store.get_reset(id).await?.filter(|asked| origin.at < asked.ends_at);
    let asked = asked.ok_or_else(|| refused("unknown or expired"))?;
    let employee = asked.employee_id.ok_or_else(|| refused("nobody's"))?;
    let (person, credential) =
        tokio::try_join!(api.directory.person(employee, origin.at), api.store.credential(employee))?;
    let person = person.filter(|person| person.status.may_sign_in()).ok_or_else(|| refused("person not active"))?;
    let second_factor = credential.is_some_and(|(credential, _)| credential.second_factor);
    let hashed = new_password::check_and_hash(&body.new_password, &person, &api.company, second_factor)?;
    let origin = Origin { actor: Actor::Person(employee), ..origin.clone() };
    let once = key.for_request(access::AUTH_PASSWORD_RESET.name, employee, &id);
    match api.store.reset_password(&origin, employee, asked.requested_at, &hashed, once.as_ref()).await? {
        Some(CommitOutcome::Committed(_)) => Ok(StatusCode::NO_CONTENT.into_response()),
        Some(CommitOutcome::Replayed(answer)) => Ok(Replayed(StatusCode::NO_CONTENT, answer).into_response()),
        None => Err(refused("the password was changed since").into()),
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
