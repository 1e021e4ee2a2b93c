//! What functions are asked on the stage: their own sample events, about those who are there.

use access::{OPERATIONS, Operation};
use jiff::{
    SignedDuration, SpanRound, Timestamp, ToSpan, Unit,
    civil::{Date, date},
};
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};
use stage::{Stage, sample_body};
use testkit::{Queued, World};
use tokio::sync::OnceCell;

use crate::{
    Result,
    invocation::{Event, sample},
    waiting::waiting,
};

/// The day of all sample events, a Monday.
const SAMPLED: Date = date(2024, 6, 10);
/// The end of every id in the sample events.
const SAMPLE_ID: &str = "_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";

/// What a row is about that lies ahead: on the stage everything is long past.
const AHEAD: &[&Operation] = &[&access::SHIFT_ASSIGNMENTS_UPDATE, &access::SHIFT_ASSIGNMENTS_DELETE];

/// The stage, and what may be asked on it.
pub(crate) struct Requests {
    stage: Stage,
    /// From the day of the samples to this week, in whole weeks.
    weeks: i64,
    /// Deliveries that wait there.
    queued: Vec<Queued>,
    /// A record of the audit trail that is sealed.
    sealed: String,
    /// Work that the foreigner is assigned to in the coming weeks, once somebody asks about it.
    assigned: OnceCell<String>,
}

impl Requests {
    /// Functions know no other time than today's, so from now on it is the stage's, too. Browsers listen at the push service.
    pub(crate) async fn of(stage: Stage, push_service: &str) -> Result<Self> {
        let now = SystemClock.now();
        let sealed = sealed(&stage, now).await?;
        stage.world.clock.set(now);
        let weeks = weeks_until(now.to_zoned(jiff::tz::TimeZone::UTC).date())?;
        let queued = waiting(&stage, push_service).await?;
        Ok(Self { stage, weeks, queued, sealed, assigned: OnceCell::new() })
    }

    /// Where it plays.
    pub(crate) fn world(&self) -> &World {
        &self.stage.world
    }

    /// What a function may be given: the first that succeeds will be.
    pub(crate) async fn events(&self, function: &str) -> Result<Vec<Event>> {
        match OPERATIONS.iter().find(|row| row.name == function) {
            Some(row) => self.asked(row).await,
            None => Ok(vec![Event::as_it_is(self.told(function)?)]),
        }
    }

    /// The sample of a consumer or of a job, about those who are there; where something like it is on the queue, that.
    fn told(&self, function: &str) -> Result<Value> {
        let mut event = self.at_home(&sample(function)?);
        let channel = function.strip_prefix("notifications-job-deliver-");
        let queued = channel.and_then(|queue| self.queued.iter().find(|queued| queued.queue == queue));
        if let (Some(queued), Some(body)) = (queued, event.pointer_mut("/Records/0/body")) {
            *body = Value::String(queued.body.to_string());
        }
        Ok(event)
    }

    /// The request that succeeds on the stage, as it would be made today and as it was made then.
    async fn asked(&self, row: &'static Operation) -> Result<Vec<Event>> {
        if row == &access::AUDIT_LOGS_PROOF {
            let path = row.path.replace("{audit_id}", &self.sealed);
            return Ok(vec![Event::asked(row.name, &path, None, self.stage.allowed(row))?]);
        }
        let mut request = self.stage.succeeding(row).await;
        if AHEAD.contains(&row) {
            let assigned = self.assigned.get_or_try_init(async || self.assign().await).await?;
            request.path = row.path.replace("{assignment_id}", assigned);
        }
        let (path, body) = (request.path, request.body);
        let today = self.today(&body);
        let mut tries = vec![(path.clone(), today.clone()), (path.clone(), body), (self.today_in(&path), today)];
        tries.dedup();
        let event = |(path, body): &(String, Value)| {
            Event::asked(row.name, path, (!body.is_null()).then_some(body), request.who.as_ref())
        };
        tries.iter().map(event).collect()
    }

    /// Assigns that work; answers its id.
    async fn assign(&self) -> Result<String> {
        let (stage, row) = (&self.stage, &access::SHIFT_ASSIGNMENTS_CREATE);
        let body = json!({
            "employee_id": stage.foreigner.id, "roster_id": stage.foreign.get("worked_roster_id"),
            "from": shifted("2024-06-17", self.weeks), "to": shifted("2024-06-30", self.weeks),
        });
        let answer = stage.world.post(stage.app(row), row.path, body).by(&stage.hr).await;
        let id = answer.body.get("id").and_then(Value::as_str);
        id.map(str::to_owned).ok_or_else(|| format!("{}: {}", row.name, answer.body).into())
    }

    /// The same with the ids of the stage in place of those that all samples have.
    fn at_home(&self, value: &Value) -> Value {
        let mut text = value.to_string();
        // An event that has been before would not be told again.
        for (_, id) in self.stage.foreign.iter().filter(|(name, _)| **name != "event_id") {
            if let Some((prefix, _)) = id.rsplit_once('_') {
                text = text.replace(&format!("{prefix}{SAMPLE_ID}"), id);
            }
        }
        serde_json::from_str(&text).unwrap_or_else(|_| value.clone())
    }

    /// The dates of a query as far from today as they are from the day of the samples.
    fn today_in(&self, path: &str) -> String {
        let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
        let moved = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", shifted(value, self.weeks)),
            None => pair.to_owned(),
        };
        format!("{path}?{}", query.split('&').map(moved).collect::<Vec<_>>().join("&"))
    }

    /// The same with its dates as far from today as they are from the day of the samples.
    fn today(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(shifted(text, self.weeks)),
            Value::Array(items) => items.iter().map(|item| self.today(item)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| (name.clone(), self.today(member)));
                Value::Object(members.collect())
            }
            other => other.clone(),
        }
    }
}

/// A record of some hours ago, whose hour is sealed; answers its id. Of those on the stage it is two years, hour by hour.
async fn sealed(stage: &Stage, now: Timestamp) -> Result<String> {
    let (clock, shell, row) = (&stage.world.clock, &stage.world.shell, &access::AUDIT_LOGS_CREATE);
    clock.set(now - SignedDuration::from_hours(4));
    let answer = stage.world.post(stage.app(row), row.path, sample_body(row)).by(&stage.admin).await;
    clock.set(now - SignedDuration::from_hours(2));
    let seal = audit::job::seal::build(shell)?;
    seal(shell.system_origin("audit-job-seal", "req_job"), json!({})).await.map_err(|error| error.to_string())?;
    let id = answer.body.get("id").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| format!("{}: {}", row.name, answer.body).into())
}

fn weeks_until(today: Date) -> Result<i64> {
    let whole =
        SpanRound::new().smallest(Unit::Week).largest(Unit::Week).mode(jiff::RoundMode::Floor).relative(SAMPLED);
    Ok(i64::from(SAMPLED.until(today)?.round(whole)?.get_weeks()))
}

/// A text that begins with a date, so many weeks later; any other as it is.
fn shifted(text: &str, weeks: i64) -> String {
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let moved = day.parse::<Date>().ok().and_then(|day| day.checked_add(weeks.weeks()).ok());
    moved.map_or_else(|| text.to_owned(), |moved| format!("{moved}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_by_whole_weeks() {
        assert_eq!(weeks_until(date(2024, 6, 10)).unwrap(), 0);
        assert_eq!(weeks_until(date(2024, 6, 16)).unwrap(), 0);
        assert_eq!(weeks_until(date(2024, 6, 17)).unwrap(), 1);
        assert_eq!(weeks_until(date(2025, 6, 9)).unwrap(), 52);
        assert_eq!(shifted("2024-07-15", 1), "2024-07-22");
        assert_eq!(shifted("2024-06-10T06:58:12Z", 52), "2025-06-09T06:58:12Z");
        for other in ["Office", "", "1234567890 and more", "2024-06"] {
            assert_eq!(shifted(other, 1), other);
        }
    }
}
