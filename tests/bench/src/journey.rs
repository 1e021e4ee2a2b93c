//! Changes on their whole way: the requests, the relay, the bus, and everybody who hears of them, until nothing more follows. In
//! counts. What comes at once is handed on as the platform does: record by record of a stream and message by message of a queue in
//! real batches, so that what a batch shares is shared here, too.

use std::collections::BTreeMap;

use access::Operation;
use aws_lambda_events::sqs::SqsEvent;
use axum::http::Method;
use directory::Person;
use lambda::{
    InitError, Shell,
    queue::{self, Handler},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use testkit::{Queued, Rule, World, round_trips, rules, table_shapes};

use crate::{Result, counting::Build as Endpoint};

/// Whatever follows from one change has ended after so many rounds.
const ROUNDS_MAX: usize = 8;
/// How many messages of a queue one invocation is handed: `BatchSize` of template.yaml.
const MESSAGES_TOGETHER: usize = 10;
/// How many records of a stream.
const RECORDS_TOGETHER: usize = 100;

/// What one function did on the way.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stop {
    /// The function.
    pub(crate) function: String,
    /// How often it was invoked.
    pub(crate) invocations: u64,
    /// What it was handed: requests, records of a stream, messages of a queue, parts of one message.
    pub(crate) handed: u64,
    /// Of those, messages of a queue.
    pub(crate) messages: u64,
    /// How often it waited for the database, all together.
    pub(crate) round_trips: u64,
    /// Consumed capacity, in half units.
    pub(crate) read_half_units: u64,
    pub(crate) write_half_units: u64,
    /// What it put on the bus.
    pub(crate) events: u64,
    /// What it sent by e-mail.
    pub(crate) mails: u64,
}

/// The whole way of some changes of one kind that came at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journey {
    pub(crate) name: String,
    /// How many.
    pub(crate) changes: u64,
    /// Whether the first stop was asked through the API.
    pub(crate) asked: bool,
    pub(crate) stops: Vec<Stop>,
}

/// What somebody asks an operation.
pub(crate) struct Ask {
    pub(crate) who: Person,
    pub(crate) path: String,
    pub(crate) body: Option<Value>,
}

/// A world whose changes are followed.
pub(crate) struct Follower {
    pub(crate) world: World,
    rules: Vec<Rule>,
    handlers: BTreeMap<&'static str, Handler>,
    streamed: BTreeMap<String, usize>,
}

type Build = fn(&Shell) -> std::result::Result<Handler, InitError>;

/// Every consumer behind a rule, and every worker behind a queue that somebody else fills.
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

/// Who works off a queue that is filled by a function, by the end of its address in the test's world.
const WORKERS: &[(&str, &str)] = &[("email", "notifications-job-deliver-email"), ("settle", "attendance-job-settle")];

impl Follower {
    /// Follows what happens in a world from now on.
    pub(crate) async fn of(world: World) -> Result<Self> {
        world.calls.weigh();
        let mut follower = Self { handlers: BTreeMap::new(), world, rules: rules(), streamed: BTreeMap::new() };
        follower.begin_anew()?;
        follower.follow(&mut Vec::new()).await?;
        Ok(follower)
    }

    /// Starts every consumer anew: nothing is remembered.
    pub(crate) fn begin_anew(&mut self) -> Result<()> {
        let built = CONSUMERS.iter().map(|(name, build)| Ok((*name, build(&self.world.shell)?)));
        self.handlers = built.collect::<std::result::Result<_, InitError>>().map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Some requests at once and all that follows from them; with `warm`, one more comes before, so that whatever is remembered
    /// for a while is. Answers what each was answered, that one included.
    pub(crate) async fn journey(
        &mut self,
        name: &str,
        (operation, build): (&'static Operation, Endpoint),
        (warm, asks): (Option<&Ask>, &[Ask]),
    ) -> Result<(Journey, Vec<Value>)> {
        let app = self.world.app(operation, build);
        self.world.shell.keys.refresh(self.world.now()).await.map_err(|error| error.to_string())?;
        let (mut stops, mut answers) = (Vec::new(), Vec::new());
        for (number, ask) in warm.into_iter().chain(asks).enumerate() {
            let method = Method::from_bytes(operation.method.as_str().as_bytes())?;
            let request = self.world.ask(&app, method, ask.path.as_str()).by(&ask.who);
            let request = match &ask.body {
                Some(body) => request.json(body),
                None => request,
            };
            self.world.calls.forget();
            let answer = request.await;
            if !answer.status.is_success() {
                return Err(format!("{name}: {}: {}", answer.status, answer.body).into());
            }
            let stop = self.stop(operation.name, 1, 0);
            if warm.is_some() && number == 0 {
                self.follow(&mut Vec::new()).await?;
            } else {
                stops.push(stop);
            }
            answers.push(answer.body);
        }
        self.follow(&mut stops).await?;
        let changes = number(asks.len());
        Ok((Journey { name: name.to_owned(), changes, asked: true, stops: merged(stops) }, answers))
    }

    /// Parts of a message to a worker that carries hundreds of them, and all that follows: their share of the invocation and of the
    /// message is left out.
    pub(crate) async fn parts(&mut self, name: &str, function: &str, body: &Value, parts: usize) -> Result<Journey> {
        let stop = self.delivered(function, std::slice::from_ref(body)).await?;
        let mut stops = vec![Stop { invocations: 0, handed: number(parts), messages: 0, ..stop }];
        self.follow(&mut stops).await?;
        Ok(Journey { name: name.to_owned(), changes: number(parts), asked: false, stops: merged(stops) })
    }

    /// Whatever follows from what the tables' streams hold by now.
    pub(crate) async fn follow(&mut self, stops: &mut Vec<Stop>) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let entries = self.relayed(stops).await?;
            self.heard(&entries, stops).await?;
            let queued = self.world.cloud.take_queued();
            self.worked(&queued, stops).await?;
            if entries.is_empty() && queued.is_empty() {
                return Ok(());
            }
        }
        Err("it goes on for ever".into())
    }

    /// What the relay makes of the new records of every table.
    async fn relayed(&mut self, stops: &mut Vec<Stop>) -> Result<Vec<Value>> {
        let before = self.world.cloud.events().len();
        for variable in table_shapes().into_iter().map(|shape| shape.variable()) {
            let records = self.world.stream(&variable).await;
            let seen = self.streamed.insert(variable, records.len()).unwrap_or_default();
            for chunk in records.get(seen..).unwrap_or_default().chunks(RECORDS_TOGETHER) {
                let events = self.world.cloud.events().len();
                let relay = relay::on::stream::build(&self.world.shell).map_err(|error| error.to_string())?;
                self.world.calls.forget();
                if let Some(failed) = relay(chunk.to_vec()).await {
                    return Err(format!("the relay stops at {failed}").into());
                }
                let stop = self.stop("relay-on-stream", chunk.len(), 0);
                stops.push(Stop { events: number(self.world.cloud.events().len() - events), ..stop });
            }
        }
        Ok(self.world.cloud.events().split_off(before))
    }

    /// Hands entries of the bus to everybody whose rule takes them.
    async fn heard(&self, entries: &[Value], stops: &mut Vec<Stop>) -> Result<()> {
        for rule in &self.rules {
            let bodies: Vec<_> = entries.iter().filter(|entry| rule.takes(entry)).map(body_of).collect();
            for batch in bodies.chunks(MESSAGES_TOGETHER) {
                stops.push(self.delivered(&rule.function, batch).await?);
            }
        }
        Ok(())
    }

    async fn worked(&self, queued: &[Queued], stops: &mut Vec<Stop>) -> Result<()> {
        if let Some(lost) = queued.iter().find(|one| !WORKERS.iter().any(|(queue, _)| one.queue.ends_with(queue))) {
            return Err(format!("nobody works off {}", lost.queue).into());
        }
        for (queue, worker) in WORKERS {
            let ours = queued.iter().filter(|message| message.queue.ends_with(queue));
            let bodies: Vec<_> = ours.map(|message| message.body.clone()).collect();
            for batch in bodies.chunks(MESSAGES_TOGETHER) {
                stops.push(self.delivered(worker, batch).await?);
            }
        }
        Ok(())
    }

    async fn delivered(&self, function: &str, bodies: &[Value]) -> Result<Stop> {
        let handler = self.handlers.get(function).ok_or_else(|| format!("{function} is not among CONSUMERS"))?;
        self.world.calls.forget();
        let mails = self.world.cloud.mails().len();
        let record = |(at, body): (usize, &Value)| json!({"messageId": format!("m{at}"), "body": body.to_string()});
        let records: Vec<_> = bodies.iter().enumerate().map(record).collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": records}))?;
        let failed = queue::handle(handler, batch).await?;
        if !failed.ids.is_empty() {
            return Err(format!("{function} does not take {failed:?} of {bodies:?}").into());
        }
        let stop = self.stop(function, bodies.len(), bodies.len());
        Ok(Stop { mails: number(self.world.cloud.mails().len() - mails), ..stop })
    }

    /// What one invocation asked of the database since the calls were forgotten.
    fn stop(&self, function: &str, handed: usize, messages: usize) -> Stop {
        let calls = self.world.calls.all();
        self.world.calls.forget();
        let units = |reads: bool| calls.iter().filter(|call| call.reads() == reads).map(|call| call.half_units).sum();
        Stop {
            function: function.to_owned(),
            invocations: 1,
            handed: number(handed),
            messages: number(messages),
            round_trips: number(round_trips(&calls)),
            read_half_units: units(true),
            write_half_units: units(false),
            ..Stop::default()
        }
    }
}

/// An entry of the bus as the message of a queue.
fn body_of(entry: &Value) -> Value {
    let detail = entry.get("Detail").cloned().unwrap_or_default();
    json!({"id": detail.get("id"), "source": "muster", "detail-type": entry.get("DetailType"), "detail": detail})
}

/// Every function once, in the order in which it was come to.
fn merged(stops: Vec<Stop>) -> Vec<Stop> {
    let mut merged: Vec<Stop> = Vec::new();
    for stop in stops {
        match merged.iter_mut().find(|known| known.function == stop.function) {
            Some(known) => {
                known.invocations += stop.invocations;
                known.handed += stop.handed;
                known.messages += stop.messages;
                known.round_trips += stop.round_trips;
                known.read_half_units += stop.read_half_units;
                known.write_half_units += stop.write_half_units;
                known.events += stop.events;
                known.mails += stop.mails;
            }
            None => merged.push(stop),
        }
    }
    merged
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
