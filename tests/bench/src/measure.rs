//! Measuring: every round starts every function once, so that what disturbs the machine disturbs all of them alike.

use serde_json::Value;

use crate::{Result, asked::Asked, life::Bench, package::Package, subjects::Subject};

/// How a function speaks to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By TLS, as deployed.
    Secure,
    /// Without, so that what TLS costs is known.
    Clear,
}

/// One start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// From before the process was made to `GET /next`.
    pub(crate) wall_ns: u64,
    /// Used until then.
    pub(crate) cpu_ns: u64,
    /// Somebody opened a bundle of authorities until then.
    pub(crate) bundle: bool,
}

/// One invocation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Invocation {
    /// From handing over the event to its answer.
    pub(crate) wall_ns: u64,
    /// Used until it slept again.
    pub(crate) cpu_ns: u64,
}

/// What a life asks of AWS.
#[derive(Debug, Clone, Default)]
pub(crate) struct Questions {
    pub(crate) init: Asked,
    /// In the first invocation, and in the one after it.
    pub(crate) first: Asked,
    pub(crate) warm: Asked,
}

/// All that was seen of one subject.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) package: Package,
    /// Starts without TLS.
    pub(crate) clear: Vec<Start>,
    /// Starts with TLS.
    pub(crate) secure: Vec<Start>,
    /// The first invocation after each start with TLS.
    pub(crate) first: Vec<Invocation>,
    pub(crate) warm: Vec<Invocation>,
    /// CPU of each of as many without a pause between them.
    pub(crate) busy_ns: Option<u64>,
    /// Most memory resident in each life with TLS.
    pub(crate) peaks_kb: Vec<u64>,
    /// Handshakes of each of them.
    pub(crate) connections: Vec<u64>,
    pub(crate) questions: Option<Questions>,
    /// What became of the last invocation.
    pub(crate) outcome: Outcome,
}

/// What became of an invocation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The HTTP status; none where there is no HTTP.
    pub(crate) status: Option<u64>,
    pub(crate) succeeded: bool,
}

impl Outcome {
    /// A refusal of HTTP is none to the platform, nor is a message that is to be given again.
    pub(crate) fn of(answer: &Value) -> Self {
        let status = answer.get("statusCode").and_then(Value::as_u64);
        let again = answer.get("batchItemFailures").and_then(Value::as_array).is_some_and(|again| !again.is_empty());
        Self { status, succeeded: !again && status.is_none_or(|status| status < 400) }
    }
}

/// How often.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Often {
    /// Starts, at each of which init is measured.
    pub(crate) starts: u32,
    /// Lives with a first invocation.
    pub(crate) lives: u32,
    /// Invocations after the first, in the last life.
    pub(crate) warm: u32,
    /// Whether it is looked what they ask.
    pub(crate) look: bool,
}

impl Often {
    /// How many events one function is given at most.
    pub(crate) fn events(self) -> u32 {
        self.lives + 2 * self.warm + 3
    }
}

/// All that was measured.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) subjects: Vec<Measured>,
    /// Where it was looked for bundles of authorities.
    pub(crate) watched: Vec<String>,
}

/// The empty function, against which all are measured, is started again after so many others: its median is that of the whole run.
const EMPTY_EVERY: usize = 8;

/// Finds for every subject an event that succeeds, and looks what it asks; that warms the machine up, too. Then it starts every
/// one so often.
pub(crate) async fn measure(subjects: &[Subject], often: Often) -> Result<Seen> {
    let mut bench = Bench::new().await?;
    let mut all = Vec::new();
    for subject in subjects {
        let mut measured = nothing_yet(subject);
        bench.begin(subject, often, &mut measured).await.map_err(|error| named(subject, &*error))?;
        all.push(measured);
    }
    // First all of them one way, then all the other way: no start follows one of the same function, whose code is still at hand.
    for round in 1..=often.starts {
        if let (Some((empty, others)), Some((of_empty, of_others))) = (subjects.split_first(), all.split_first_mut()) {
            for (number, (subject, measured)) in others.iter().zip(of_others).enumerate() {
                if number % EMPTY_EVERY == 0 {
                    bench.clear(empty, of_empty).await.map_err(|error| named(empty, &*error))?;
                }
                bench.clear(subject, measured).await.map_err(|error| named(subject, &*error))?;
            }
        }
        for (subject, measured) in subjects.iter().zip(&mut all) {
            bench.secure(subject, often, round, measured).await.map_err(|error| named(subject, &*error))?;
        }
    }
    Ok(Seen { subjects: all, watched: bench.watched() })
}

fn named(subject: &Subject, error: &dyn std::error::Error) -> String {
    format!("{}: {error}", subject.package.name)
}

fn nothing_yet(subject: &Subject) -> Measured {
    Measured {
        package: subject.package.clone(),
        clear: Vec::new(),
        secure: Vec::new(),
        first: Vec::new(),
        warm: Vec::new(),
        busy_ns: None,
        peaks_kb: Vec::new(),
        connections: Vec::new(),
        questions: None,
        outcome: Outcome::default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_refused_has_not_succeeded() {
        let of = |answer| (Outcome::of(&answer).status, Outcome::of(&answer).succeeded);
        assert_eq!(of(json!({"statusCode": 200})), (Some(200), true));
        assert_eq!(of(json!({"statusCode": 304})), (Some(304), true));
        assert_eq!(of(json!({"statusCode": 409})), (Some(409), false));
        assert_eq!(of(json!({"batchItemFailures": []})), (None, true));
        assert_eq!(of(json!({"batchItemFailures": [{"itemIdentifier": "1"}]})), (None, false));
        assert_eq!(of(json!(null)), (None, true));
    }
}
