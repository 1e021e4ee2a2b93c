//! Responses with `ETag`, `Location` or a replayed body, and the request header `If-Match`.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, Result};
use serde::Serialize;
use store::{CommitOutcome, Stored};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::{Problem, parameter::header_parameter};
use crate::messages;

fn with_etag(mut response: Response, version: u64) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

/// 200 with the body and its version as `ETag`.
#[derive(Debug, Clone)]
pub struct Versioned<T>(pub u64, pub T);

impl<T> From<Stored<T>> for Versioned<T> {
    fn from(Stored { value, version }: Stored<T>) -> Self {
        Self(version, value)
    }
}

impl<T: Serialize> IntoResponse for Versioned<T> {
    fn into_response(self) -> Response {
        with_etag(axum::Json(self.1).into_response(), self.0)
    }
}

/// 201 with the body, `Location`, and the version as `ETag`.
#[derive(Debug, Clone)]
pub struct Created<T> {
    /// Path of the created object.
    pub location: String,
    /// Version of the created object, sent as `ETag`.
    pub version: u64,
    /// View of the created object.
    pub body: T,
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, axum::Json(self.body)).into_response();
        if let Ok(value) = HeaderValue::from_str(&self.location) {
            response.headers_mut().insert(header::LOCATION, value);
        }
        with_etag(response, self.version)
    }
}

/// Stored answer of an earlier request with the same key, and its status, with the header `Idempotent-Replayed: true`. A null
/// answer has no body.
#[derive(Debug, Clone)]
pub struct Replayed(pub StatusCode, pub serde_json::Value);

impl IntoResponse for Replayed {
    fn into_response(self) -> Response {
        let mut response =
            if self.1.is_null() { self.0.into_response() } else { (self.0, axum::Json(self.1)).into_response() };
        response.headers_mut().insert("idempotent-replayed", HeaderValue::from_static("true"));
        response
    }
}

impl Replayed {
    /// Replay of a 201.
    pub fn created(answer: serde_json::Value) -> Response {
        Self(StatusCode::CREATED, answer).into_response()
    }

    /// Replay of a 200.
    pub fn ok(answer: serde_json::Value) -> Response {
        Self(StatusCode::OK, answer).into_response()
    }

    /// Replay of a 202.
    pub fn accepted(answer: serde_json::Value) -> Response {
        Self(StatusCode::ACCEPTED, answer).into_response()
    }

    /// Replay of a 202 with `Location`: the path of a collection, followed by the `id` of the answer.
    pub fn accepted_in(collection: &str, answer: serde_json::Value) -> Response {
        let location = location_in(collection, &answer);
        with_location(Self::accepted(answer), &location)
    }
}

/// Path of an answer's object: that of its collection, followed by the `id` of the answer.
fn location_in(collection: &str, answer: &serde_json::Value) -> String {
    let id = answer.get("id").and_then(serde_json::Value::as_str);
    format!("{collection}/{}", id.unwrap_or_default())
}

fn with_location(mut response: Response, location: &str) -> Response {
    if let Ok(location) = HeaderValue::from_str(location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// 201 for a committed creation (version 1), or the replay of the first answer.
pub fn created<T: Serialize>(outcome: CommitOutcome, location: String, body: T) -> Response {
    match outcome {
        CommitOutcome::Committed(_) => Created { location, version: 1, body }.into_response(),
        CommitOutcome::Replayed(answer) => Replayed::created(answer),
    }
}

/// 200 for a committed action, or the replay of the first answer.
pub fn ok<T: Serialize>(outcome: CommitOutcome, body: T) -> Response {
    match outcome {
        CommitOutcome::Committed(_) => axum::Json(body).into_response(),
        CommitOutcome::Replayed(answer) => Replayed::ok(answer),
    }
}

/// 200 with the version of a committed update, or the replay of the first answer.
pub fn updated<T: Serialize>(outcome: CommitOutcome, version: u64, body: T) -> Response {
    match outcome {
        CommitOutcome::Committed(_) => Versioned(version, body).into_response(),
        CommitOutcome::Replayed(answer) => Replayed::ok(answer),
    }
}

/// 202 for a job with an `id` in a collection, or the replay of the first answer. `Location` is the path of the job that
/// the answer shows.
pub fn accepted_in<T: Serialize>(outcome: CommitOutcome, collection: &str, body: T) -> Response {
    match outcome {
        CommitOutcome::Committed(_) => {
            let location = location_in(collection, &serde_json::to_value(&body).unwrap_or_default());
            with_location((StatusCode::ACCEPTED, axum::Json(body)).into_response(), &location)
        }
        CommitOutcome::Replayed(answer) => Replayed::accepted_in(collection, answer),
    }
}

/// 202 for work that was queued, or the replay of the first answer.
pub fn accepted<T: Serialize>(outcome: CommitOutcome, body: T) -> Response {
    match outcome {
        CommitOutcome::Committed(_) => (StatusCode::ACCEPTED, axum::Json(body)).into_response(),
        CommitOutcome::Replayed(answer) => Replayed::accepted(answer),
    }
}

/// Optional header `If-Match`: the version that a change is based on. A missing header stands for any version.
///
/// `params(IfMatch)` documents the header, with its pattern.
///
/// # Errors
/// 400 `malformed` unless the header is an `ETag` of the API or `*`, which stands for any version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(Option<u64>);

impl IfMatch {
    /// Checks that the header names this version. Without the header, or with `*`, every version passes.
    ///
    /// # Errors
    /// 412 `stale` if the header names a different version.
    pub fn require(self, version: u64) -> Result<()> {
        if self.0.is_none_or(|expected| expected == version) { Ok(()) } else { Err(Error::version_mismatch()) }
    }

    /// Function that maps the 409 `changed_meanwhile` of a lost write to 412 `stale` if the caller named a version.
    pub fn map_conflict(self) -> impl Fn(Error) -> Error {
        move |error| match self.0 {
            Some(_) if error.is_changed_concurrently() => Error::version_mismatch(),
            Some(_) | None => error,
        }
    }
}

/// Pattern in the API document: `*`, or the digits of a version between quotes. A version of 20 digits is read as well
/// if it fits into 64 bits.
const IF_MATCH_PATTERN: &str = r#"^(\*|"[0-9]{1,19}")$"#;

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let description = "`ETag` of the version that the change is based on, with its quotes. If it is no longer the \
            current version, the response is 412 `stale`. Without the header, or with `*`, any version is changed.";
        vec![header_parameter("If-Match", IF_MATCH_PATTERN, description)]
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> std::result::Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
        version.map(|version| Self(Some(version))).ok_or_else(|| {
            Problem(Error::new(Code::Malformed, messages::header_unreadable("If-Match")).with_field(
                "header:If-Match",
                "malformed",
                messages::if_match(),
            ))
        })
    }
}
