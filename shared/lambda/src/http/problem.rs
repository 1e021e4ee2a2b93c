//! Errors on the wire: RFC 9457 `application/problem+json`.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Error, Kind};
use serde_json::{Value, json};

/// Every problem type is this and its code.
const TYPE_BASE: &str = "https://muster.dev/problems/";

/// A refusal on its way out. The runner writes the body, which needs the request id.
#[derive(Debug, Clone)]
pub struct Problem(pub Error);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.kind()).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The one status of each kind.
pub const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Malformed => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The body of a problem: the outside half of the error, never the inside.
pub fn problem_body(error: &Error, request_id: &str) -> Value {
    let status = status_of(error.kind());
    let mut body = json!({
        "type": format!("{TYPE_BASE}{}", error.code()),
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": error.detail(),
        "request_id": request_id,
    });
    if let Some(members) = body.as_object_mut() {
        if !error.fields().is_empty() {
            members.insert("errors".to_owned(), json!(error.fields()));
        }
        if let Some(standing) = error.standing() {
            members.insert("current".to_owned(), standing.clone());
        }
    }
    body
}

/// The whole response for a problem.
pub(crate) fn response(error: &Error, request_id: &str) -> Response {
    let mut response = Response::new(Body::from(problem_body(error, request_id).to_string()));
    *response.status_mut() = status_of(error.kind());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = error.retry_after_s() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.kind() == Kind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// An error for what the router itself answers, such as a wrong method.
pub(crate) fn of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::not_found("resource"),
        StatusCode::METHOD_NOT_ALLOWED => Error::new(Kind::NotFound, "not_found", "There is no such operation here."),
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Kind::TooLarge, "too_large", "The body is too large."),
        other if other.is_server_error() => Error::internal(format!("bare status {other}")),
        other => Error::new(Kind::Malformed, "malformed", "The request cannot be read.").because(other),
    }
}
