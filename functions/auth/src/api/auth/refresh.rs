//! `POST /api/v1/auth/refresh`: exchanges a refresh token for its successor. Publishes `user.token_reused` for an old token;
//! an ordinary exchange publishes nothing.
//!
//! The token is its own idempotency key: a retry within ten seconds gets the same successor.

use axum::extract::State;
use directory::{Directory, Person};
use events::{EventType, Fact};
use garde::Validate;
use kernel::{Code, Error, Origin};
use lambda::{
    FromShell, InitError, Shell,
    http::{Json, Problem, PublicCaller, Valid},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::{
        refresh_token::LENGTH_MAX,
        tokens::{TokenIssuer, TokenPair},
    },
    domain::session::{CredentialEpoch, RefreshToken, Session, StaleToken},
    messages,
    store::{AuthStore, RotationOutcome},
};

lambda::endpoint!(AUTH_REFRESH, post(handle), RefreshApi);

/// Refresh token to exchange for its successor.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// Latest refresh token of the session, at most 123 characters.
    #[garde(length(min = 1, max = LENGTH_MAX))]
    #[schema(min_length = 1, max_length = 123)]
    pub refresh_token: String,
}

#[derive(Clone)]
struct RefreshApi {
    store: AuthStore,
    directory: Directory,
    tokens: TokenIssuer,
}

/// The same error for every fault of a refresh token; only the log tells them apart.
fn refresh_refused_error(cause: &'static str) -> Error {
    Error::new(Code::RefreshRefused, messages::refresh_refused()).with_log_detail(cause)
}

/// Exchanges a refresh token for a new pair of tokens.
///
/// Each refresh token is exchanged once. A repetition within ten seconds returns the same pair; a later one, or the use
/// of an older token, ends the session.
#[utoipa::path(post, path = "/api/v1/auth/refresh", operation_id = "auth-refresh", tag = "auth", request_body = RefreshRequest,
    responses(
        (status = 200, body = TokenPair, description = "New tokens of the same session."),
        (status = 401, description = "`refresh_refused`: the refresh token is invalid, expired or already used.")))]
async fn handle(
    State(api): State<RefreshApi>,
    public: PublicCaller,
    Valid(Json(body)): Valid<Json<RefreshRequest>>,
) -> Result<axum::Json<TokenPair>, Problem> {
    let origin = public.origin();
    let (token, mac) = RefreshToken::parse(&body.refresh_token).ok_or_else(|| refresh_refused_error("malformed"))?;
    if !api.tokens.is_genuine(&token, &mac).await? {
        return Err(refresh_refused_error("the code does not match").into());
    }
    let (person, epoch, session) = tokio::try_join!(
        api.directory.person(token.employee, origin.at),
        api.store.find_credential_epoch(token.employee),
        api.store.find_session_of_token(&token)
    )?;
    let person = person
        .filter(|person| person.status.may_sign_in())
        .ok_or_else(|| refresh_refused_error("the person may not sign in"))?;
    let epoch = epoch.ok_or_else(|| refresh_refused_error("the person has no credential"))?;
    let session = session.ok_or_else(|| refresh_refused_error("the session does not exist"))?;
    Ok(axum::Json(api.exchange_token(origin, &token, session, &person, &epoch).await?))
}

impl RefreshApi {
    /// Exchanges the current refresh token for the next pair. The previous token gets the same pair again for ten seconds;
    /// any other is an error. The pair is issued before the session changes, so that a failure of KMS leaves the token valid.
    async fn exchange_token(
        &self,
        origin: &Origin,
        token: &RefreshToken,
        session: Session,
        person: &Person,
        epoch: &CredentialEpoch,
    ) -> Result<TokenPair, Error> {
        let is_current =
            session.generation == token.generation && session.is_valid_for(person.role_version, epoch, origin.at);
        let session = if is_current {
            let next = session.with_next_token(origin.at);
            let pair = self.issue_current_pair(&next, person).await?;
            match self.store.rotate_session(origin, token, epoch, person.role_version).await? {
                RotationOutcome::Rotated => return Ok(pair),
                RotationOutcome::Refused(session) => {
                    session.ok_or_else(|| refresh_refused_error("the session does not exist"))?
                }
            }
        } else {
            session
        };
        let session = self.accept_retry_or_revoke(origin, token, session, person, epoch).await?;
        self.issue_current_pair(&session, person).await
    }

    /// Pair of the latest generation of a session.
    async fn issue_current_pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        self.tokens.issue_pair(session, session.current_token(), session.rotated_at, person).await
    }

    /// Session whose previous token a client exchanges again within ten seconds. The use of an older token, or a later
    /// repetition, revokes the session and publishes `user.token_reused`.
    ///
    /// # Errors
    /// 401 `refresh_refused` in all cases but the repetition.
    async fn accept_retry_or_revoke(
        &self,
        origin: &Origin,
        token: &RefreshToken,
        session: Session,
        person: &Person,
        epoch: &CredentialEpoch,
    ) -> Result<Session, Error> {
        if !session.is_valid_for(person.role_version, epoch, origin.at) {
            return Err(refresh_refused_error(
                "the session ended, or the roles or the password changed after the login",
            ));
        }
        match session.classify_stale_token(token.generation, origin.at) {
            StaleToken::Retry => Ok(session),
            StaleToken::NotExchangeable => Err(refresh_refused_error("the generation does not exist yet")),
            StaleToken::Reuse => {
                let fact = Fact::new(EventType::UserTokenReused, "Session", session.id).with_data(
                    json!({"presented_generation": token.generation, "current_generation": session.generation}),
                );
                self.store.revoke_session(origin, session.employee_id, session.id, fact, None).await?;
                Err(refresh_refused_error("an old token was reused; the session is revoked"))
            }
        }
    }
}

impl FromShell for RefreshApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: AuthStore::from_shell(shell)?,
            directory: shell.directory.clone(),
            tokens: TokenIssuer::from_shell(shell)?,
        })
    }
}
