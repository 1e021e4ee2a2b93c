//! `POST /api/v1/auth/refresh`: exchange a refresh token for its successor. Publishes `user.token_reused` when a token of
//! the past is used; an ordinary exchange publishes nothing.
//!
//! The token is its own idempotency key: asked again within ten seconds, the same successor is the answer.

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
    store::{AuthStore, RotationOutcome},
};

lambda::endpoint!(AUTH_REFRESH, post(handle), RefreshApi);

/// A refresh token.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefreshRequest {
    /// The latest refresh token of the session.
    #[garde(length(min = 1, max = LENGTH_MAX))]
    pub refresh_token: String,
}

#[derive(Clone)]
struct RefreshApi {
    store: AuthStore,
    directory: Directory,
    tokens: TokenIssuer,
}

/// One answer for whatever is wrong: sign in again.
fn refresh_refused_error(why: &'static str) -> Error {
    Error::new(Code::RefreshRefused, "The refresh token is not good, or no longer; sign in again.").with_log_detail(why)
}

/// Exchanges a refresh token.
#[utoipa::path(post, path = "/api/v1/auth/refresh", operation_id = "auth-refresh", tag = "auth", request_body = RefreshRequest,
    responses((status = 200, body = TokenPair), (status = 401, description = "Not good, or no longer: sign in again")))]
async fn handle(
    State(api): State<RefreshApi>,
    public: PublicCaller,
    Valid(Json(body)): Valid<Json<RefreshRequest>>,
) -> Result<axum::Json<TokenPair>, Problem> {
    let origin = public.origin();
    let (link, mac) = RefreshToken::parse(&body.refresh_token).ok_or_else(|| refresh_refused_error("malformed"))?;
    if !api.tokens.is_genuine(&link, &mac).await? {
        return Err(refresh_refused_error("not ours").into());
    }
    let (person, epoch, standing) = tokio::try_join!(
        api.directory.person(link.employee, origin.at),
        api.store.epoch(link.employee),
        api.store.session(&link)
    )?;
    let person = person
        .filter(|person| person.status.may_sign_in())
        .ok_or_else(|| refresh_refused_error("person not active"))?;
    let epoch = epoch.ok_or_else(|| refresh_refused_error("no credential"))?;
    let standing = standing.ok_or_else(|| refresh_refused_error("no such session"))?;
    Ok(axum::Json(api.exchange(origin, &link, standing, &person, &epoch).await?))
}

impl RefreshApi {
    /// Derives the new pair first and moves the session on last: where KMS fails, the old token stays good.
    async fn exchange(
        &self,
        origin: &Origin,
        link: &RefreshToken,
        standing: Session,
        person: &Person,
        epoch: &CredentialEpoch,
    ) -> Result<TokenPair, Error> {
        let good =
            standing.generation == link.generation && standing.is_valid_for(person.role_version, epoch, origin.at);
        let standing = if good {
            let next = standing.rotate(origin.at);
            let pair = self.pair(&next, person).await?;
            match self.store.rotate_session(origin, link, epoch, person.role_version).await? {
                RotationOutcome::Done => return Ok(pair),
                RotationOutcome::Refused(standing) => {
                    standing.ok_or_else(|| refresh_refused_error("no such session"))?
                }
            }
        } else {
            standing
        };
        let session = self.answer_stale_token(origin, link, standing, person, epoch).await?;
        self.pair(&session, person).await
    }

    async fn pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        self.tokens.issue_pair(session, session.link(), session.rotated_at, person).await
    }

    /// What a token that is not the good one gets: the same successor once more, or the end of the family.
    async fn answer_stale_token(
        &self,
        origin: &Origin,
        link: &RefreshToken,
        standing: Session,
        person: &Person,
        epoch: &CredentialEpoch,
    ) -> Result<Session, Error> {
        if !standing.is_valid_for(person.role_version, epoch, origin.at) {
            return Err(refresh_refused_error(
                "session over, or the person or the password has changed since the login",
            ));
        }
        match standing.classify_stale_token(link.generation, origin.at) {
            StaleToken::Retry => Ok(standing),
            StaleToken::SessionEnded => Err(refresh_refused_error("a generation that never was")),
            StaleToken::Reuse => {
                let fact = Fact::new(EventType::UserTokenReused, "Session", standing.id).with_data(
                    json!({"presented_generation": link.generation, "current_generation": standing.generation}),
                );
                self.store.revoke_session(origin, standing.employee_id, standing.id, fact, None).await?;
                Err(refresh_refused_error("reused: the family is revoked"))
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
