//! Events for functions of the test organisation: the sample events with the organisation's ids and dates of this week.

use access::{OPERATIONS, Operation};
use directory::Person;
use fixtures::{Organisation, sample_body};
use jiff::{
    SignedDuration, SpanRound, Timestamp, ToSpan, Unit,
    civil::{Date, date},
};
use lambda::{Clock, SystemClock};
use serde_json::{Value, json};
use testkit::{Queued, World};

use crate::{
    Result,
    invocation::{Event, sample_event},
    operations::body_of_success,
    pending_deliveries::create_pending_deliveries,
};

/// Date of all sample events, a Monday.
const SAMPLE_DATE: Date = date(2024, 6, 10);
/// End of every id in the sample events.
const SAMPLE_ID: &str = "_018f6b0e4a3b7c21a5d4c3b2a1f0e9d8";

/// Operations on a future assignment; the assignments of the organisation are in the past.
const FUTURE_ASSIGNMENT: &[&Operation] = &[&access::SHIFT_ASSIGNMENTS_UPDATE, &access::SHIFT_ASSIGNMENTS_DELETE];

/// Test organisation with the events of its functions.
pub(crate) struct Requests {
    organisation: Organisation,
    /// Whole weeks from the date of the samples to this week.
    weeks: i64,
    /// Messages of pending deliveries.
    queued: Vec<Queued>,
    /// Id of a sealed audit record.
    sealed: String,
    /// Id of a future shift assignment.
    assigned: String,
}

impl Requests {
    /// Prepares the events and sets the organisation's clock to the current time, which the functions use.
    pub(crate) async fn new(organisation: Organisation, push_service: &str) -> Result<Self> {
        let now = SystemClock.now();
        let sealed = create_sealed_record(&organisation, now).await?;
        organisation.world.clock.set(now);
        let weeks = weeks_since_samples(now.to_zoned(jiff::tz::TimeZone::UTC).date())?;
        let queued = create_pending_deliveries(&organisation, push_service).await?;
        let shifts = json!({
            "employee_id": organisation.outsider.id, "roster_id": organisation.outsider_ids.get("worked_roster_id"),
            "from": shifted("2024-06-17", weeks), "to": shifted("2024-06-30", weeks),
        });
        let assigned =
            create_object(&organisation, &access::SHIFT_ASSIGNMENTS_CREATE, shifts, &organisation.hr).await?;
        Ok(Self { organisation, weeks, queued, sealed, assigned })
    }

    pub(crate) fn world(&self) -> &World {
        &self.organisation.world
    }

    /// Candidate events of a function; the first successful one is used.
    pub(crate) async fn candidate_events(&self, function: &str) -> Result<Vec<Event>> {
        match OPERATIONS.iter().find(|row| row.name == function) {
            Some(row) => self.candidate_requests(row).await,
            None => Ok(vec![Event::raw(self.sample_message(function)?)]),
        }
    }

    /// Sample event of a consumer or job, or the message of a pending delivery.
    fn sample_message(&self, function: &str) -> Result<Value> {
        let mut event = self.with_organisation_ids(&sample_event(function)?);
        let channel = function.strip_prefix("notifications-job-deliver-");
        let queued = channel.and_then(|queue| self.queued.iter().find(|queued| queued.queue == queue));
        if let (Some(queued), Some(body)) = (queued, event.pointer_mut("/Records/0/body")) {
            *body = Value::String(queued.body.to_string());
        }
        Ok(event)
    }

    /// Variants of the valid request: with the dates of its body moved to this week, unchanged, and with the dates of body and query
    /// moved.
    async fn candidate_requests(&self, row: &'static Operation) -> Result<Vec<Event>> {
        if row == &access::AUDIT_LOGS_PROOF {
            let path = row.path.replace("{audit_id}", &self.sealed);
            return Ok(vec![Event::request(row.name, &path, None, self.organisation.permitted_caller(row))?]);
        }
        let mut request = self.organisation.valid_request(row).await;
        if FUTURE_ASSIGNMENT.contains(&row) {
            request.path = row.path.replace("{assignment_id}", &self.assigned);
        }
        let (path, body) = (request.path, request.body);
        let today = self.value_this_week(&body);
        let mut candidates =
            vec![(path.clone(), today.clone()), (path.clone(), body), (self.path_this_week(&path), today)];
        candidates.dedup();
        let event = |(path, body): &(String, Value)| {
            Event::request(row.name, path, (!body.is_null()).then_some(body), request.who.as_ref())
        };
        candidates.iter().map(event).collect()
    }

    /// Event with the ids of the organisation in place of the sample ids.
    fn with_organisation_ids(&self, value: &Value) -> Value {
        let mut text = value.to_string();
        // A repeated event id would be ignored.
        for (_, id) in self.organisation.outsider_ids.iter().filter(|(name, _)| **name != "event_id") {
            if let Some((prefix, _)) = id.rsplit_once('_') {
                text = text.replace(&format!("{prefix}{SAMPLE_ID}"), id);
            }
        }
        serde_json::from_str(&text).unwrap_or_else(|_| value.clone())
    }

    /// Path with the dates of its query moved to this week.
    fn path_this_week(&self, path: &str) -> String {
        let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
        let moved = |pair: &str| match pair.split_once('=') {
            Some((name, value)) => format!("{name}={}", shifted(value, self.weeks)),
            None => pair.to_owned(),
        };
        format!("{path}?{}", query.split('&').map(moved).collect::<Vec<_>>().join("&"))
    }

    /// Value with its dates moved to this week.
    fn value_this_week(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(shifted(text, self.weeks)),
            Value::Array(items) => items.iter().map(|item| self.value_this_week(item)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| (name.clone(), self.value_this_week(member)));
                Value::Object(members.collect())
            }
            other => other.clone(),
        }
    }
}

/// Creates a recent audit record, seals its hour and returns its id. Sealing the organisation's own records would take two years of
/// hours.
async fn create_sealed_record(organisation: &Organisation, now: Timestamp) -> Result<String> {
    let (clock, shell) = (&organisation.world.clock, &organisation.world.shell);
    clock.set(now - SignedDuration::from_hours(4));
    let id = create_object(organisation, &access::AUDIT_LOGS_CREATE, json!({}), &organisation.admin).await?;
    clock.set(now - SignedDuration::from_hours(2));
    let seal = audit::job::seal::build(shell)?;
    seal(shell.system_origin("audit-job-seal", "req_job"), json!({})).await.map_err(|error| error.to_string())?;
    Ok(id)
}

/// Creates an object from the sample body with these members and returns its id.
pub(crate) async fn create_object(
    organisation: &Organisation,
    row: &'static Operation,
    members: Value,
    caller: &Person,
) -> Result<String> {
    let mut body = sample_body(row);
    if let (Some(body), Value::Object(members)) = (body.as_object_mut(), members) {
        body.extend(members);
    }
    let created =
        body_of_success(organisation.world.post(organisation.app(row), row.path, body).signed_in_as(caller).await);
    let created = created.map_err(|error| format!("{}: {error}", row.name))?;
    Ok(created.get("id").and_then(Value::as_str).unwrap_or_default().to_owned())
}

fn weeks_since_samples(today: Date) -> Result<i64> {
    let whole =
        SpanRound::new().smallest(Unit::Week).largest(Unit::Week).mode(jiff::RoundMode::Floor).relative(SAMPLE_DATE);
    Ok(i64::from(SAMPLE_DATE.until(today)?.round(whole)?.get_weeks()))
}

/// Text whose leading date is moved by weeks; any other text unchanged.
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
        assert_eq!(weeks_since_samples(date(2024, 6, 10)).unwrap(), 0);
        assert_eq!(weeks_since_samples(date(2024, 6, 16)).unwrap(), 0);
        assert_eq!(weeks_since_samples(date(2024, 6, 17)).unwrap(), 1);
        assert_eq!(weeks_since_samples(date(2025, 6, 9)).unwrap(), 52);
        assert_eq!(shifted("2024-07-15", 1), "2024-07-22");
        assert_eq!(shifted("2024-06-10T06:58:12Z", 52), "2025-06-09T06:58:12Z");
        for other in ["Office", "", "1234567890 and more", "2024-06"] {
            assert_eq!(shifted(other, 1), other);
        }
    }
}
