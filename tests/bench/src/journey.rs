//! A change on its whole way: the request, the relay, the bus, and everybody who hears of it, until nothing more follows. In counts.

use std::collections::BTreeMap;

use access::Operation;
use aws_lambda_events::sqs::SqsEvent;
use axum::{Router, http::Method};
use directory::Person;
use lambda::{
    InitError, Shell,
    queue::{self, Handler},
};
use serde::Serialize;
use serde_json::{Value, json};
use testkit::{Answer, Queued, Rule, World, round_trips, rules, table_shapes};

use crate::Result;

/// Whatever follows from one change has ended after so many rounds.
const ROUNDS_MAX: usize = 8;

/// What one function did on the way.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Stop {
    /// The function.
    pub(crate) function: String,
    /// What it was handed: requests, records of a stream, messages of a queue.
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

/// The whole way of one change.
#[derive(Debug, Serialize)]
pub(crate) struct Journey {
    pub(crate) name: &'static str,
    /// Whether the first stop was asked through the API.
    pub(crate) asked: bool,
    pub(crate) stops: Vec<Stop>,
}

/// Somebody who asks an operation.
pub(crate) struct Request<'a> {
    pub(crate) operation: &'static Operation,
    pub(crate) build: fn(&Shell) -> std::result::Result<Router, InitError>,
    pub(crate) who: &'a Person,
    pub(crate) path: &'a str,
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
        let built = CONSUMERS.iter().map(|(name, build)| Ok((*name, build(&world.shell)?)));
        let handlers = built.collect::<std::result::Result<_, InitError>>().map_err(|error| error.to_string())?;
        world.calls.weigh();
        let mut follower = Self { world, rules: rules(), handlers, streamed: BTreeMap::new() };
        follower.follow(&mut Vec::new()).await?;
        Ok(follower)
    }

    /// A request and all that follows from it.
    pub(crate) async fn journey(&mut self, name: &'static str, request: &Request<'_>) -> Result<(Journey, Answer)> {
        let Request { operation, build, who, path, body } = request;
        let app = self.world.app(operation, *build);
        self.world.shell.keys.refresh(self.world.now()).await.map_err(|error| error.to_string())?;
        let ask = self.world.ask(&app, Method::from_bytes(operation.method.as_str().as_bytes())?, *path).by(who);
        let ask = match body {
            Some(body) => ask.json(body),
            None => ask,
        };
        self.world.calls.forget();
        let answer = ask.await;
        if !answer.status.is_success() {
            return Err(format!("{name}: {}: {}", answer.status, answer.body).into());
        }
        let mut stops = vec![self.stop(operation.name, 1, 0)];
        self.follow(&mut stops).await?;
        Ok((Journey { name, asked: true, stops: merged(stops) }, answer))
    }

    /// One part of a message to a worker that carries hundreds of them, and all that follows: the part's share of the invocation and of
    /// the message is left out, and of its waits one, since many parts are written at a time.
    pub(crate) async fn part(&mut self, name: &'static str, function: &str, body: &Value) -> Result<Journey> {
        let stop = self.delivered(function, body).await?;
        let mut stops = vec![Stop { handed: 0, messages: 0, round_trips: 1, ..stop }];
        self.follow(&mut stops).await?;
        Ok(Journey { name, asked: false, stops: merged(stops) })
    }

    /// Whatever follows from what the tables' streams hold by now.
    async fn follow(&mut self, stops: &mut Vec<Stop>) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let entries = self.relayed(stops).await?;
            for entry in &entries {
                self.heard(entry, stops).await?;
            }
            let queued = self.world.cloud.take_queued();
            for message in &queued {
                self.worked(message, stops).await?;
            }
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
            for chunk in records.get(seen..).unwrap_or_default().chunks(100) {
                let events = self.world.cloud.events().len();
                let relay = relay::on::stream::handler(&self.world.shell).map_err(|error| error.to_string())?;
                if let Some(failed) = relay(chunk.to_vec()).await {
                    return Err(format!("the relay stops at {failed}").into());
                }
                let mut stop = self.stop("relay-on-stream", chunk.len(), 0);
                stop.events = number(self.world.cloud.events().len() - events);
                stops.push(stop);
            }
        }
        Ok(self.world.cloud.events().split_off(before))
    }

    async fn heard(&self, entry: &Value, stops: &mut Vec<Stop>) -> Result<()> {
        let detail = entry.get("Detail").cloned().unwrap_or_default();
        let body = json!({"id": detail.get("id"), "source": "muster", "detail-type": entry.get("DetailType"), "detail": detail});
        for rule in self.rules.iter().filter(|rule| rule.takes(entry)) {
            stops.push(self.delivered(&rule.function, &body).await?);
        }
        Ok(())
    }

    async fn worked(&self, message: &Queued, stops: &mut Vec<Stop>) -> Result<()> {
        match WORKERS.iter().find(|(queue, _)| message.queue.ends_with(queue)) {
            Some((_, worker)) => stops.push(self.delivered(worker, &message.body).await?),
            None => return Err(format!("nobody works off {}", message.queue).into()),
        }
        Ok(())
    }

    async fn delivered(&self, function: &str, body: &Value) -> Result<Stop> {
        let handler = self.handlers.get(function).ok_or_else(|| format!("{function} is not among CONSUMERS"))?;
        self.world.calls.forget();
        let mails = self.world.cloud.mails().len();
        let batch = json!({"Records": [{"messageId": "m0", "body": body.to_string()}]});
        let batch: SqsEvent = serde_json::from_value(batch)?;
        let failed = queue::handle(handler, batch).await?;
        if !failed.ids.is_empty() {
            return Err(format!("{function} does not take {body}").into());
        }
        let mut stop = self.stop(function, 1, 1);
        stop.mails = number(self.world.cloud.mails().len() - mails);
        Ok(stop)
    }

    /// What a function asked of the database since its calls were forgotten.
    fn stop(&self, function: &str, handed: usize, messages: u64) -> Stop {
        let calls = self.world.calls.all();
        self.world.calls.forget();
        let units = |reads: bool| calls.iter().filter(|call| call.reads() == reads).map(|call| call.half_units).sum();
        Stop {
            function: function.to_owned(),
            handed: number(handed),
            messages,
            round_trips: number(round_trips(&calls)),
            read_half_units: units(true),
            write_half_units: units(false),
            ..Stop::default()
        }
    }
}

/// Every function once, in the order in which it was come to.
fn merged(stops: Vec<Stop>) -> Vec<Stop> {
    let mut merged: Vec<Stop> = Vec::new();
    for stop in stops {
        match merged.iter_mut().find(|known| known.function == stop.function) {
            Some(known) => {
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
