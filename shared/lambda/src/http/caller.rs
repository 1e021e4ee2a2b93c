//! Who is asking: the extractor is the permission.

use std::{future::Future, sync::Arc};

use access::{Bearer, Grant, Operation, ReadableFields, Relation, Roles};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use directory::Person;
use jiff::Timestamp;
use kernel::{Code, EmployeeId, Error, Origin, Result, SessionId};
use store::CursorScope;

use super::Problem;
use crate::{
    Shell,
    log::{self, LogContext},
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
    pub fn shared_person(&self) -> Arc<Person> {
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
    pub fn cursor_scope(&self, question: impl ToString) -> CursorScope {
        CursorScope::new(self.person.id, question)
    }

    /// A person whom this operation reaches, and which of their fields the caller may read.
    ///
    /// # Errors
    /// 404 in the same words for nobody and for somebody out of reach.
    pub async fn person_in_scope(&self, id: EmployeeId) -> Result<(Arc<Person>, ReadableFields)> {
        let person = self.shell.directory.person(id, self.origin.at).await?;
        let person = person.ok_or_else(|| Error::not_found("person"))?;
        let fields = self.require_in_scope(&person).await?;
        Ok((person, fields))
    }

    /// Whether this operation reaches `target`; answers which fields of the target may be read.
    ///
    /// # Errors
    /// 404 when it does not: the caller does not learn whether there is such a person.
    pub async fn require_in_scope(&self, target: &Person) -> Result<ReadableFields> {
        let relation = self.shell.directory.relation(&self.person, target, self.origin.at).await?;
        if self.grant.covers(relation) { Ok(self.readable_fields(relation)) } else { Err(Error::not_found("person")) }
    }

    /// Which fields may be read of somebody who is `relation` to the caller.
    pub fn readable_fields(&self, relation: Relation) -> ReadableFields {
        ReadableFields::of(self.person.roles, relation)
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
pub struct PublicCaller(Origin);

impl PublicCaller {
    pub(crate) const fn new(origin: Origin) -> Self {
        Self(origin)
    }

    /// For the stamp of what this request writes; its actor is unknown.
    pub const fn origin(&self) -> &Origin {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for PublicCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("Public in a closed endpoint").into())
    }
}

fn bearer_token(headers: &HeaderMap) -> Result<&str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Error::new(Code::TokenMissing, "Send `Authorization: Bearer` with an access token."))
}

/// A caller whose token is good and whose record is still to be read: for endpoints that read something else beside it, in the
/// same round trip. Nothing may be done for one who has only arrived; [`Arriving::beside`] is the only way on.
#[derive(Clone)]
pub struct VerifiedToken {
    shell: Shell,
    operation: &'static Operation,
    bearer: Bearer,
    origin: Origin,
}

impl VerifiedToken {
    /// Verifies the token.
    pub(crate) async fn verify(
        shell: &Shell,
        operation: &'static Operation,
        headers: &HeaderMap,
        origin: Origin,
    ) -> Result<Self> {
        let verdict = shell.keys.verify(bearer_token(headers)?, origin.at).await?;
        let bearer = verdict.map_err(|why| invalid_token(format!("{why:?}")))?;
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
    pub async fn admit_while<T, F>(self, read: impl FnOnce(EmployeeId) -> F + Send) -> Result<(Caller, T)>
    where
        F: Future<Output = Result<T>> + Send,
    {
        if let Bearer::Internal(claims) = &self.bearer {
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
            Bearer::Internal(claims) => (claims.sub, Some(claims.sid), Some(claims.rv)),
            Bearer::External { email } => {
                let id = shell.directory.find_by_login(&email).await?;
                (id.ok_or_else(|| invalid_token("nobody has this e-mail".to_owned()))?, None, None)
            }
        };
        let person =
            shell.directory.person(id, origin.at).await?.ok_or_else(|| invalid_token("no such person".to_owned()))?;
        if !person.status.may_sign_in() {
            return Err(invalid_token(format!("status {}", person.status)));
        }
        if role_version.is_some_and(|version| version != person.role_version) {
            return Err(Error::new(Code::TokenSuperseded, "Your roles or status have changed; sign in again."));
        }
        let grant = operation.grant(person.roles);
        if !grant.allows_any() {
            return Err(Error::forbidden());
        }
        origin.actor = kernel::Actor::Person(person.id);
        log::set_context(LogContext {
            request_id: Some(origin.request_id.to_string()),
            user_id: Some(person.id.to_string()),
        });
        Ok(Caller { person, session, grant, origin, operation, shell })
    }
}

impl<S: Sync> FromRequestParts<S> for VerifiedToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| Error::internal("Arriving in another endpoint").into())
    }
}

fn invalid_token(why: String) -> Error {
    Error::new(Code::TokenRefused, "The access token is not valid, or no longer.").with_log_detail(why)
}
