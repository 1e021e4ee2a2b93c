//! `make cost`: the changes that make up a month, each on its whole way, and what they cost.

use jiff::SignedDuration;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    Result,
    cost::{Cost, Prices, Traffic, dollars, table},
    journey::{Follower, Journey, Request},
    leave,
};

const MILLION: u64 = 1_000_000;
const PEOPLE: u64 = 1_000;

/// What a million check-ins may cost, in picodollars each: $4.69.
const CHECK_IN_MAX: u64 = 4_690_000;
/// What a thousand people may cost a month, in picodollars: $2.16.
const MONTH_MAX: u64 = 2_160_000_000_000;

/// All figures of one run.
#[derive(Debug, Serialize)]
pub(crate) struct Priced {
    as_of: String,
    journeys: Vec<Journey>,
    rows: Vec<(String, Cost)>,
    month: Vec<(String, Cost)>,
}

/// Follows each change and puts prices on it.
pub(crate) async fn price() -> Result<Priced> {
    let prices = Prices::load()?;
    let journeys = journeys().await?;
    let (mut rows, mut month) = (Vec::new(), Vec::new());
    for traffic in [Traffic::Busy, Traffic::Quiet] {
        let cost = |name: &str| {
            let journey = journeys.iter().find(|journey| journey.name == name);
            journey.map(|journey| prices.of(journey, traffic)).unwrap_or_default()
        };
        let word = if traffic == Traffic::Busy { "busy" } else { "quiet" };
        rows.extend(journeys.iter().map(|one| (format!("{}, {word}", one.name), cost(one.name))));
        let used = prices.month;
        // Of what is written, a leave request stands for the rest: it is the dearest. Its own mail is counted with the mails.
        let parts = [(used.check_ins, "check-in"), (used.reads, "query"), (used.writes, "leave request")];
        let sum = parts.iter().map(|(times, name)| Cost { mails: 0, ..cost(name) }.times(times * PEOPLE));
        let mails = Cost { mails: prices.mail(), ..Cost::default() }.times(used.mails * PEOPLE);
        month.push((format!("1,000 people, {word}"), sum.fold(mails, Cost::and)));
        month.push((format!("the nights of a month, {word}"), cost("settled day").times(30 * PEOPLE)));
    }
    Ok(Priced { as_of: prices.as_of, journeys, rows, month })
}

impl Priced {
    /// The tables for people.
    pub(crate) fn table(&self) -> String {
        let million: Vec<_> = self.rows.iter().map(|(name, cost)| (name.clone(), cost.times(MILLION))).collect();
        let stops = self.journeys.iter().map(|journey| format!("{}: {}", journey.name, way(journey)));
        format!(
            "Dollars per million; list prices of {}. Busy: consumers take full batches; quiet: every change comes alone.\n{}\n\n\
             Dollars per month.\n{}\n\nThe way of each: write units (reads) per function.\n{}",
            self.as_of,
            table(&million),
            table(&self.month),
            stops.collect::<Vec<_>>().join("\n")
        )
    }

    /// The aims that are missed, in words: they are aims, and fail nothing.
    pub(crate) fn missed(&self) -> Vec<String> {
        let check_in = self
            .rows
            .iter()
            .filter(|(name, _)| name == "check-in, busy")
            .map(|(_, cost)| (cost, MILLION, CHECK_IN_MAX));
        let month =
            self.month.iter().filter(|(name, _)| name == "1,000 people, busy").map(|(_, cost)| (cost, 1, MONTH_MAX));
        let over = |(cost, times, most): (&Cost, u64, u64)| {
            let (found, most) = (cost.total() * times, most * times);
            (found > most).then(|| format!("${} where ${} was the aim", dollars(found), dollars(most)))
        };
        check_in.chain(month).filter_map(over).collect()
    }
}

fn way(journey: &Journey) -> String {
    let halves = |half: u64| format!("{}.{}", half / 2, half % 2 * 5);
    let stop = |stop: &crate::journey::Stop| {
        format!("{} {} ({})", stop.function, halves(stop.write_half_units), halves(stop.read_half_units))
    };
    journey.stops.iter().map(stop).collect::<Vec<_>>().join(", ")
}

/// A world with the rules of a house, and each change in it.
async fn journeys() -> Result<Vec<Journey>> {
    let world = testkit::world_with(&[
        ("ESCALATION_GROUP", "escalations"),
        ("ESCALATION_ROLE", "arn:aws:iam::0:role/escalation"),
        ("ESCALATION_JOB", "arn:aws:lambda:us-east-1:0:function:escalate"),
        ("ESCALATION_DLQ", "arn:aws:sqs:us-east-1:0:escalation"),
    ])
    .await;
    crate::attendance::stand(&world).await?;
    leave::rules(&world).await?;
    let (employee, manager) = (world.people.employee.clone(), world.people.manager.clone());
    let mut follower = Follower::of(world).await?;
    let mut found = Vec::new();
    let punch = json!({"location": "Office", "device": "Mobile"});
    let check_in = Request {
        operation: &access::ATTENDANCE_CHECK_IN,
        build: ::attendance::api::attendance_check_in::router,
        who: &employee,
        path: "/api/v1/attendance/check-in",
        body: Some(punch.clone()),
    };
    found.push(follower.journey("check-in", &check_in).await?.0);
    follower.world.clock.advance(SignedDuration::from_mins(8 * 60 + 30));
    let check_out = Request {
        operation: &access::ATTENDANCE_CHECK_OUT,
        build: ::attendance::api::attendance_check_out::router,
        path: "/api/v1/attendance/check-out",
        ..check_in
    };
    found.push(follower.journey("check-out", &check_out).await?.0);
    follower.world.clock.advance(SignedDuration::from_hours(24));
    let work = json!({
        "days": [{"employee_id": employee.id, "from": "2024-06-10", "to": "2024-06-10"}],
        "at": follower.world.now(), "request_id": "bench",
    });
    found.push(follower.part("settled day", "attendance-job-settle", &work).await?);
    let body =
        json!({"leave_type": "annual", "start_date": "2024-07-01", "end_date": "2024-07-05", "reason": "Vacation"});
    let create = Request {
        operation: &access::LEAVES_CREATE,
        build: ::leave::api::leaves_create::router,
        who: &employee,
        path: "/api/v1/leaves",
        body: Some(body),
    };
    let (journey, made) = follower.journey("leave request", &create).await?;
    found.push(journey);
    let path = format!("{}/{}/approve", create.path, made.body.get("id").and_then(Value::as_str).unwrap_or_default());
    let approve = Request {
        operation: &access::LEAVES_APPROVE,
        build: ::leave::api::leaves_approve::router,
        who: &manager,
        path: &path,
        body: Some(json!({"comments": "Approved"})),
    };
    found.push(follower.journey("approval", &approve).await?.0);
    let path = format!("/api/v1/attendance/{}/monthly?month=2024-06", employee.id);
    let monthly = Request {
        operation: &access::ATTENDANCE_MONTHLY,
        build: ::attendance::api::attendance_monthly::router,
        who: &employee,
        path: &path,
        body: None,
    };
    found.push(follower.journey("query", &monthly).await?.0);
    Ok(found)
}
