//! Validation by `garde`.

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use garde::Validate;
use kernel::{Error, Message};
use serde::de::DeserializeOwned;

use super::{Json, LargeJson, Problem, Query, serde_error::json_pointer};
use crate::messages;

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
    value.validate().map_err(|report| invalid_problem(&report, json_pointer))
}

pub(super) fn validate_query(value: &impl Validate<Context = ()>) -> Result<(), Problem> {
    value.validate().map_err(|report| invalid_problem(&report, |path| format!("query:{path}")))
}

/// 422 `invalid` with one field error for each fault; `pointer` converts the paths of `garde`.
fn invalid_problem(report: &garde::Report, pointer: impl Fn(&str) -> String) -> Problem {
    Problem(report.iter().fold(Error::invalid_values(), |error, (path, fault)| {
        error.with_field(pointer(&path.to_string()), "invalid", message_of_fault(fault.message()))
    }))
}

/// Message of the catalogue for a fault that `garde` has worded; other texts come from
/// [`validators`](super::super::validators).
fn message_of_fault(fault: &str) -> Message {
    type Rule = (&'static str, fn(&str) -> Message);
    let rules: [Rule; 4] = [
        ("length is lower than ", |least| messages::length_min(least)),
        ("length is greater than ", |most| messages::length_max(most)),
        ("lower than ", |least| messages::number_min(least)),
        ("greater than ", |most| messages::number_max(most)),
    ];
    let known = rules.iter().find_map(|(prefix, message)| fault.strip_prefix(prefix).map(message));
    known.unwrap_or_else(|| Message::verbatim(fault))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Validate)]
    struct Sample {
        #[garde(length(min = 2, max = 3))]
        name: String,
        #[garde(range(min = 1, max = 5))]
        count: u8,
    }

    #[test]
    fn rules_of_the_library_are_messages_of_the_catalogue() {
        for (name, count, expected) in [
            ("a", 1, messages::length_min(2)),
            ("abcd", 1, messages::length_max(3)),
            ("abc", 0, messages::number_min(1)),
            ("abc", 6, messages::number_max(5)),
        ] {
            let Problem(error) = validate_body(&Sample { name: name.to_owned(), count }).unwrap_err();
            assert_eq!(error.fields()[0].detail, expected);
        }
    }
}
