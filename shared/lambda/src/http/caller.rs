//! Identity and admission of the caller. The extractors are the permission: a handler without one cannot know its caller.

use std::{future::Future, sync::Arc};

use access::{Bearer, Grant, Operation, ReadableFields, Relation, Roles, Scope};
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
    messages,
};

/// People whose records a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleOfList {
    /// All employees.
    Everybody,
    /// Direct reports of this manager.
    DirectReports(EmployeeId),
    /// This employee only.
    Employee(EmployeeId),
}

/// Signed-in person whose roles allow this operation for at least some people.
///
/// Taking it as an argument admits the caller: the token was verified, the person is active, and the access table grants the
/// operation. [`Caller::require_in_scope`] and [`Caller::person_in_scope`] check a single person.
///
/// # Errors
/// 401 `token_missing`, `token_refused` or `token_superseded`; 403 `forbidden`.
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
    /// Id of the person.
    pub fn id(&self) -> EmployeeId {
        self.person.id
    }

    /// The person, as the directory knows them.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Shared reference to the person, for state that outlives the caller.
    pub fn shared_person(&self) -> Arc<Person> {
        Arc::clone(&self.person)
    }

    /// Current access roles of the person, at most five seconds old, whatever the token says.
    pub fn roles(&self) -> Roles {
        self.person.roles
    }

    /// Scopes that the person holds for this operation.
    pub const fn grant(&self) -> Grant {
        self.grant
    }

    /// Origin for the stamps of all writes of this request.
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Session of the token; `None` for a token of an external identity provider.
    pub const fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// Row of the access table that this endpoint serves.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Scope of the cursors of this caller for one query.
    pub fn cursor_scope(&self, query: impl ToString) -> CursorScope {
        CursorScope::new(self.person.id, query)
    }

    /// Loads a person in the scope of this operation, and the groups of restricted fields that the caller may read of them.
    ///
    /// # Errors
    /// 404 `not_found`, with the same text for an unknown person and one outside the scope.
    pub async fn person_in_scope(&self, id: EmployeeId) -> Result<(Arc<Person>, ReadableFields)> {
        let person = self.shell.directory.person(id, self.origin.at).await?;
        let person = person.ok_or_else(Error::employee_not_found)?;
        let fields = self.require_in_scope(&person).await?;
        Ok((person, fields))
    }

    /// People whose records a list shows to the caller, and the caller's relation to them: the named employee, or else
    /// everybody, the direct reports or the caller, as the scope of this operation allows.
    ///
    /// # Errors
    /// 404 `not_found` for an employee outside the scope.
    pub async fn people_of_list(&self, employee: Option<EmployeeId>) -> Result<(PeopleOfList, Relation)> {
        let (all, reports) = (self.grant.includes(Scope::All), self.grant.includes(Scope::Reports));
        match employee {
            Some(id) if id == self.id() => Ok((PeopleOfList::Employee(id), Relation::Oneself)),
            Some(id) => {
                self.person_in_scope(id).await?;
                Ok((PeopleOfList::Employee(id), if all { Relation::Other } else { Relation::Report }))
            }
            None if all => Ok((PeopleOfList::Everybody, Relation::Other)),
            None if reports => Ok((PeopleOfList::DirectReports(self.id()), Relation::Report)),
            None => Ok((PeopleOfList::Employee(self.id()), Relation::Oneself)),
        }
    }

    /// Checks that `target` is in the scope of this operation; returns the groups of restricted fields that the
    /// caller may read of them.
    ///
    /// # Errors
    /// 404 `not_found` otherwise, so that the caller does not learn whether the person exists.
    pub async fn require_in_scope(&self, target: &Person) -> Result<ReadableFields> {
        let relation = self.shell.directory.relation(&self.person, target, self.origin.at).await?;
        if self.grant.covers(relation) { Ok(self.readable_fields(relation)) } else { Err(Error::employee_not_found()) }
    }

    /// Groups of restricted fields that the caller may read of a person with this relation.
    pub fn readable_fields(&self, relation: Relation) -> ReadableFields {
        ReadableFields::of(self.person.roles, relation)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("extractor Caller in a public endpoint").into())
    }
}

/// Anonymous caller of a public operation. Only operations with `AccessRule::Public` have it.
#[derive(Debug, Clone)]
pub struct PublicCaller(Origin);

impl PublicCaller {
    pub(crate) const fn new(origin: Origin) -> Self {
        Self(origin)
    }

    /// Origin for the stamps of all writes of this request; its actor is [`Actor::Unknown`](kernel::Actor::Unknown).
    pub const fn origin(&self) -> &Origin {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for PublicCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Error::internal("extractor PublicCaller in an endpoint that needs a token").into())
    }
}

fn bearer_token(headers: &HeaderMap) -> Result<&str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    value
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Error::new(Code::TokenMissing, messages::token_missing()))
}

/// Caller with a verified token who is not admitted yet, for operations with `AdmissionTiming::InHandler`.
///
/// The handler reads its own data while the caller's record is read, which saves a round trip.
/// [`VerifiedToken::admit_while`] is the only way to a [`Caller`].
#[derive(Clone)]
pub struct VerifiedToken {
    shell: Shell,
    operation: &'static Operation,
    bearer: Bearer,
    origin: Origin,
}

impl VerifiedToken {
    /// Verifies the bearer token in the headers of a request.
    pub(crate) async fn verify(
        shell: &Shell,
        operation: &'static Operation,
        headers: &HeaderMap,
        origin: Origin,
    ) -> Result<Self> {
        let verified = shell.keys.verify(bearer_token(headers)?, origin.at).await?;
        let bearer = verified.map_err(|error| token_refused_error(format!("{error:?}")))?;
        Ok(Self { shell: shell.clone(), operation, bearer, origin })
    }

    /// Start of the request, by the clock of the function.
    pub const fn request_time(&self) -> Timestamp {
        self.origin.at
    }

    /// Admits the caller while `read` loads data for the id in the token. A refused caller learns nothing of that data.
    ///
    /// A token of an external identity provider has no id, so that its caller is admitted before `read` starts.
    ///
    /// # Errors
    /// 401 or 403 if the caller is not admitted, otherwise the error of `read`.
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

    /// Reads the person of the token and checks status, role version and grant. The person becomes the actor of the origin and
    /// the user of the log lines.
    pub(crate) async fn admit(self) -> Result<Caller> {
        let Self { shell, operation, bearer, mut origin } = self;
        let (id, session, role_version) = match bearer {
            Bearer::Internal(claims) => (claims.sub, Some(claims.sid), Some(claims.rv)),
            Bearer::External { email } => {
                let id = shell.directory.find_by_login(&email).await?;
                (id.ok_or_else(|| token_refused_error("no employee has this e-mail address".to_owned()))?, None, None)
            }
        };
        let person = shell
            .directory
            .person(id, origin.at)
            .await?
            .ok_or_else(|| token_refused_error("the employee does not exist".to_owned()))?;
        if !person.status.may_sign_in() {
            return Err(token_refused_error(format!("status {}", person.status)));
        }
        if role_version.is_some_and(|version| version != person.role_version) {
            return Err(Error::new(Code::TokenSuperseded, messages::token_superseded()));
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
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Error::internal("extractor VerifiedToken in an endpoint that admits callers before the handler").into()
        })
    }
}

fn token_refused_error(log_detail: String) -> Error {
    Error::new(Code::TokenRefused, messages::token_refused()).with_log_detail(log_detail)
}
