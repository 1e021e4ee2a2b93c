//! Validation by `garde`.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use garde::Validate;
use kernel::Error;
use serde::de::DeserializeOwned;

use super::{Json, LargeJson, Problem, Query, serde_error::pointer};

/// Input that has also passed the validation of its type: `Valid<Json<T>>`, `Valid<LargeJson<T>>` or `Valid<Query<T>>`.
///
/// # Errors
/// Those of the inner extractor; 422 `invalid` with all invalid fields.
#[derive(Debug, Clone)]
pub struct Valid<T>(pub T);

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequest<S> for Valid<Json<T>> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Json(value) = Json::<T>::from_request(request, state).await?;
        validate_body(&value)?;
        Ok(Self(Json(value)))
    }
}

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequest<S> for Valid<LargeJson<T>> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let LargeJson(value) = LargeJson::<T>::from_request(request, state).await?;
        validate_body(&value)?;
        Ok(Self(LargeJson(value)))
    }
}

impl<T: DeserializeOwned + Validate<Context = ()>, S: Send + Sync> FromRequestParts<S> for Valid<Query<T>> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(value) = Query::<T>::from_request_parts(parts, state).await?;
        validate_query(&value)?;
        Ok(Self(Query(value)))
    }
}

fn validate_body(value: &impl Validate<Context = ()>) -> Result<(), Problem> {
    value.validate().map_err(|report| problem(&report, pointer))
}

pub(super) fn validate_query(value: &impl Validate<Context = ()>) -> Result<(), Problem> {
    value.validate().map_err(|report| problem(&report, |path| format!("query:{path}")))
}

fn problem(report: &garde::Report, pointer: impl Fn(&str) -> String) -> Problem {
    Problem(report.iter().fold(Error::invalid_values(), |error, (path, fault)| {
        error.with_field(pointer(&path.to_string()), "invalid", fault.message().to_owned())
    }))
}
