//! `POST /api/v1/auth/login`: sign in. Publishes `user.login`, or `user.login_failed`.
//!
//! The address and then the account are counted while the person is looked up; the password is verified; KMS signs; the
//! session is written. A name that nobody has takes the very same steps up to the verdict.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{Directory, Person};
use events::{EventType, Fact};
use garde::Validate;
use kernel::{Actor, Code, Error, IdGenerator, Origin, SessionId};
use lambda::{
    FromShell, InitError, Shell,
    http::{IdempotencyHeader, Json, Problem, PublicCaller, Replayed, Valid},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::{
        lookup::{self, LoginLookup},
        tokens::{TokenIssuer, TokenPair},
    },
    domain::{
        hash,
        password::Password,
        session::{CredentialEpoch, LIFETIME, RefreshToken, Session},
        throttle::{self, LOGIN_ACCOUNT, LOGIN_ADDRESS},
    },
    store::{AuthStore, Credential},
};

lambda::endpoint!(AUTH_LOGIN, post(handle), LoginApi);

/// Name and password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Employee code or work e-mail.
    #[garde(length(chars, min = 1, max = 254))]
    #[schema(example = "ada.lovelace@example.com")]
    pub login: String,
    /// Password.
    #[garde(length(chars, min = 1, max = 512))]
    pub password: String,
}

#[derive(Clone)]
struct LoginApi {
    store: AuthStore,
    directory: Directory,
    tokens: TokenIssuer,
    mint: Arc<dyn IdGenerator>,
}

fn login_refused_error() -> Error {
    Error::new(Code::LoginRefused, "The name or the password is wrong.")
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "auth-login", tag = "auth", request_body = Login,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours, until the session or the person changes")),
    responses((status = 200, body = TokenPair),
        (status = 401, description = "The name or the password is wrong; which one is not told"),
        (status = 429, description = "Too many tries for this account or from this address; see Retry-After")))]
async fn handle(
    State(api): State<LoginApi>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(login)): Valid<Json<Login>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let account = throttle::account_key(&login.login);
    let (tries, found) = tokio::join!(
        count_attempts(&api.store, origin, &account),
        lookup::find_by_login(&api.store, &api.directory, &login.login, origin.at)
    );
    let (tries, found) = (tries?, found?);
    let Some((person, credential)) = verify_password(&found, &login.password)? else {
        api.store.publish_failed_attempt(origin, &LOGIN_ACCOUNT, &account, login_failed_fact(&found)).await?;
        return Err(login_refused_error().into());
    };
    let origin = Origin { actor: Actor::Person(person.id), ..origin.clone() };
    let key = key.key().map(|key| (key, account.as_str()));
    let (answer, ()) = tokio::join!(
        api.start_or_replay_session(&origin, person, &credential.epoch, key),
        clear_attempts(&api.store, &origin, &account, tries)
    );
    answer
}

/// After the right password: the account's tries are forgotten, and the address gets its one back. Windows end by
/// themselves, so a person who has signed in is not turned away where that fails.
async fn clear_attempts(store: &AuthStore, origin: &Origin, account: &str, tries: u32) {
    let address = throttle::address_key(origin.ip_address.as_deref());
    let forget = async { if tries > 1 { store.reset_attempts(origin, &LOGIN_ACCOUNT, account).await } else { Ok(()) } };
    let (returned, forgotten) = tokio::join!(store.refund_attempt(origin, &LOGIN_ADDRESS, &address), forget);
    for error in [returned.err(), forgotten.err()].into_iter().flatten() {
        tracing::warn!(status = "failed", "tries not forgotten: {}", error.log_detail().unwrap_or_default());
    }
}

/// Counts the try for the address, then for the account: one who is blocked cannot block accounts.
async fn count_attempts(store: &AuthStore, origin: &Origin, account: &str) -> Result<u32, Error> {
    store.count_attempt(origin, &LOGIN_ADDRESS, &throttle::address_key(origin.ip_address.as_deref())).await?;
    store.count_attempt(origin, &LOGIN_ACCOUNT, account).await
}

/// Verifies the password, against the hash of nobody where there is none.
fn verify_password<'a>(
    found: &'a LoginLookup,
    password: &str,
) -> Result<Option<(&'a Arc<Person>, &'a Credential)>, Error> {
    let credential = found.credential.as_ref().map(|(credential, _)| credential);
    let stored = credential.map_or(hash::DUMMY_HASH, |credential| credential.password_hash.as_str());
    let fits = hash::verify(&Password::for_sign_in(password), stored)?;
    Ok(found.active_person().zip(credential).filter(|_| fits))
}

/// For the audit trail: who was tried, and what was wrong. What was typed is not kept.
fn login_failed_fact(found: &LoginLookup) -> Fact {
    let who = found.person.as_ref().map_or_else(|| "unknown".to_owned(), |person| person.id.to_string());
    let reason = found.failure_reason().unwrap_or("wrong_password");
    Fact::new(EventType::UserLoginFailed, "User", who).with_data(json!({"reason": reason}))
}

impl LoginApi {
    /// Begins a session, or answers with the one that the same key has begun for the same name. The tokens are derived
    /// first: where KMS fails, nobody has signed in.
    async fn start_or_replay_session(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &CredentialEpoch,
        key: Option<(&str, &str)>,
    ) -> Result<Response, Problem> {
        let session = self.session(origin, person, epoch, key)?;
        let pair = self.issue_first_pair(&session, person).await?;
        let Err(standing) = self.store.create_session(origin, &session).await? else {
            return Ok(axum::Json(pair).into_response());
        };
        if standing.fingerprint != session.fingerprint {
            let detail = "This Idempotency-Key was used for another request.";
            return Err(Error::new(Code::IdempotencyKeyReused, detail)
                .with_field("header:Idempotency-Key", "reused", "use a new key for a new request")
                .into());
        }
        if standing.can_replay_login(person.role_version, epoch, origin.at) {
            let again =
                serde_json::to_value(self.issue_first_pair(&standing, person).await?).map_err(Error::internal)?;
            return Ok(Replayed(StatusCode::OK, again).into_response());
        }
        let anew = self.session(origin, person, epoch, None)?;
        let pair = self.issue_first_pair(&anew, person).await?;
        self.store.create_session(origin, &anew).await?.map_err(|_| Error::internal("a new session id was taken"))?;
        Ok(axum::Json(pair).into_response())
    }

    /// A new session; `key` is the idempotency key with the account it came for.
    fn session(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &CredentialEpoch,
        key: Option<(&str, &str)>,
    ) -> Result<Session, Error> {
        Ok(Session {
            employee_id: person.id,
            id: key
                .map_or_else(|| SessionId::new(self.mint.uuid(origin.at)), |(key, _)| session_id_for_key(person, key)),
            generation: 0,
            epoch: epoch.epoch,
            role_version: person.role_version,
            created_at: origin.at,
            rotated_at: origin.at,
            ends_at: origin.at.saturating_add(LIFETIME).map_err(Error::internal)?,
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
            revoked_at: None,
            fingerprint: key.map(|(_, account)| account.to_owned()),
        })
    }

    async fn issue_first_pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        let link = RefreshToken { generation: 0, ..session.link() };
        self.tokens.issue_pair(session, link, session.created_at, person).await
    }
}

/// The session that a login under this key begins: the same one however often it is tried.
fn session_id_for_key(person: &Person, key: &str) -> SessionId {
    let hashed = digest(&SHA256, format!("login|{}|{key}", person.id).as_bytes());
    let bytes = hashed.as_ref().first_chunk::<16>().copied().unwrap_or_default();
    SessionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl FromShell for LoginApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            tokens: TokenIssuer::from_shell(shell)?,
            mint: Arc::clone(&shell.ids),
        })
    }
}
