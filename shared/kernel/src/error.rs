//! Error type of all services, with a public part for the caller and a log detail that is never printed by accident.

use std::fmt;

use serde::Serialize;

use crate::{
    code::{Code, ErrorKind},
    message::Message,
    messages,
};

/// Error in one place of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or `query:<name>`, `path:<name>`, `header:<name>`.
    pub pointer: String,
    /// Stable code of the error, in snake_case.
    pub code: String,
    /// Sentence for people: what is wrong, and what would be right.
    pub detail: Message,
}

/// Error that answers a request: a refusal (4xx) or a failure (5xx).
///
/// `Display` and `Debug` show the public part only. The log detail is read with [`Error::log_detail`].
#[derive(Clone)]
pub struct Error(Box<ErrorParts>);

#[derive(Clone)]
struct ErrorParts {
    code: Code,
    detail: Message,
    fields: Vec<FieldError>,
    current: Option<serde_json::Value>,
    retry_after_s: Option<u32>,
    log_detail: Option<String>,
}

impl Error {
    /// Error with a code of the catalogue, which decides the HTTP status, and a sentence for the caller.
    pub fn new(code: Code, detail: Message) -> Self {
        let (fields, current) = (Vec::new(), None);
        Self(Box::new(ErrorParts { code, detail, fields, current, retry_after_s: None, log_detail: None }))
    }

    /// 404: the object does not exist, or the caller may not see it. `noun` names it, such as `employee`.
    pub fn not_found(noun: Message) -> Self {
        Self::new(Code::NotFound, messages::not_found(noun))
    }

    /// 404: the employee does not exist, or the caller may not see them.
    pub fn employee_not_found() -> Self {
        Self::not_found(messages::employee())
    }

    /// 403: the roles of the caller do not allow the operation.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, messages::forbidden())
    }

    /// 422 `invalid` without fields yet; add them with [`Self::with_field`].
    pub fn invalid_values() -> Self {
        Self::new(Code::Invalid, messages::invalid_values())
    }

    /// 422 `invalid` for one field. `pointer` is an RFC 6901 pointer such as `/end_date`.
    pub fn invalid(pointer: impl Into<String>, code: &'static str, detail: Message) -> Self {
        Self::invalid_values().with_field(pointer, code, detail)
    }

    /// 412 `stale`: the version in `If-Match` is no longer current.
    pub fn version_mismatch() -> Self {
        Self::new(Code::Stale, messages::stale())
    }

    /// 409 `changed_meanwhile`: another request won between read and write. Endpoints with `If-Match` turn it into
    /// [`Self::version_mismatch`] if the caller named a version.
    pub fn changed_concurrently() -> Self {
        Self::new(Code::ChangedMeanwhile, messages::changed_meanwhile())
    }

    /// Whether this is 409 `changed_meanwhile`, see [`Self::changed_concurrently`].
    pub fn is_changed_concurrently(&self) -> bool {
        self.0.code == Code::ChangedMeanwhile
    }

    /// 503: a dependency failed; the request may be repeated after 2 seconds, although a write may have been applied.
    /// `log_detail` is for the log only.
    pub fn unavailable(log_detail: impl fmt::Display) -> Self {
        let mut error = Self::new(Code::Unavailable, messages::unavailable());
        error.0.retry_after_s = Some(2);
        error.0.log_detail = Some(log_detail.to_string());
        error
    }

    /// 500: bug or broken data. `log_detail` is for the log only.
    pub fn internal(log_detail: impl fmt::Display) -> Self {
        let mut error = Self::new(Code::Internal, messages::internal());
        error.0.log_detail = Some(log_detail.to_string());
        error
    }

    /// 429: the caller may try again after `retry_after_s` seconds.
    pub fn throttled(retry_after_s: u32) -> Self {
        let mut error = Self::new(Code::Throttled, messages::throttled());
        error.0.retry_after_s = Some(retry_after_s);
        error
    }

    /// Adds an error in one place of the request. `pointer` and `code` are those of [`FieldError`].
    #[must_use]
    pub fn with_field(mut self, pointer: impl Into<String>, code: impl Into<String>, detail: Message) -> Self {
        self.0.fields.push(FieldError { pointer: pointer.into(), code: code.into(), detail });
        self
    }

    /// Sets the current state that caused a conflict, shown as `current`. The caller must be allowed to see it.
    #[must_use]
    pub fn with_current_state(mut self, state: serde_json::Value) -> Self {
        self.0.current = Some(state);
        self
    }

    /// Sets the detail for the log, which the caller never sees.
    #[must_use]
    pub fn with_log_detail(mut self, log_detail: impl fmt::Display) -> Self {
        self.0.log_detail = Some(log_detail.to_string());
        self
    }

    /// Kind of the error, from its code.
    pub fn kind(&self) -> ErrorKind {
        self.0.code.kind()
    }

    /// Code of the error in the catalogue.
    pub fn problem_code(&self) -> Code {
        self.0.code
    }

    /// Text of the code, as it is sent.
    pub fn code(&self) -> &'static str {
        self.0.code.as_str()
    }

    /// Sentence for the caller.
    pub fn detail(&self) -> &Message {
        &self.0.detail
    }

    /// Errors in single places of the request.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// Current state that caused a conflict, if one was added.
    pub fn current_state(&self) -> Option<&serde_json::Value> {
        self.0.current.as_ref()
    }

    /// Seconds to wait before the next attempt, sent as `Retry-After`; `None` except for 429 and 503.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }

    /// Detail for the log; never part of a response.
    pub fn log_detail(&self) -> Option<&str> {
        self.0.log_detail.as_deref()
    }

    /// Whether the same request may succeed later without a change: 429, 503 and 500. A conflict (409) is not among them.
    pub fn is_retryable(&self) -> bool {
        match self.kind() {
            ErrorKind::Throttled | ErrorKind::Unavailable | ErrorKind::Internal => true,
            ErrorKind::Malformed
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::PreconditionFailed
            | ErrorKind::TooLarge
            | ErrorKind::UnsupportedMedia
            | ErrorKind::Invalid => false,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind())
            .field("code", &self.code())
            .field("detail", &self.0.detail)
            .field("fields", &self.0.fields)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_and_debug_hide_the_log_detail() {
        let error = Error::unavailable("ResourceNotFoundException: table muster-prod-auth");
        assert!(!format!("{error} {error:?}").contains("muster-prod-auth"));
        assert_eq!(error.log_detail(), Some("ResourceNotFoundException: table muster-prod-auth"));
        assert!(error.is_retryable());
    }
}
