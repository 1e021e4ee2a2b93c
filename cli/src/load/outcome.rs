//! Outcome of a request.

use std::time::Duration;

use serde_json::Value;

use super::plan::Request;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RequestOutcome {
    /// 2xx, with the body of a write.
    Accepted(Value),
    /// 4xx, with its text.
    Refused(String),
    /// No conclusive response to any try: the text of the last one.
    Unknown(String),
    /// Not sent: it was to follow one whose outcome is unknown.
    Skipped,
}

/// One request of the plan and its outcome.
#[derive(Debug, Clone)]
pub(crate) struct Outcome<'a> {
    pub(crate) request: &'a Request,
    pub(crate) outcome: RequestOutcome,
    /// Tries after the first.
    pub(crate) retries: u32,
    /// From the instant of the plan to the last byte of the last answer.
    pub(crate) latency: Duration,
    /// From the instant of the plan, or the end of the request that it waited for, until it really began.
    pub(crate) start_delay: Duration,
}

impl Outcome<'_> {
    /// The answer to a write that was accepted.
    pub(crate) fn accepted(&self) -> Option<&Value> {
        match &self.outcome {
            RequestOutcome::Accepted(body) if self.request.kind.writes() => Some(body),
            _ => None,
        }
    }

    /// Tries that were not answered, or with an error of the server.
    pub(crate) fn errors(&self) -> u32 {
        self.retries + u32::from(matches!(self.outcome, RequestOutcome::Unknown(_)))
    }
}
