//! Path parameters, and the objects that they name.

use std::{str::FromStr, sync::Arc};

use access::ReadableFields;
use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use directory::Person;
use kernel::{EmployeeId, Error};
use serde::de::DeserializeOwned;

use super::{Caller, Problem};
use crate::messages;

/// Path parameters. A value of another form than expected, such as an invalid id, is answered like an unknown object.
///
/// # Errors
/// 404 `not_found`.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|error| Error::not_found(messages::resource()).with_log_detail(error).into())
    }
}

/// Object named by the path, loaded and within the caller's scope. A handler that takes it needs no further check.
///
/// ```ignore
/// async fn handle(InScope(Subject { person, fields }): InScope<Subject>) -> Result<..> { .. }
/// ```
///
/// # Errors
/// 404 `not_found`, with the same text for an object that does not exist and one outside the scope.
#[derive(Debug, Clone)]
pub struct InScope<T>(pub T);

/// Object that [`InScope`] can load.
pub trait LoadInScope<S>: Sized {
    /// Type of the first path parameter: the id of the object.
    type Id: FromStr + Send;

    /// Loads the object and checks that the caller may see it.
    ///
    /// # Errors
    /// 404 `not_found` if it does not exist or is outside the caller's scope.
    fn load_in_scope(state: &S, caller: &Caller, id: Self::Id) -> impl Future<Output = kernel::Result<Self>> + Send;
}

impl<T: LoadInScope<S>, S: Send + Sync> FromRequestParts<S> for InScope<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        let parameters = RawPathParams::from_request_parts(parts, state).await;
        let id = parameters.ok().and_then(|all| all.iter().next().and_then(|(_, value)| value.parse::<T::Id>().ok()));
        let id = id.ok_or_else(|| Error::not_found(messages::resource()))?;
        Ok(Self(T::load_in_scope(state, &caller, id).await?))
    }
}

/// Employee named by the first path parameter, within the caller's scope.
#[derive(Debug, Clone)]
pub struct Subject {
    /// Record of the person in the directory.
    pub person: Arc<Person>,
    /// Restricted fields of the person that the caller may read.
    pub fields: ReadableFields,
}

impl<S: Sync> LoadInScope<S> for Subject {
    type Id = EmployeeId;

    async fn load_in_scope(_: &S, caller: &Caller, id: EmployeeId) -> kernel::Result<Self> {
        let (person, fields) = caller.person_in_scope(id).await?;
        Ok(Self { person, fields })
    }
}
