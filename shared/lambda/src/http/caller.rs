//! Who is asking: the extractor is the permission.

use std::{future::Future, sync::Arc};

use access::{Bearer, Fields, Grant, Operation, Relation, Roles};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use directory::Person;
use jiff::Timestamp;
use kernel::{EmployeeId, Error, Kind, Origin, Result, SessionId};
use store::View;

use super::Problem;
use crate::{
    Shell,
    log::{self, About},
};

/// A signed-in person whose roles allow this operation to some extent; [`Caller::may_reach`] tells to whom.
#[derive(Clone)]
pub struct Caller {
    person: Arc<Person>,
    session: Option<SessionId>,
    grant: Grant,
    origin: Origin,
    operation: &'static Operation,
    pub(super) shell: Shell,
}

impl Caller {
    /// The person's id.
    pub fn id(&self) -> EmployeeId {
        self.person.id
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The person, to keep.
    pub fn person_shared(&self) -> Arc<Person> {
        Arc::clone(&self.person)
    }

    /// The person's roles as they are now.
    pub fn roles(&self) -> Roles {
        self.person.roles
    }

    /// The scopes held for this operation.
    pub const fn grant(&self) -> Grant {
        self.grant
    }

    /// For the stamp of what this request writes.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The session of the token; none for a token of an outside identity provider.
    pub const fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// The row of the access table that this endpoint serves.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// What a cursor of this caller is sealed for.
    pub fn view(&self, question: impl ToString) -> View {
        View::new(self.person.id, question)
    }

    /// A person whom this operation reaches, and which of their fields the caller may read.
    ///
    /// # Errors
    /// 404 in the same words for nobody and for somebody out of reach.
    pub async fn reach(&self, id: EmployeeId) -> Result<(Arc<Person>, Fields)> {
        let person = self.shell.directory.person(id, self.origin.at).await?;
        let person = person.ok_or_else(|| Error::not_found("person"))?;
        let fields = self.may_reach(&person).await?;
        Ok((person, fields))
    }

    /// Whether this operation reaches `target`; answers which fields of the target may be read.
    ///
    /// # Errors
    /// 404 when it does not: the caller does not learn whether there is such a person.
    pub async fn may_reach(&self, target: &Person) -> Result<Fields> {
        let relation = self.shell.directory.relation(&self.person, target, self.origin.at).await?;
        if self.grant.reaches(relation) { Ok(self.fields(relation)) } else { Err(Error::not_found("person")) }
    }

    /// Which fields may be read of somebody who is `relation` to the caller.
    pub fn fields(&self, relation: Relation) -> Fields {
        Fields::of(self.person.roles, relation)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("Caller in an open endpoint").into())
    }
}

/// An open endpoint: nobody in particular is asking. Only operations that the access table calls public have it.
#[derive(Debug, Clone)]
pub struct Public(Origin);

impl Public {
    pub(crate) const fn new(origin: Origin) -> Self {
        Self(origin)
    }

    /// For the stamp of what this request writes; its actor is unknown.
    pub const fn origin(&self) -> &Origin {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Public {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("Public in a closed endpoint").into())
    }
}

fn unauthenticated(code: &'static str, detail: &str) -> Error {
    Error::new(Kind::Unauthenticated, code, detail)
}

fn bearer_token(headers: &HeaderMap) -> Result<&str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| unauthenticated("token_missing", "Send `Authorization: Bearer` with an access token."))
}

/// A caller whose token is good and whose record is still to be read: for endpoints that read something else beside it, in the
/// same round trip. Nothing may be done for one who has only arrived; [`Arriving::beside`] is the only way on.
#[derive(Clone)]
pub struct Arriving {
    shell: Shell,
    operation: &'static Operation,
    bearer: Bearer,
    origin: Origin,
}

impl Arriving {
    /// Verifies the token.
    pub(crate) async fn of(
        shell: &Shell,
        operation: &'static Operation,
        headers: &HeaderMap,
        origin: Origin,
    ) -> Result<Self> {
        let verdict = shell.keys.verify(bearer_token(headers)?, origin.at).await?;
        let bearer = verdict.map_err(|why| refused(format!("{why:?}")))?;
        Ok(Self { shell: shell.clone(), operation, bearer, origin })
    }

    /// When the request began.
    pub const fn at(&self) -> Timestamp {
        self.origin.at
    }

    /// Admits the caller while `read` reads what goes with their id. A caller who is refused learns nothing of what was read.
    /// A token of an outside identity provider holds only an e-mail: that caller is admitted before `read` begins.
    ///
    /// # Errors
    /// 401 or 403 for a caller who is not admitted; then what `read` answers.
    pub async fn beside<T, F>(self, read: impl FnOnce(EmployeeId) -> F + Send) -> Result<(Caller, T)>
    where
        F: Future<Output = Result<T>> + Send,
    {
        if let Bearer::Ours(claims) = &self.bearer {
            let read = read(claims.sub);
            let (caller, read) = futures::future::join(self.admit(), read).await;
            return Ok((caller?, read?));
        }
        let caller = self.admit().await?;
        let read = read(caller.id()).await?;
        Ok((caller, read))
    }

    /// Reads the caller's record: who is asking, and whether they may at all.
    pub(crate) async fn admit(self) -> Result<Caller> {
        let Self { shell, operation, bearer, mut origin } = self;
        let (id, session, role_version) = match bearer {
            Bearer::Ours(claims) => (claims.sub, Some(claims.sid), Some(claims.rv)),
            Bearer::Outside { email } => {
                let id = shell.directory.by_login(&email).await?;
                (id.ok_or_else(|| refused("nobody has this e-mail".to_owned()))?, None, None)
            }
        };
        let person =
            shell.directory.person(id, origin.at).await?.ok_or_else(|| refused("no such person".to_owned()))?;
        if !person.status.may_sign_in() {
            return Err(refused(format!("status {}", person.status)));
        }
        if role_version.is_some_and(|version| version != person.role_version) {
            return Err(unauthenticated("token_superseded", "Your roles or status have changed; sign in again."));
        }
        let grant = operation.grant(person.roles);
        if !grant.any() {
            return Err(Error::forbidden());
        }
        origin.actor = kernel::Actor::Person(person.id);
        log::about(About { request_id: Some(origin.request_id.to_string()), user_id: Some(person.id.to_string()) });
        Ok(Caller { person, session, grant, origin, operation, shell })
    }
}

impl<S: Sync> FromRequestParts<S> for Arriving {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("Arriving in another endpoint").into())
    }
}

fn refused(why: String) -> Error {
    unauthenticated("token_refused", "The access token is not valid, or no longer.").because(why)
}
