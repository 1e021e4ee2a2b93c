//! Measuring: every round starts every function once, so that what disturbs the machine disturbs all of them alike.

use std::{
    cell::RefCell,
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde_json::Value;
use testkit::World;

use crate::{
    Result, invocation,
    package::Package,
    process::Running,
    runtime_api::{Call, RuntimeApi},
};

/// A function to be measured, and what it is given.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) package: Package,
    pub(crate) work: Work,
    /// So many starts and no more, of what takes its time.
    pub(crate) starts_max: Option<u32>,
}

/// What a function is given.
#[derive(Debug)]
pub(crate) enum Work {
    /// The same event again and again.
    Same(Value),
    /// Another one every time, so that nothing is done already.
    Each(RefCell<VecDeque<Value>>),
}

impl Work {
    /// Another event every time.
    pub(crate) fn each(events: impl IntoIterator<Item = Value>) -> Self {
        Self::Each(RefCell::new(events.into_iter().collect()))
    }

    fn next(&self) -> Result<Value> {
        match self {
            Self::Same(event) => Ok(event.clone()),
            Self::Each(events) => events.borrow_mut().pop_front().ok_or_else(|| "there are no more events".into()),
        }
    }
}

/// One start and the first invocation after it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Start {
    /// From before the process was made to `GET /next`.
    pub(crate) wall_ns: u64,
    /// Used until then.
    pub(crate) cpu_ns: u64,
    /// From handing over the first event to its answer.
    pub(crate) first_ns: u64,
    /// Most memory resident after the first answer.
    pub(crate) peak_kb: u64,
}

/// One invocation of a function that is warm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Warm {
    pub(crate) wall_ns: u64,
    pub(crate) cpu_ns: u64,
}

/// All that was seen of one function.
#[derive(Debug)]
pub(crate) struct Measured {
    pub(crate) package: Package,
    pub(crate) starts: Vec<Start>,
    pub(crate) warm: Vec<Warm>,
    /// The HTTP status of its answers; none for the empty function.
    pub(crate) status: Option<u64>,
}

/// Starts every subject `starts` times, and once more in front to warm the machine up.
pub(crate) async fn measure(world: &World, subjects: &[Subject], starts: u32, warm: u32) -> Result<Vec<Measured>> {
    let mut api = RuntimeApi::start().await?;
    let mut all: Vec<_> = subjects.iter().map(nothing_yet).collect();
    for round in 0..=starts {
        for (subject, measured) in subjects.iter().zip(&mut all) {
            let last = subject.starts_max.unwrap_or(starts).min(starts);
            if round > last {
                continue;
            }
            let invocations = if round == starts { warm } else { 0 };
            let seen = one(world, &mut api, subject, invocations).await;
            let (start, warm, status) = seen.map_err(|error| format!("{}: {error}", subject.package.name))?;
            if round > 0 {
                measured.starts.push(start);
            }
            measured.warm.extend(warm);
            measured.status = status;
        }
    }
    Ok(all)
}

fn nothing_yet(subject: &Subject) -> Measured {
    Measured { package: subject.package.clone(), starts: Vec::new(), warm: Vec::new(), status: None }
}

/// One life of a function: start, first invocation, some more.
async fn one(
    world: &World,
    api: &mut RuntimeApi,
    subject: &Subject,
    warm: u32,
) -> Result<(Start, Vec<Warm>, Option<u64>)> {
    let environment = invocation::environment(world, &subject.package.name, api.address);
    api.forget();
    let mut function = Running::start(&subject.package, &environment)?;
    let (at, mut idle) = ready(api, &mut function).await?;
    let cpu_ns = settled_cpu(&function).await?;
    let wall_ns = nanos(at.duration_since(function.began));

    let (first_ns, answer) = invoke(api, &mut function, idle, subject.work.next()?).await?;
    idle = ready(api, &mut function).await?.1;
    let start = Start { wall_ns, cpu_ns, first_ns, peak_kb: function.peak_kb()? };

    let mut invocations = Vec::new();
    for _ in 0..warm {
        let before = settled_cpu(&function).await?;
        let (wall_ns, _) = invoke(api, &mut function, idle, subject.work.next()?).await?;
        idle = ready(api, &mut function).await?.1;
        let cpu_ns = settled_cpu(&function).await?.saturating_sub(before);
        invocations.push(Warm { wall_ns, cpu_ns });
    }
    Ok((start, invocations, answer.get("statusCode").and_then(Value::as_u64)))
}

type Idle = tokio::sync::oneshot::Sender<Value>;

/// Waits until the function asks for work.
async fn ready(api: &mut RuntimeApi, function: &mut Running) -> Result<(Instant, Idle)> {
    match api.call(function).await? {
        (at, Call::Next(idle)) => Ok((at, idle)),
        (_, Call::Answer(body) | Call::Failure(body)) => {
            Err(format!("it did not ask for work but said {}", String::from_utf8_lossy(&body)).into())
        }
    }
}

/// Hands over an event; answers how long the answer took, and the answer.
async fn invoke(api: &mut RuntimeApi, function: &mut Running, idle: Idle, event: Value) -> Result<(u64, Value)> {
    let began = Instant::now();
    idle.send(event).map_err(|_| "it waits no longer")?;
    match api.call(function).await? {
        (at, Call::Answer(body)) => Ok((nanos(at.duration_since(began)), serde_json::from_slice(&body)?)),
        (_, Call::Failure(body)) => Err(format!("it failed: {}", String::from_utf8_lossy(&body)).into()),
        (_, Call::Next(_)) => Err("it asked for more work before it answered".into()),
    }
}

/// CPU time once the process has gone to sleep: two readings alike.
async fn settled_cpu(function: &Running) -> Result<u64> {
    let mut seen = function.cpu_ns()?;
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = function.cpu_ns()?;
        if now == seen {
            return Ok(now);
        }
        seen = now;
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
