//! JSON request bodies.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::header,
};
use kernel::{Code, Error};
use serde::de::DeserializeOwned;

use super::{
    Problem,
    serde_error::{self, json_pointer},
};
use crate::messages;

/// Maximum size of a request body other than an import, in bytes (64 KiB).
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Maximum size of the body of an import, in bytes (2 MiB).
pub const LARGE_BODY_BYTES_MAX: usize = 2 * 1024 * 1024;

/// JSON body of at most 64 KiB, read strictly: wrong types and unknown fields are refused with a pointer to the place.
///
/// # Errors
/// 400 `malformed`, 413 `too_large`, 415 `unsupported_media_type`.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read_body(request, BODY_BYTES_MAX).await.map(Self)
    }
}

/// JSON body of at most 2 MiB, for imports; otherwise like [`Json`].
#[derive(Debug, Clone)]
pub struct LargeJson<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for LargeJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        read_body(request, LARGE_BODY_BYTES_MAX).await.map(Self)
    }
}

async fn read_body<T: DeserializeOwned>(request: Request, bytes_max: usize) -> Result<T, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Error::new(Code::UnsupportedMediaType, messages::not_json()).into());
    }
    let body = to_bytes(request.into_body(), bytes_max)
        .await
        .map_err(|error| Error::new(Code::TooLarge, messages::body_above(bytes_max)).with_log_detail(error))?;
    // Serde accepts an array for a struct whose fields are in order; a body must be an object.
    if body.trim_ascii_start().first() == Some(&b'[') {
        return Err(serde_error::array_body_problem());
    }
    let mut reader = serde_json::Deserializer::from_slice(&body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = json_pointer(&error.path().to_string());
        match error.into_inner() {
            error if error.is_data() => serde_error::body_problem(pointer, &error.to_string()),
            // Of a name among fixed ones, the reader says "expected value", whatever else stands there.
            _ if is_json(&body) => serde_error::body_problem(pointer, "invalid type: value, expected a string"),
            error => serde_error::invalid_json_problem(&body, &error),
        }
    })?;
    reader.end().map_err(|error| serde_error::invalid_json_problem(&body, &error))?;
    Ok(value)
}

fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

/// Reads a member of a body whose type depends on another member, as strictly as a body. Pointers begin with `at`.
///
/// # Errors
/// 400 `malformed` with a pointer to a wrong type, an unknown field or a missing field.
pub fn read_nested<T: DeserializeOwned>(at: &str, value: serde_json::Value) -> kernel::Result<T> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let at = format!("{at}{}", json_pointer(&error.path().to_string()));
        serde_error::body_problem(at, &error.into_inner().to_string()).0
    })
}
