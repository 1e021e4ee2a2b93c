//! Path of a change: requests, the relay, the bus, the consumers of its events, and their own events. Streams and queues are delivered
//! in batches, as on the platform, so that shared costs of a batch are counted once.

use std::collections::BTreeMap;

use access::Operation;
use aws_lambda_events::sqs::SqsEvent;
use directory::Person;
use fixtures::method;
use lambda::{
    InitError, Shell,
    queue::{self, BatchHandler},
};
use serde_json::{Value, json};
use testkit::{EventRule, Queued, World, event_rules, table_shapes};

use crate::{
    Result,
    calls::CallSummary,
    operations::{app, body_of_success},
    text::to_u64,
};

/// Rounds after which a change must have no further effects.
const ROUNDS_MAX: usize = 8;
/// Messages of a queue in one invocation: `BatchSize` of template.yaml.
const MESSAGES_PER_BATCH: usize = 10;
/// Records of a stream in one invocation.
const RECORDS_PER_BATCH: usize = 100;

/// One invocation on the path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PathStep {
    pub(crate) function: String,
    /// Whether it is a request through the API.
    pub(crate) request: bool,
    /// Number of invocations; 0 if the invocation is shared with many other changes.
    pub(crate) invocations: u64,
    /// Number of requests, stream records, queue messages, or parts of one message.
    pub(crate) units_of_work: u64,
    /// Number of queue messages.
    pub(crate) messages: u64,
    pub(crate) calls: CallSummary,
    /// Number of events put on the bus.
    pub(crate) events: u64,
    pub(crate) mails: u64,
}

/// Path of several concurrent changes of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventPath {
    pub(crate) name: String,
    pub(crate) changes: u64,
    pub(crate) steps: Vec<PathStep>,
}

/// A request to an operation.
pub(crate) struct Request {
    pub(crate) caller: Person,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

/// World whose changes are traced.
pub(crate) struct Follower {
    pub(crate) world: World,
    rules: Vec<EventRule>,
    handlers: BTreeMap<&'static str, BatchHandler>,
    /// Number of relayed records of each stream.
    relayed: BTreeMap<String, usize>,
}

type Build = fn(&Shell) -> std::result::Result<BatchHandler, InitError>;

/// Consumers of the bus and workers of queues.
const CONSUMERS: &[(&str, Build)] = &[
    ("attendance-job-settle", attendance::job::settle::build),
    ("attendance-on-change", attendance::on::change::build),
    ("attendance-on-employee", attendance::on::employee::build),
    ("attendance-on-leave", attendance::on::leave::build),
    ("audit-on-event", audit::on::event::build),
    ("auth-on-employee", auth::on::employee::build),
    ("compliance-on-event", compliance::on::event::build),
    ("leave-on-employee", leave::on::employee::build),
    ("leave-on-request", leave::on::request::build),
    ("notifications-job-deliver-email", notifications::job::deliver_email::build),
    ("notifications-on-employee", notifications::on::employee::build),
    ("notifications-on-event", notifications::on::event::build),
];

/// Workers of queues, by the end of the queue URL.
const WORKERS: &[(&str, &str)] = &[("email", "notifications-job-deliver-email"), ("settle", "attendance-job-settle")];

impl Follower {
    /// Traces the changes of a world from now on. The effects of earlier ones are delivered first and not counted.
    pub(crate) async fn new(world: World) -> Result<Self> {
        world.calls.measure_capacity();
        let mut follower = Self { handlers: BTreeMap::new(), world, rules: event_rules(), relayed: BTreeMap::new() };
        follower.restart_consumers()?;
        follower.trace_effects(&mut Vec::new()).await?;
        Ok(follower)
    }

    /// Restarts every consumer with empty caches.
    pub(crate) fn restart_consumers(&mut self) -> Result<()> {
        let built = CONSUMERS.iter().map(|(name, build)| Ok((*name, build(&self.world.shell)?)));
        self.handlers = built.collect::<std::result::Result<_, InitError>>().map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Sends requests and traces their effects. The `warm` requests are sent first and not counted. Returns the bodies of all responses.
    pub(crate) async fn trace_requests(
        &mut self,
        name: &str,
        operation: &'static Operation,
        (warm, counted): (&[Request], &[Request]),
    ) -> Result<(EventPath, Vec<Value>)> {
        let app = app(&self.world, operation);
        self.world.shell.keys.refresh(self.world.now()).await.map_err(|error| error.to_string())?;
        let (mut steps, mut answers) = (Vec::new(), Vec::new());
        for (number, request) in warm.iter().chain(counted).enumerate() {
            let sent = self.world.request(&app, method(operation), &request.path).signed_in_as(&request.caller);
            let sent = match &request.body {
                Some(body) => sent.json(body),
                None => sent,
            };
            self.world.calls.clear();
            answers.push(body_of_success(sent.await).map_err(|error| format!("{name}: {error}"))?);
            let step = PathStep { request: true, ..self.step_since_clear(operation.name, 1, 0) };
            if number < warm.len() {
                self.trace_effects(&mut Vec::new()).await?;
            } else {
                steps.push(step);
            }
        }
        self.trace_effects(&mut steps).await?;
        Ok((EventPath { name: name.to_owned(), changes: to_u64(counted.len()), steps }, answers))
    }

    /// Sends a worker a message with some parts, and traces the effects. The invocation and the message are not counted, because real
    /// messages have hundreds of parts.
    pub(crate) async fn trace_parts(
        &mut self,
        name: &str,
        function: &str,
        body: &Value,
        parts: usize,
    ) -> Result<EventPath> {
        let step = self.deliver(function, std::slice::from_ref(body)).await?;
        let mut steps = vec![PathStep { invocations: 0, units_of_work: to_u64(parts), messages: 0, ..step }];
        self.trace_effects(&mut steps).await?;
        Ok(EventPath { name: name.to_owned(), changes: to_u64(parts), steps })
    }

    /// Traces the effects of the new records of all streams.
    async fn trace_effects(&mut self, steps: &mut Vec<PathStep>) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let entries = self.relay_new_records(steps).await?;
            for rule in &self.rules {
                let bodies: Vec<_> = entries.iter().filter(|entry| rule.matches(entry)).map(queue_message).collect();
                self.deliver_all(&rule.function, &bodies, steps).await?;
            }
            let queued = self.world.cloud.take_queued();
            self.deliver_queued(&queued, steps).await?;
            if entries.is_empty() && queued.is_empty() {
                return Ok(());
            }
        }
        Err(format!("the change still has effects after {ROUNDS_MAX} rounds").into())
    }

    /// Relays the new records of all streams and returns the bus entries.
    async fn relay_new_records(&mut self, steps: &mut Vec<PathStep>) -> Result<Vec<Value>> {
        let before = self.world.cloud.events().len();
        for variable in table_shapes().into_iter().map(|shape| shape.environment_variable()) {
            let records = self.world.stream(&variable).await;
            let relayed = self.relayed.insert(variable, records.len()).unwrap_or_default();
            for chunk in records.get(relayed..).unwrap_or_default().chunks(RECORDS_PER_BATCH) {
                let events = self.world.cloud.events().len();
                let relay = relay::on::stream::build(&self.world.shell).map_err(|error| error.to_string())?;
                self.world.calls.clear();
                if let Some(failed) = relay(chunk.to_vec()).await {
                    return Err(format!("the relay failed at the record {failed}").into());
                }
                let step = self.step_since_clear("relay-on-stream", chunk.len(), 0);
                steps.push(PathStep { events: to_u64(self.world.cloud.events().len() - events), ..step });
            }
        }
        Ok(self.world.cloud.events().split_off(before))
    }

    /// Delivers the messages of the queues to their workers.
    async fn deliver_queued(&self, queued: &[Queued], steps: &mut Vec<PathStep>) -> Result<()> {
        if let Some(unknown) = queued.iter().find(|one| !WORKERS.iter().any(|(queue, _)| one.queue.ends_with(queue))) {
            return Err(format!("WORKERS has no worker of the queue {}", unknown.queue).into());
        }
        for (queue, worker) in WORKERS {
            let messages = queued.iter().filter(|message| message.queue.ends_with(queue));
            let bodies: Vec<_> = messages.map(|message| message.body.clone()).collect();
            self.deliver_all(worker, &bodies, steps).await?;
        }
        Ok(())
    }

    async fn deliver_all(&self, function: &str, bodies: &[Value], steps: &mut Vec<PathStep>) -> Result<()> {
        for batch in bodies.chunks(MESSAGES_PER_BATCH) {
            steps.push(self.deliver(function, batch).await?);
        }
        Ok(())
    }

    async fn deliver(&self, function: &str, bodies: &[Value]) -> Result<PathStep> {
        let handler = self.handlers.get(function).ok_or_else(|| format!("CONSUMERS has no function {function}"))?;
        self.world.calls.clear();
        let mails = self.world.cloud.mails().len();
        let record = |(at, body): (usize, &Value)| json!({"messageId": format!("m{at}"), "body": body.to_string()});
        let records: Vec<_> = bodies.iter().enumerate().map(record).collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": records}))?;
        let result = queue::handle_batch(handler, batch).await?;
        if !result.failed_ids.is_empty() {
            return Err(format!("{function} failed the messages {:?} of {bodies:?}", result.failed_ids).into());
        }
        let step = self.step_since_clear(function, bodies.len(), bodies.len());
        Ok(PathStep { mails: to_u64(self.world.cloud.mails().len() - mails), ..step })
    }

    /// Invocation with the calls since the last `calls.clear()`.
    fn step_since_clear(&self, function: &str, units_of_work: usize, messages: usize) -> PathStep {
        PathStep {
            function: function.to_owned(),
            invocations: 1,
            units_of_work: to_u64(units_of_work),
            messages: to_u64(messages),
            calls: CallSummary::of(&self.world.calls.recorded()),
            ..PathStep::default()
        }
    }
}

/// Queue message of a bus entry.
fn queue_message(entry: &Value) -> Value {
    let detail = entry.get("Detail").cloned().unwrap_or_default();
    json!({"id": detail.get("id"), "source": "muster", "detail-type": entry.get("DetailType"), "detail": detail})
}
