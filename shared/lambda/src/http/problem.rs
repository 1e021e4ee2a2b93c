//! Errors on the wire: RFC 9457 `application/problem+json`.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kernel::{Code, Error, ErrorKind, Language};
use serde_json::{Value, json};

use crate::messages;

/// Base of the problem types; the code is the last segment.
const TYPE_BASE: &str = "https://muster.dev/problems/";

/// Error of a handler. The middleware writes the RFC 9457 body, which needs the request id.
///
/// Handlers return it as the error type; `?` converts a [`kernel::Error`].
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

/// HTTP status of an error kind.
pub const fn status_of(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Malformed => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// JSON body of a problem in the language of the request: the public part of the error, without its log detail.
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
        if let Some(current) = error.current_state() {
            members.insert("current".to_owned(), current.clone());
        }
    }
    body
}

/// Response with the problem of an error as its body, and with `Content-Language`, `Retry-After` or `WWW-Authenticate`.
pub(crate) fn problem_response(error: &Error, request_id: &str) -> Response {
    let mut response = Response::new(Body::from(problem_body(error, request_id).to_string()));
    *response.status_mut() = status_of(error.kind());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(Language::current().tag()));
    if let Some(seconds) = error.retry_after_s() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if error.kind() == ErrorKind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Error for a status without a problem, as the router answers it. A wrong method (405) becomes 404 `not_found`.
pub(crate) fn error_of_status(status: StatusCode) -> Error {
    match status {
        StatusCode::NOT_FOUND => Error::not_found(messages::resource()),
        StatusCode::METHOD_NOT_ALLOWED => Error::new(Code::NotFound, messages::method_not_supported()),
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(Code::TooLarge, messages::body_too_large()),
        other if other.is_server_error() => Error::internal(format!("bare status {other}")),
        other => Error::new(Code::Malformed, messages::request_unreadable()).with_log_detail(other),
    }
}
