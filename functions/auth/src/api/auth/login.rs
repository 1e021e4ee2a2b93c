//! `POST /api/v1/auth/login`: signs in. Publishes `user.login` or `user.login_failed`.
//!
//! The attempt is counted for the address and then for the account, while the person is looked up. Then the password is
//! verified, KMS signs, and the session is written. An unknown login takes the same steps up to the refusal.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use axum::{
    extract::State,
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
use store::IdempotencyKey;
use utoipa::ToSchema;

use crate::{
    app::{
        lookup::{self, LoginLookup},
        tokens::{TokenIssuer, TokenPair},
    },
    domain::{
        hash,
        password::Password,
        session::{CredentialEpoch, RefreshToken, SESSION_LIFETIME, Session},
        throttle::{self, LOGIN_ACCOUNT, LOGIN_ADDRESS},
    },
    messages,
    store::{AuthStore, Credential},
};

lambda::endpoint!(AUTH_LOGIN, post(handle), LoginApi);

/// Login name and password.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// Employee code or work e-mail address: 1 to 254 characters.
    #[garde(length(chars, min = 1, max = 254))]
    #[schema(min_length = 1, max_length = 254, example = "ada.lovelace@example.com")]
    pub login: String,
    /// Password of the account: 1 to 512 characters.
    #[garde(length(chars, min = 1, max = 512))]
    #[schema(format = Password, min_length = 1, max_length = 512)]
    pub password: String,
}

#[derive(Clone)]
struct LoginApi {
    store: AuthStore,
    directory: Directory,
    tokens: TokenIssuer,
    ids: Arc<dyn IdGenerator>,
}

/// Idempotency key of a login, with the digest of the login name that it was used for.
#[derive(Clone, Copy)]
struct LoginKey<'a> {
    idempotency_key: &'a str,
    login_name_digest: &'a str,
}

fn login_refused_error() -> Error {
    Error::new(Code::LoginRefused, messages::login_refused())
}

/// Signs in with a password and returns a pair of tokens.
///
/// A repetition with the same `Idempotency-Key` within 24 hours returns the same tokens, as they were issued first. If
/// their session has ended, or the roles or the password have changed since, it starts a new session, as it does later.
#[utoipa::path(post, path = "/api/v1/auth/login", operation_id = "auth-login", tag = "auth", request_body = Login,
    params(IdempotencyHeader),
    responses(
        (status = 200, body = TokenPair, description = "Tokens, session and person."),
        (status = 401, description = "`login_refused`: the login name or the password is incorrect."),
        (status = 422, description = "`invalid`: a field is invalid. \
            `idempotency_key_reused`: the key belongs to a different request."),
        (status = 429, description = "`throttled`: too many attempts for this account or from this address. \
            Wait for the seconds in `Retry-After`.")))]
async fn handle(
    State(api): State<LoginApi>,
    public: PublicCaller,
    key: IdempotencyHeader,
    Valid(Json(login)): Valid<Json<Login>>,
) -> Result<Response, Problem> {
    let origin = public.origin();
    let account = throttle::login_name_digest(&login.login);
    let (attempts, lookup) = tokio::join!(
        count_login_attempt(&api.store, origin, &account),
        lookup::look_up_login(&api.store, &api.directory, &login.login, origin.at)
    );
    let (attempts, lookup) = (attempts?, lookup?);
    let Some((person, credential)) = authenticate(&lookup, &login.password)? else {
        api.store.publish_failed_attempt(origin, &LOGIN_ACCOUNT, &account, login_failed_fact(&lookup)).await?;
        return Err(login_refused_error().into());
    };
    let origin = Origin { actor: Actor::Person(person.id), ..origin.clone() };
    let key = key.key().map(|key| LoginKey { idempotency_key: key, login_name_digest: &account });
    let (answer, ()) = tokio::join!(
        api.start_or_replay_session(&origin, person, &credential.epoch, key),
        clear_login_attempts(&api.store, &origin, &account, attempts)
    );
    answer
}

/// Corrects the counters after a successful login: earlier attempts for the account are cleared, and the address gets
/// its attempt back. A failure is only logged, because the time window ends by itself.
async fn clear_login_attempts(store: &AuthStore, origin: &Origin, account: &str, attempts: u32) {
    let address = throttle::address_counter_key(origin.ip_address.as_deref());
    let reset = async {
        if attempts > 1 { store.clear_attempt_counter(origin, &LOGIN_ACCOUNT, account).await } else { Ok(()) }
    };
    let (refunded, reset) = tokio::join!(store.refund_attempt(origin, &LOGIN_ADDRESS, &address), reset);
    for error in [refunded.err(), reset.err()].into_iter().flatten() {
        tracing::warn!(
            status = "failed",
            "login attempts were not cleared: {}",
            error.log_detail().unwrap_or_default()
        );
    }
}

/// Counts the attempt for the address and then for the account: a blocked address cannot block accounts. Returns the
/// number of attempts for the account.
async fn count_login_attempt(store: &AuthStore, origin: &Origin, account: &str) -> Result<u32, Error> {
    store.count_attempt(origin, &LOGIN_ADDRESS, &throttle::address_counter_key(origin.ip_address.as_deref())).await?;
    store.count_attempt(origin, &LOGIN_ACCOUNT, account).await
}

/// Person and credential, if the password is right and the person may sign in. Without a credential it is compared with
/// a dummy hash, so that every refusal costs the same.
fn authenticate<'a>(
    lookup: &'a LoginLookup,
    password: &str,
) -> Result<Option<(&'a Arc<Person>, &'a Credential)>, Error> {
    let credential = lookup.credential.as_ref().map(|(credential, _)| credential);
    let stored = credential.map_or(hash::DUMMY_HASH, |credential| credential.password_hash.as_str());
    let matches = hash::verify_password(&Password::unchecked(password), stored)?;
    Ok(lookup.person_who_may_sign_in().zip(credential).filter(|_| matches))
}

/// Fact `user.login_failed` with the person and the reason. The text that was typed is not stored.
fn login_failed_fact(lookup: &LoginLookup) -> Fact {
    let entity_id = lookup.person.as_ref().map_or_else(|| "unknown".to_owned(), |person| person.id.to_string());
    let reason = lookup.sign_in_obstacle().unwrap_or("wrong_password");
    Fact::new(EventType::UserLoginFailed, "User", entity_id).with_data(json!({"reason": reason}))
}

impl LoginApi {
    /// Starts a session, or returns the first tokens of the one that the same idempotency key started for the same login
    /// name. If that session is no longer valid or older than 24 hours, a new one starts. Tokens are issued before the
    /// session is stored, so that a failure of KMS leaves no session.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` for a key that was used with another login name of this person.
    async fn start_or_replay_session(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &CredentialEpoch,
        key: Option<LoginKey<'_>>,
    ) -> Result<Response, Problem> {
        let session = self.new_session(origin, person, epoch, key)?;
        let pair = self.issue_first_pair(&session, person).await?;
        let Err(existing) = self.store.create_session(origin, &session).await? else {
            return Ok(axum::Json(pair).into_response());
        };
        if existing.fingerprint != session.fingerprint {
            return Err(IdempotencyKey::reused_key_error().into());
        }
        if existing.may_replay_login(person.role_version, epoch, origin.at) {
            let pair = self.issue_first_pair(&existing, person).await?;
            return Ok(Replayed::ok(serde_json::to_value(pair).map_err(Error::internal)?));
        }
        let session = self.new_session(origin, person, epoch, None)?;
        let pair = self.issue_first_pair(&session, person).await?;
        self.store.create_session(origin, &session).await?.map_err(|_| Error::internal("a new session id exists"))?;
        Ok(axum::Json(pair).into_response())
    }

    /// New session that begins now, not yet stored. With a key, its id is derived from the person and the key.
    fn new_session(
        &self,
        origin: &Origin,
        person: &Person,
        epoch: &CredentialEpoch,
        key: Option<LoginKey<'_>>,
    ) -> Result<Session, Error> {
        Ok(Session {
            employee_id: person.id,
            id: key.map_or_else(
                || SessionId::new(self.ids.uuid(origin.at)),
                |key| session_id_for_key(person, key.idempotency_key),
            ),
            generation: 0,
            epoch: epoch.epoch,
            role_version: person.role_version,
            created_at: origin.at,
            rotated_at: origin.at,
            ends_at: origin.at.saturating_add(SESSION_LIFETIME).map_err(Error::internal)?,
            ip_address: origin.ip_address.clone(),
            user_agent: origin.user_agent.clone(),
            revoked_at: None,
            fingerprint: key.map(|key| key.login_name_digest.to_owned()),
        })
    }

    /// Pair of generation 0, as it was issued at the login, even if the session has a later generation.
    async fn issue_first_pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        let token = RefreshToken { generation: 0, ..session.current_token() };
        self.tokens.issue_pair(session, token, session.created_at, person).await
    }
}

/// Session id derived from the person and the idempotency key, so that a retry finds the same session.
fn session_id_for_key(person: &Person, idempotency_key: &str) -> SessionId {
    let hashed = digest(&SHA256, format!("login|{}|{idempotency_key}", person.id).as_bytes());
    let bytes = hashed.as_ref().first_chunk::<16>().copied().unwrap_or_default();
    SessionId::new(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

impl FromShell for LoginApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            tokens: TokenIssuer::from_shell(shell)?,
            ids: Arc::clone(&shell.ids),
        })
    }
}
