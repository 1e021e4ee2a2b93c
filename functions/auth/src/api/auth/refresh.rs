//! `POST /api/v1/auth/refresh`: exchange a refresh token for its successor. Publishes `user.token_reused` when a token of
//! the past is used; an ordinary exchange publishes nothing.
//!
//! The token is its own idempotency key: asked again within ten seconds, the same successor is the answer.

use axum::extract::State;
use directory::{Directory, Person};
use events::{EventType, Fact};
use garde::Validate;
use kernel::{Error, Kind, Origin};
use lambda::{
    FromShell, InitError, Shell,
    http::{Json, Problem, Public, Valid},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    app::{
        refresh_token::LENGTH_MAX,
        tokens::{TokenPair, Tokens},
    },
    domain::session::{Epoch, Link, Session, Verdict},
    store::{Rotation, Store},
};

lambda::endpoint!(AUTH_REFRESH, post(handle), RefreshApi);

/// A refresh token.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The latest refresh token of the session.
    #[garde(length(min = 1, max = LENGTH_MAX))]
    pub refresh_token: String,
}

#[derive(Clone)]
struct RefreshApi {
    store: Store,
    directory: Directory,
    tokens: Tokens,
}

/// One answer for whatever is wrong: sign in again.
fn refused(why: &'static str) -> Error {
    Error::new(Kind::Unauthenticated, "refresh_refused", "The refresh token is not good, or no longer; sign in again.")
        .because(why)
}

/// Exchanges a refresh token.
#[utoipa::path(post, path = "/api/v1/auth/refresh", operation_id = "auth-refresh", tag = "auth", request_body = Refresh,
    responses((status = 200, body = TokenPair), (status = 401, description = "Not good, or no longer: sign in again")))]
async fn handle(
    State(api): State<RefreshApi>,
    public: Public,
    Valid(Json(body)): Valid<Json<Refresh>>,
) -> Result<axum::Json<TokenPair>, Problem> {
    let origin = public.origin();
    let (link, mac) = Link::parse(&body.refresh_token).ok_or_else(|| refused("malformed"))?;
    if !api.tokens.made(&link, &mac).await? {
        return Err(refused("not ours").into());
    }
    let (person, epoch, standing) = tokio::try_join!(
        api.directory.person(link.employee, origin.at),
        api.store.epoch(link.employee),
        api.store.session(&link)
    )?;
    let person = person.filter(|person| person.status.may_sign_in()).ok_or_else(|| refused("person not active"))?;
    let epoch = epoch.ok_or_else(|| refused("no credential"))?;
    let standing = standing.ok_or_else(|| refused("no such session"))?;
    Ok(axum::Json(api.exchange(origin, &link, standing, &person, &epoch).await?))
}

impl RefreshApi {
    /// Derives the new pair first and moves the session on last: where KMS fails, the old token stays good.
    async fn exchange(
        &self,
        origin: &Origin,
        link: &Link,
        standing: Session,
        person: &Person,
        epoch: &Epoch,
    ) -> Result<TokenPair, Error> {
        let good = standing.generation == link.generation && standing.goes_on(person.role_version, epoch, origin.at);
        let standing = if good {
            let next = standing.moved_on(origin.at);
            let pair = self.pair(&next, person).await?;
            match self.store.rotate(origin, link, epoch, person.role_version).await? {
                Rotation::Done => return Ok(pair),
                Rotation::Refused(standing) => standing.ok_or_else(|| refused("no such session"))?,
            }
        } else {
            standing
        };
        let session = self.judged(origin, link, standing, person, epoch).await?;
        self.pair(&session, person).await
    }

    async fn pair(&self, session: &Session, person: &Person) -> Result<TokenPair, Error> {
        self.tokens.pair(session, session.link(), session.rotated_at, person).await
    }

    /// What a token that is not the good one gets: the same successor once more, or the end of the family.
    async fn judged(
        &self,
        origin: &Origin,
        link: &Link,
        standing: Session,
        person: &Person,
        epoch: &Epoch,
    ) -> Result<Session, Error> {
        if !standing.goes_on(person.role_version, epoch, origin.at) {
            return Err(refused("session over, or the person or the password has changed since the login"));
        }
        match standing.judge(link.generation, origin.at) {
            Verdict::Retry => Ok(standing),
            Verdict::Over => Err(refused("a generation that never was")),
            Verdict::Reused => {
                let fact = Fact::new(EventType::UserTokenReused, "Session", standing.id)
                    .with(json!({"presented_generation": link.generation, "current_generation": standing.generation}));
                self.store.revoke(origin, standing.employee_id, standing.id, fact, None).await?;
                Err(refused("reused: the family is revoked"))
            }
        }
    }
}

impl FromShell for RefreshApi {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self {
            store: Store::from_shell(shell)?,
            directory: shell.directory.clone(),
            tokens: Tokens::from_shell(shell)?,
        })
    }
}
