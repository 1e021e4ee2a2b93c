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
use kernel::{Actor, Error, Kind, Mint, Origin, SessionId};
use lambda::{
    FromShell, InitError, Shell,
    http::{Idempotency, Json, Problem, Public, Replayed, Valid},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::{
        lookup::{self, Found},
        tokens::{TokenPair, Tokens},
    },
    domain::{
        hash,
        password::Password,
        session::{Epoch, LIFETIME, Link, Session},
        throttle::{self, LOGIN_ACCOUNT, LOGIN_ADDRESS},
    },
    store::{Credential, Store},
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
    store: Store,
    directory: Directory,
    tokens: Tokens,
    mint: Arc<dyn Mint>,
}

fn refused() -> Error {
    Error::new(Kind::Unauthenticated, "login_refused", "The name or the password is wrong.")
}

/// Signs in.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "auth-login", tag = "auth", request_body = Login,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same answer for 24 hours, until the session or the person changes")),
    responses((status = 200, body = TokenPair),
        (status = 401, description = "The name or the password is wrong; which one is not told"),
        (status = 429, description = "Too many tries for this account or from this address; see Retry-After")))]
async fn handle(
    State(api): State<LoginApi>,
    public: Public,
    key: Idempotency,
    Valid(Json(login)): Valid<Json<Login>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let account = throttle::account(&login.login);
    let (tries, found) = tokio::join!(
        count(&api.store, origin, &account),
        lookup::by_login(&api.store, &api.directory, &login.login, origin.at)
    );
    let (tries, found) = (tries?, found?);
    let Some((person, credential)) = verified(&found, &login.password)? else {
        api.store.say_failed(origin, &LOGIN_ACCOUNT, &account, failure(&found)).await?;
        return Err(refused().into());
    };
    let origin = Origin { actor: Actor::Person(person.id), ..origin.clone() };
    let key = key.key().map(|key| (key, account.as_str()));
    let (answer, ()) =
        tokio::join!(api.admit(&origin, person, &credential.epoch, key), pardon(&api.store, &origin, &account, tries));
    answer
}

/// After the right password: the account's tries are forgotten, and the address gets its one back. Windows end by
/// themselves, so a person who has signed in is not turned away where that fails.
async fn pardon(store: &Store, origin: &Origin, account: &str, tries: u32) {
    let address = throttle::address(origin.ip_address.as_deref());
    let forget = async { if tries > 1 { store.forget_tries(origin, &LOGIN_ACCOUNT, account).await } else { Ok(()) } };
    let (returned, forgotten) = tokio::join!(store.give_try_back(origin, &LOGIN_ADDRESS, &address), forget);
    for error in [returned.err(), forgotten.err()].into_iter().flatten() {
        tracing::warn!(status = "failed", "tries not forgotten: {}", error.inside().unwrap_or_default());
    }
}

/// Counts the try for the address, then for the account: one who is blocked cannot block accounts.
async fn count(store: &Store, origin: &Origin, account: &str) -> Result<u32, Error> {
    store.count_try(origin, &LOGIN_ADDRESS, &throttle::address(origin.ip_address.as_deref())).await?;
    store.count_try(origin, &LOGIN_ACCOUNT, account).await
}

/// Verifies the password, against the hash of nobody where there is none.
fn verified<'a>(found: &'a Found, password: &str) -> Result<Option<(&'a Arc<Person>, &'a Credential)>, Error> {
    let credential = found.credential.as_ref().map(|(credential, _)| credential);
    let stored = credential.map_or(hash::NOBODY, |credential| credential.password_hash.as_str());
    let fits = hash::verify(&Password::given(password), stored)?;
    Ok(found.who_may_sign_in().zip(credential).filter(|_| fits))
}

/// For the audit trail: who was tried, and what was wrong. What was typed is not kept.
fn failure(found: &Found) -> Fact {
    let who = found.person.as_ref().map_or_else(|| "unknown".to_owned(), |person| person.id.to_string());
    let reason = found.obstacle().unwrap_or("wrong_password");
    Fact::new(EventType::UserLoginFailed, "User", who).with(json!({"reason": reason}))
}

impl LoginApi {
    /// Begins a session, or answers with the one that the same key has begun for the same name. The tokens are derived
    /// first: where KMS fails, nobody has signed in.
    async fn admit(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &Epoch,
        key: Option<(&str, &str)>,
    ) -> Result<Response, Problem> {
        let session = self.session(origin, person, epoch, key)?;
        let pair = self.first_pair(&session, person).await?;
        let Err(standing) = self.store.begin(origin, &session).await? else {
            return Ok(axum::Json(pair).into_response());
        };
        if standing.fingerprint != session.fingerprint {
            let detail = "This Idempotency-Key was used for another request.";
            return Err(Error::new(Kind::Invalid, "idempotency_key_reused", detail)
                .field("header:Idempotency-Key", "reused", "use a new key for a new request")
                .into());
        }
        if standing.answers_again(person.role_version, epoch, origin.at) {
            let again = serde_json::to_value(self.first_pair(&standing, person).await?).map_err(Error::internal)?;
            return Ok(Replayed(StatusCode::OK, again).into_response());
        }
        let anew = self.session(origin, person, epoch, None)?;
        let pair = self.first_pair(&anew, person).await?;
        self.store.begin(origin, &anew).await?.map_err(|_| Error::internal("a new session id was taken"))?;
        Ok(axum::Json(pair).into_response())
    }

    /// A new session; `key` is the idempotency key with the account it came for.
    fn session(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &Epoch,
        key: Option<(&str, &str)>,
    ) -> Result<Session, Error> {
        Ok(Session {
            employee_id: person.id,
            id: key.map_or_else(|| SessionId::new(self.mint.uuid(origin.at)), |(key, _)| derived_id(person, key)),
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

    async fn first_pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        let link = Link { generation: 0, ..session.link() };
        self.tokens.pair(session, link, session.created_at, person).await
    }
}

/// The session that a login under this key begins: the same one however often it is tried.
fn derived_id(person: &Person, key: &str) -> SessionId {
    let hashed = digest(&SHA256, format!("login|{}|{key}", person.id).as_bytes());
    let bytes = hashed.as_ref().first_chunk::<16>().copied().unwrap_or_default();
    SessionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl FromShell for LoginApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: Store::from_shell(shell)?,
            directory: shell.directory.clone(),
            tokens: Tokens::from_shell(shell)?,
            mint: Arc::clone(&shell.mint),
        })
    }
}
