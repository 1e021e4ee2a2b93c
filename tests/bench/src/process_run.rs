//! Starts, invokes and ends the process of a function.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    Result,
    functions::MeasuredFunction,
    invocation,
    measure::{Invocation, Measurements, Repetitions, Start},
    process::Running,
    runtime_api::{Call, RuntimeApi},
    starts::HANDSHAKE_FUNCTION,
    text::to_u64,
};

/// Connection of a function to AWS.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Transport {
    Tls,
    Clear,
}

/// Result of an invocation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Outcome {
    /// An HTTP status, `done` or `failed`.
    text: String,
    succeeded: bool,
}

impl Outcome {
    /// Outcome of a response. HTTP errors and retried messages are failures here, although the platform reports success.
    fn of(answer: &Value) -> Self {
        let status = answer.get("statusCode").and_then(Value::as_u64);
        let retried = answer.get("batchItemFailures").and_then(Value::as_array).is_some_and(|ids| !ids.is_empty());
        match status {
            Some(status) => Self { text: status.to_string(), succeeded: status < 400 },
            None if retried => Self::failed(),
            None => Self { text: "done".to_owned(), succeeded: true },
        }
    }

    fn failed() -> Self {
        Self { text: "failed".to_owned(), succeeded: false }
    }
}

/// Process that waits for an event.
struct Idle {
    process: Running,
    event: tokio::sync::oneshot::Sender<Value>,
}

/// Starts and invokes functions, one at a time.
pub(crate) struct Harness {
    api: RuntimeApi,
}

impl Harness {
    pub(crate) async fn new() -> Result<Self> {
        Ok(Self { api: RuntimeApi::start().await? })
    }

    /// Tries a function's events until one succeeds, and uses this one.
    pub(crate) async fn choose_event(&mut self, function: &MeasuredFunction) -> Result<()> {
        if function.events.candidate_count() <= 1 {
            return Ok(());
        }
        let mut idle = self.start(function, Transport::Tls).await?.1;
        for _ in 0..function.events.candidate_count() {
            let (_, outcome, next) = self.invoke(function, idle).await?;
            idle = next;
            if outcome.succeeded {
                break;
            }
            function.events.try_another();
        }
        Ok(())
    }

    /// Starts a function without invoking it.
    pub(crate) async fn start_only(&mut self, function: &MeasuredFunction, transport: Transport) -> Result<Start> {
        Ok(self.start(function, transport).await?.0)
    }

    /// Starts a function with TLS and invokes it as often as this round requires.
    pub(crate) async fn run(
        &mut self,
        function: &MeasuredFunction,
        repetitions: Repetitions,
        round: u32,
        measured: &mut Measurements,
    ) -> Result<()> {
        let runs = function.runs_max.unwrap_or(repetitions.runs).min(repetitions.runs);
        if round > runs && function.package.name != HANDSHAKE_FUNCTION.name {
            return Ok(());
        }
        let (start, mut idle) = self.start(function, Transport::Tls).await?;
        measured.secure.push(start);
        if round > runs {
            return Ok(());
        }
        let warm = if round == repetitions.runs { repetitions.warm } else { 0 };
        for number in 0..=warm {
            let (invocation, outcome, next) = self.invoke(function, idle).await?;
            let invocations = if number == 0 { &mut measured.first } else { &mut measured.warm };
            invocations.push(invocation);
            (measured.outcome, idle) = (outcome.text, next);
        }
        if warm > 0 {
            let before = cpu_ns_when_idle(&idle.process).await?;
            for _ in 0..warm {
                idle = self.send_event(idle, function.events.next_event()?).await?.2;
                function.environment.proxy.undo.restore().await?;
            }
            measured.busy_ns = Some(cpu_ns_when_idle(&idle.process).await?.saturating_sub(before) / u64::from(warm));
        }
        measured.peaks_kb.push(idle.process.peak_kb()?);
        Ok(())
    }

    /// Starts a function and waits until it asks for its first event.
    async fn start(&mut self, function: &MeasuredFunction, transport: Transport) -> Result<(Start, Idle)> {
        self.api.discard_calls();
        let (proxy, name) = (&function.environment.proxy, &function.package.name);
        let endpoint = match transport {
            Transport::Tls => &proxy.tls_endpoint,
            Transport::Clear => &proxy.clear_endpoint,
        };
        let mut environment = invocation::function_environment(&function.environment.variables, name, self.api.address);
        environment.push(("AWS_ENDPOINT_URL".to_owned(), endpoint.clone()));
        environment.push(("AWS_CA_BUNDLE".to_owned(), proxy.bundle_path().display().to_string()));
        let process = Running::start(&function.package, &environment)?;
        let began = process.began;
        let (at, idle) = self.wait_until_idle(process).await?;
        let cpu_ns = cpu_ns_when_idle(&idle.process).await?;
        Ok((Start { wall_ns: to_u64(at.duration_since(began).as_nanos()), cpu_ns }, idle))
    }

    /// Waits until a process asks for an event.
    async fn wait_until_idle(&mut self, mut process: Running) -> Result<(Instant, Idle)> {
        match self.api.next_call(&mut process).await? {
            (at, Call::Next(event)) => Ok((at, Idle { process, event })),
            (_, Call::Answer(body) | Call::Failure(body)) => {
                let sent = String::from_utf8_lossy(&body);
                Err(format!("the function sent a response before it asked for an event: {sent}").into())
            }
        }
    }

    /// Sends the next event, waits until the process has responded and sleeps, and undoes its writes.
    async fn invoke(&mut self, function: &MeasuredFunction, idle: Idle) -> Result<(Invocation, Outcome, Idle)> {
        let cpu = cpu_ns_when_idle(&idle.process).await?;
        let (took, outcome, idle) = self.send_event(idle, function.events.next_event()?).await?;
        let cpu_ns = cpu_ns_when_idle(&idle.process).await?.saturating_sub(cpu);
        function.environment.proxy.undo.restore().await?;
        Ok((Invocation { wall_ns: to_u64(took.as_nanos()), cpu_ns }, outcome, idle))
    }

    /// Sends an event and waits until the process has responded and asks for another.
    async fn send_event(&mut self, idle: Idle, event: Value) -> Result<(Duration, Outcome, Idle)> {
        let Idle { mut process, event: sender } = idle;
        let began = Instant::now();
        sender.send(event).map_err(|_| "the function no longer waits for an event")?;
        let (at, outcome) = match self.api.next_call(&mut process).await? {
            (at, Call::Answer(body)) => (at, Outcome::of(&serde_json::from_slice(&body)?)),
            (at, Call::Failure(_)) => (at, Outcome::failed()),
            (_, Call::Next(_)) => return Err("the function asked for another event before it responded".into()),
        };
        Ok((at.duration_since(began), outcome, self.wait_until_idle(process).await?.1))
    }
}

/// CPU time after the process has fallen asleep, which two equal readings show.
async fn cpu_ns_when_idle(process: &Running) -> Result<u64> {
    let mut last = process.cpu_ns()?;
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = process.cpu_ns()?;
        if now == last {
            return Ok(now);
        }
        last = now;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn error_statuses_and_retried_messages_are_failures() {
        let of = |answer| (Outcome::of(&answer).text, Outcome::of(&answer).succeeded);
        assert_eq!(of(json!({"statusCode": 200})), ("200".to_owned(), true));
        assert_eq!(of(json!({"statusCode": 304})), ("304".to_owned(), true));
        assert_eq!(of(json!({"statusCode": 409})), ("409".to_owned(), false));
        assert_eq!(of(json!({"batchItemFailures": []})), ("done".to_owned(), true));
        assert_eq!(of(json!({"batchItemFailures": [{"itemIdentifier": "1"}]})), ("failed".to_owned(), false));
        assert_eq!(of(json!(null)), ("done".to_owned(), true));
    }
}
