//! Result of one request of a load run.

use std::time::Duration;

use serde_json::Value;

use super::plan::Request;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RequestOutcome {
    /// Status 2xx. Holds the body if the request is a write, otherwise null.
    Accepted(Value),
    /// Conclusive response of refusal: a status below 500 other than 2xx and 429, with operation and body as text. Also
    /// a request that the run has no object for.
    Refused(String),
    /// No conclusive response to any attempt; holds the text of the last one.
    Unknown(String),
    /// Not sent, because it follows a request with an unknown outcome.
    Skipped,
}

/// Planned request with its outcome and measurements.
#[derive(Debug, Clone)]
pub(crate) struct Outcome<'a> {
    pub(crate) request: &'a Request,
    pub(crate) outcome: RequestOutcome,
    /// Attempts after the first.
    pub(crate) retries: u32,
    /// From the planned time to the last byte of the last response.
    pub(crate) latency: Duration,
    /// From the planned time, or from the end of the preceding request of the sequence, to the actual start.
    pub(crate) start_delay: Duration,
}

impl Outcome<'_> {
    /// Response body of an accepted write.
    pub(crate) fn accepted_write(&self) -> Option<&Value> {
        match &self.outcome {
            RequestOutcome::Accepted(body) if self.request.kind.writes() => Some(body),
            _ => None,
        }
    }

    /// Attempts that ended with 5xx, 429 or no response.
    pub(crate) fn failed_attempts(&self) -> u32 {
        self.retries + u32::from(matches!(self.outcome, RequestOutcome::Unknown(_)))
    }
}
