//! What came of a request.

use std::time::Duration;

use serde_json::Value;

use super::plan::Request;

/// How it ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// 2xx, with the body of a write.
    Answered(Value),
    /// 4xx: what the answer said.
    Refused(String),
    /// No answer that says whether it was done, however often it was tried: what the last one said.
    Open(String),
    /// Not sent: it was to follow one that nobody knows the fate of.
    Unasked,
}

/// One request of the plan and what came of it.
#[derive(Debug, Clone)]
pub(crate) struct Outcome<'a> {
    pub(crate) request: &'a Request,
    pub(crate) fate: Fate,
    /// How often it was tried again.
    pub(crate) again: u32,
    /// From the instant of the plan to the last byte of the last answer.
    pub(crate) took: Duration,
    /// From the instant of the plan, or the end of the request that it waited for, until it was really begun.
    pub(crate) late: Duration,
}

impl Outcome<'_> {
    /// The answer to a write that was accepted.
    pub(crate) fn accepted(&self) -> Option<&Value> {
        match &self.fate {
            Fate::Answered(body) if self.request.kind.writes() => Some(body),
            Fate::Answered(_) | Fate::Refused(_) | Fate::Open(_) | Fate::Unasked => None,
        }
    }

    /// How many of its tries were not answered, or with an error of the server.
    pub(crate) fn errors(&self) -> u32 {
        self.again + u32::from(matches!(self.fate, Fate::Open(_)))
    }
}
