//! The one error type: an outside half for the caller and an inside half that cannot be printed by accident.

use std::fmt;

use serde::Serialize;

use crate::Code;

/// What kind of refusal this is. Each kind has one HTTP status, given in `lambda::problem`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The request cannot be read at all (bad JSON, wrong types, a broken cursor).
    Malformed,
    /// No valid proof of who is asking.
    Unauthenticated,
    /// Known, but not allowed.
    Forbidden,
    /// Not there, or not visible to the caller.
    NotFound,
    /// At odds with the state that stands.
    Conflict,
    /// `If-Match` named a version that is no longer the current one.
    PreconditionFailed,
    /// The body is larger than accepted.
    TooLarge,
    /// The body is not JSON by its content type.
    UnsupportedMedia,
    /// Readable, but against a rule.
    Invalid,
    /// Too many tries.
    Throttled,
    /// A dependency failed; nothing was changed; try again.
    Unavailable,
    /// Our own fault.
    Internal,
}

/// One thing wrong with one place of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the body, or `query:name`, `path:name`, `header:name`.
    pub pointer: String,
    /// Stable code in snake_case.
    pub code: String,
    /// For people.
    pub detail: String,
}

/// A refusal or a failure.
///
/// `Display` and `Debug` show the outside half only; the inside half is read with [`Error::inside`], for logs.
#[derive(Clone)]
pub struct Error(Box<ErrorParts>);

#[derive(Clone)]
struct ErrorParts {
    code: Code,
    detail: String,
    fields: Vec<FieldError>,
    current: Option<serde_json::Value>,
    retry_after_s: Option<u32>,
    inside: Option<String>,
}

impl Error {
    /// Error with a code of the catalogue, which decides the status, and a sentence for the caller.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let (fields, current) = (Vec::new(), None);
        Self(Box::new(ErrorParts { code, detail, fields, current, retry_after_s: None, inside: None }))
    }

    /// 404: not there, or not visible to the caller. `what` is a noun: `employee`.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("There is no such {what}, or it is not visible to you."))
    }

    /// 403: known, but not allowed.
    pub fn forbidden() -> Self {
        Self::new(Code::Forbidden, "Your roles do not allow this.")
    }

    /// 422 for one field: `pointer` is an RFC 6901 pointer such as `/end_date`.
    pub fn invalid(pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new(Code::Invalid, "The request breaks a rule.").with_field(pointer, code, detail)
    }

    /// 412: somebody changed it in the meantime.
    pub fn version_mismatch() -> Self {
        Self::new(Code::Stale, "It was changed since you read it; read it again.")
    }

    /// 409: somebody else changed it between our read and our write; for those who named a version it is [`Self::stale`].
    pub fn changed_concurrently() -> Self {
        Self::new(Code::ChangedMeanwhile, "Somebody else changed it at the same time; read it again.")
    }

    /// Whether it is [`Self::moved`].
    pub fn is_changed_concurrently(&self) -> bool {
        self.0.code == Code::ChangedMeanwhile
    }

    /// 503: a dependency failed and nothing was changed. `inside` is for the log only.
    pub fn unavailable(inside: impl fmt::Display) -> Self {
        let mut error = Self::new(Code::Unavailable, "Temporarily unavailable; nothing was changed.");
        error.0.retry_after_s = Some(2);
        error.0.inside = Some(inside.to_string());
        error
    }

    /// 500: our own fault. `inside` is for the log only.
    pub fn internal(inside: impl fmt::Display) -> Self {
        let mut error = Self::new(Code::Internal, "Something went wrong on our side.");
        error.0.inside = Some(inside.to_string());
        error
    }

    /// 429: try again after so many seconds.
    pub fn throttled(retry_after_s: u32) -> Self {
        let mut error = Self::new(Code::Throttled, "Too many tries; wait and try again.");
        error.0.retry_after_s = Some(retry_after_s);
        error
    }

    /// Names one more field that is wrong.
    #[must_use]
    pub fn with_field(
        mut self,
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        self.0.fields.push(FieldError { pointer: pointer.into(), code: code.into(), detail: detail.into() });
        self
    }

    /// Shows the state that stands, for a conflict. It must be something the caller may see.
    #[must_use]
    pub fn with_current_state(mut self, state: serde_json::Value) -> Self {
        self.0.current = Some(state);
        self
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn with_log_detail(mut self, inside: impl fmt::Display) -> Self {
        self.0.inside = Some(inside.to_string());
        self
    }

    /// What kind of refusal this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.code.kind()
    }

    /// Code of the catalogue.
    pub fn problem_code(&self) -> Code {
        self.0.code
    }

    /// Text of the code, in snake_case.
    pub fn code(&self) -> &'static str {
        self.0.code.as_str()
    }

    /// A sentence for the caller.
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The places that are wrong.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// The state that stands, if the caller may know it.
    pub fn current_state(&self) -> Option<&serde_json::Value> {
        self.0.current.as_ref()
    }

    /// Seconds to wait before another try.
    pub fn retry_after_s(&self) -> Option<u32> {
        self.0.retry_after_s
    }

    /// For the log only; never part of an answer.
    pub fn log_detail(&self) -> Option<&str> {
        self.0.inside.as_deref()
    }

    /// Whether the same request may succeed later, unchanged.
    pub fn retryable(&self) -> bool {
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
    fn the_inside_half_is_not_printed_by_accident() {
        let error = Error::unavailable("ResourceNotFoundException: table muster-prod-auth");
        assert!(!format!("{error} {error:?}").contains("muster-prod-auth"));
        assert_eq!(error.log_detail(), Some("ResourceNotFoundException: table muster-prod-auth"));
        assert!(error.retryable());
    }
}
