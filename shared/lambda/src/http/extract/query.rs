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
        read(parts.uri.query().unwrap_or_default(), &[]).map(Self)
    }
}

/// Reads a query of which the parameters `elsewhere` are read apart.
pub(super) fn read<T: DeserializeOwned>(query: &str, elsewhere: &[&str]) -> Result<T, Problem> {
    let pairs = serde_urlencoded::Deserializer::new(pairs(query));
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let path = error.path().to_string();
        serde_error::of_query(path, &error.into_inner().to_string(), elsewhere)
    })
}

pub(super) fn pairs(query: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(query.as_bytes())
}
