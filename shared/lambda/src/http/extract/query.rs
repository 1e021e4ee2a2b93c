//! Query strings.

use axum::{extract::FromRequestParts, http::request::Parts};
use serde::de::DeserializeOwned;

use super::{Problem, serde_error};

/// Query string, read strictly: unknown and repeated parameters are refused.
///
/// # Errors
/// 400 `malformed`, with the pointer `query:<name>`.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read_query(parts.uri.query().unwrap_or_default(), &[]).map(Self)
    }
}

/// Reads a query string. The parameters `elsewhere` are allowed as well, but were taken out before and are read separately.
pub(super) fn read_query<T: DeserializeOwned>(query: &str, elsewhere: &[&str]) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(query_pairs(query));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        serde_error::query_problem(path, &error.into_inner().to_string(), elsewhere)
    })
}

/// Decoded names and values of a query string.
pub(super) fn query_pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}
