//! Lives of functions: each is started, given work, and ended.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::{
    Result,
    asked::Asked,
    bundles::Bundles,
    invocation,
    measure::{Invocation, Measured, Often, Outcome, Questions, Start, Way},
    process::Running,
    runtime_api::{Call, RuntimeApi},
    subjects::Subject,
};

/// What is measured with.
pub(crate) struct Bench {
    api: RuntimeApi,
    bundles: Bundles,
}

impl Bench {
    pub(crate) async fn new() -> Result<Self> {
        Ok(Self { api: RuntimeApi::start().await?, bundles: Bundles::watch()? })
    }

    /// Where it is looked for bundles of authorities.
    pub(crate) fn watched(&self) -> Vec<String> {
        self.bundles.watched()
    }

    /// Gives a function one event after the other until one succeeds, which it is then given always; and looks what it asks.
    pub(crate) async fn begin(&mut self, subject: &Subject, often: Often, measured: &mut Measured) -> Result<()> {
        if subject.work.candidates() > 1 {
            self.choose(subject).await?;
        }
        if often.look {
            measured.questions = Some(self.look(subject).await?);
        }
        Ok(())
    }

    async fn choose(&mut self, subject: &Subject) -> Result<()> {
        let mut function = self.start(subject, Way::Secure)?;
        let mut idle = self.ready(&mut function).await?.1;
        for _ in 0..subject.work.candidates() {
            let (_, outcome, next) = self.invoke(subject, &mut function, idle, subject.work.next()?).await?;
            idle = next;
            if outcome.succeeded {
                break;
            }
            subject.work.try_another();
        }
        Ok(())
    }

    /// A life in which every answer takes its time, so that calls that wait for no other one overlap, however long the handshake
    /// of their connection takes.
    async fn look(&mut self, subject: &Subject) -> Result<Questions> {
        let stub = &subject.place.stub;
        stub.take_time(true);
        let mut function = self.start(subject, Way::Secure)?;
        let idle = self.ready(&mut function).await?.1;
        let init = Asked::of(&stub.take_calls());
        let (_, _, idle) = self.invoke(subject, &mut function, idle, subject.work.next()?).await?;
        let first = Asked::of(&stub.take_calls());
        self.invoke(subject, &mut function, idle, subject.work.next()?).await?;
        let warm = Asked::of(&stub.take_calls());
        stub.take_time(false);
        Ok(Questions { init, first, warm })
    }

    /// One start without TLS.
    pub(crate) async fn clear(&mut self, subject: &Subject, measured: &mut Measured) -> Result<()> {
        let mut function = self.start(subject, Way::Clear)?;
        measured.clear.push(self.started(&mut function).await?.0);
        Ok(())
    }

    /// One start with TLS, and what is invoked after it.
    pub(crate) async fn secure(
        &mut self,
        subject: &Subject,
        often: Often,
        round: u32,
        measured: &mut Measured,
    ) -> Result<()> {
        let lives = subject.lives_max.unwrap_or(often.lives).min(often.lives);
        if round > lives && !subject.both_ways {
            return Ok(());
        }
        let mut function = self.start(subject, Way::Secure)?;
        let (start, mut idle) = self.started(&mut function).await?;
        measured.secure.push(start);
        if round > lives {
            return Ok(());
        }
        let warm = if round == often.lives { often.warm } else { 0 };
        for number in 0..=warm {
            let (invocation, outcome, next) = self.invoke(subject, &mut function, idle, subject.work.next()?).await?;
            let kept = if number == 0 { &mut measured.first } else { &mut measured.warm };
            kept.push(invocation);
            (measured.outcome, idle) = (outcome, next);
        }
        if warm > 0 {
            let before = settled_cpu(&function).await?;
            for _ in 0..warm {
                idle = self.asked(&mut function, idle, subject.work.next()?).await?.1;
                subject.place.stub.undo().await?;
            }
            measured.busy_ns = Some(settled_cpu(&function).await?.saturating_sub(before) / u64::from(warm));
        }
        measured.peaks_kb.push(function.peak_kb()?);
        measured.connections.push(subject.place.stub.take_connections());
        Ok(())
    }

    fn start(&mut self, subject: &Subject, way: Way) -> Result<Running> {
        let stub = &subject.place.stub;
        stub.remember(subject.work.repeats());
        stub.take_calls();
        stub.take_connections();
        self.api.forget();
        self.bundles.touched()?;
        let endpoint = match way {
            Way::Secure => &stub.endpoint,
            Way::Clear => &stub.endpoint_in_the_clear,
        };
        let mut environment =
            invocation::environment(&subject.place.variables, &subject.package.name, self.api.address);
        environment.push(("AWS_ENDPOINT_URL".to_owned(), endpoint.clone()));
        environment.push(("AWS_CA_BUNDLE".to_owned(), stub.bundle().display().to_string()));
        environment.extend(self.bundles.variables());
        Running::start(&subject.package, &environment)
    }

    /// Waits until the function asks for its first work.
    async fn started(&mut self, function: &mut Running) -> Result<(Start, Idle)> {
        let (at, idle) = self.ready(function).await?;
        let cpu_ns = settled_cpu(function).await?;
        let wall_ns = nanos(at.duration_since(function.began));
        Ok((Start { wall_ns, cpu_ns, bundle: self.bundles.touched()? }, idle))
    }

    /// Waits until the function asks for work.
    async fn ready(&mut self, function: &mut Running) -> Result<(Instant, Idle)> {
        match self.api.call(function).await? {
            (at, Call::Next(idle)) => Ok((at, idle)),
            (_, Call::Answer(body) | Call::Failure(body)) => {
                Err(format!("it did not ask for work but said {}", String::from_utf8_lossy(&body)).into())
            }
        }
    }

    /// Hands over an event, waits until the function has answered and sleeps, and undoes what it wrote.
    async fn invoke(
        &mut self,
        subject: &Subject,
        function: &mut Running,
        idle: Idle,
        event: Value,
    ) -> Result<(Invocation, Outcome, Idle)> {
        let cpu = settled_cpu(function).await?;
        let ((took, outcome), idle) = self.asked(function, idle, event).await?;
        let cpu_ns = settled_cpu(function).await?.saturating_sub(cpu);
        let held_up = subject.place.stub.undo().await?;
        Ok((Invocation { wall_ns: nanos(took.saturating_sub(held_up)), cpu_ns }, outcome, idle))
    }

    /// Hands over an event, and waits until the function has answered and asks for more.
    async fn asked(&mut self, function: &mut Running, idle: Idle, event: Value) -> Result<((Duration, Outcome), Idle)> {
        let began = Instant::now();
        idle.send(event).map_err(|_| "it waits no longer")?;
        let (at, outcome) = match self.api.call(function).await? {
            (at, Call::Answer(body)) => (at, Outcome::of(&serde_json::from_slice(&body)?)),
            (at, Call::Failure(_)) => (at, Outcome::default()),
            (_, Call::Next(_)) => return Err("it asked for more work before it answered".into()),
        };
        Ok(((at.duration_since(began), outcome), self.ready(function).await?.1))
    }
}

type Idle = tokio::sync::oneshot::Sender<Value>;

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
