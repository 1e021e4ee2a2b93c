//! Sends every request at its planned time, and again with the same idempotency key if there was no conclusive response.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    kind::RequestKind,
    load_users::LoadUsers,
    outcome::{Outcome, RequestOutcome},
    plan::{Plan, Request},
};
use crate::scenario::{Scenario, client::Answer, client::Person};

/// Most attempts per request. Only a request without a conclusive response is sent again.
const ATTEMPTS_MAX: u32 = 5;
/// Pause before the second attempt, unless the response has `Retry-After`; each further pause is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// Longest pause between two attempts.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// Latitude and longitude of the punches: the Berlin office of the demo organisation.
const OFFICE: (f64, f64) = (52.521_918, 13.413_215);

/// Outcomes of all requests.
#[derive(Debug)]
pub(crate) struct LoadRun<'a> {
    /// Outcomes in the order of the plan.
    pub(crate) outcomes: Vec<Outcome<'a>>,
    /// Time from the first planned request to the last response.
    pub(crate) elapsed: Duration,
}

/// Sends all requests of a plan and waits for their outcomes. The requests of one sequence are sent one after another.
pub(crate) async fn send_plan<'a>(scenario: &Scenario, users: &LoadUsers, plan: &'a Plan) -> LoadRun<'a> {
    // Starts after a short delay, in which the futures are built.
    let start = Instant::now() + PAUSE;
    let sequence = async |sequence: Vec<&'a Request>| {
        let mut outcomes: Vec<Outcome<'a>> = Vec::with_capacity(sequence.len());
        for request in sequence {
            let last = outcomes.last().map(|last| &last.outcome);
            let unknown = matches!(last, Some(RequestOutcome::Unknown(_) | RequestOutcome::Skipped));
            outcomes.push(if unknown {
                skipped_outcome(request)
            } else {
                send_request(scenario, users, request, start).await
            });
        }
        outcomes
    };
    let sequences = join_all(plan.sequences().into_iter().map(sequence)).await;
    let mut outcomes: Vec<Outcome<'a>> = sequences.into_iter().flatten().collect();
    outcomes.sort_by_key(|outcome| outcome.request.number);
    LoadRun { outcomes, elapsed: start.elapsed() }
}

/// Sends a request at its planned time, or after the request that it follows. Its latency counts from the planned time in either case.
async fn send_request<'a>(scenario: &Scenario, users: &LoadUsers, request: &'a Request, start: Instant) -> Outcome<'a> {
    let (due, ready) = (start + request.at, Instant::now());
    sleep_until(due).await;
    let start_delay = due.max(ready).elapsed();
    let (operation, key, mut retries) = (request.kind.operation(), users.request_key(request.number), 0);
    let outcome = loop {
        let Some((path, by, body)) = path_sender_and_body(request, users, &key) else {
            break RequestOutcome::Refused("the run has no object for this request".to_owned());
        };
        let call =
            scenario.api.call(operation.method.as_str(), path, body.as_ref()).by(by).header("x-request-id", &key);
        let answer = if request.kind.writes() { call.idempotency_key(&key) } else { call }.send().await;
        let after = answer.as_ref().ok().and_then(|answer| answer.headers.get("retry-after")?.parse().ok());
        match outcome_of_answer(answer, request.kind) {
            RequestOutcome::Unknown(_) if retries + 1 < ATTEMPTS_MAX => {
                sleep(after.map_or(PAUSE * 2_u32.pow(retries), Duration::from_secs).min(PAUSE_MAX)).await;
                retries += 1;
            }
            outcome => break outcome,
        }
    };
    Outcome { request, outcome, retries, latency: due.elapsed(), start_delay }
}

/// Outcome of a request that is not sent, because it follows one with an unknown outcome: a check-out makes no sense if the check-in
/// may be missing.
const fn skipped_outcome(request: &Request) -> Outcome<'_> {
    let (latency, start_delay) = (Duration::ZERO, Duration::ZERO);
    Outcome { request, outcome: RequestOutcome::Skipped, retries: 0, latency, start_delay }
}

/// Outcome of a response. A request without a conclusive response may or may not have been carried out.
fn outcome_of_answer(answer: Result<Answer, String>, kind: RequestKind) -> RequestOutcome {
    let text = |answer: &Answer| format!("{} answered {}: {}", kind.operation().name, answer.status, answer.body);
    match answer {
        Ok(Answer { status: 200..=299, body, .. }) => {
            RequestOutcome::Accepted(if kind.writes() { body } else { Value::Null })
        }
        Ok(answer) if answer.status != 429 && answer.status < 500 => RequestOutcome::Refused(text(&answer)),
        Ok(answer) => RequestOutcome::Unknown(text(&answer)),
        Err(error) => RequestOutcome::Unknown(error),
    }
}

/// Path, sender and body of a request; `None` if an object that it needs does not exist.
fn path_sender_and_body<'a>(
    request: &Request,
    users: &'a LoadUsers,
    key: &str,
) -> Option<(String, &'a Person, Option<Value>)> {
    let user = users.people.get(request.who)?;
    let (path, id) = (request.kind.operation().path, user.person.id.to_string());
    let (path, body) = match request.kind {
        RequestKind::CheckIn | RequestKind::BreakStart | RequestKind::BreakEnd | RequestKind::CheckOut => {
            let position = json!({"latitude": OFFICE.0, "longitude": OFFICE.1, "accuracy_m": 12});
            (path.to_owned(), Some(json!({"location": "Office", "device": key, "position": position})))
        }
        RequestKind::AskForLeave => {
            let day = users.days.get(request.nth)?;
            let body = json!({"leave_type": "unpaid", "start_date": day, "end_date": day, "reason": key});
            (path.to_owned(), Some(body))
        }
        RequestKind::MarkRead => (path.replace("{notification_id}", user.notification_ids.get(request.nth)?), None),
        RequestKind::ChangePerson => (path.replace("{employee_id}", &id), Some(json!({"role": key}))),
        RequestKind::ReadPerson | RequestKind::ReadBalances => (path.replace("{employee_id}", &id), None),
        RequestKind::ReadMonth => {
            (format!("{}?month={}", path.replace("{employee_id}", &id), users.today.strftime("%Y-%m")), None)
        }
        RequestKind::ReadInbox | RequestKind::ReadUnread => (path.replace("{user_id}", &id), None),
        RequestKind::ListPeople => (path.to_owned(), None),
    };
    let by_hr = matches!(request.kind, RequestKind::ListPeople | RequestKind::ChangePerson);
    Some((path, if by_hr { &users.hr } else { &user.person }, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_server_errors_and_timeouts_leave_the_outcome_unknown() {
        let answer = |status| Ok(Answer { status, body: json!({"id": "x"}), ..Answer::default() });
        let outcome = |status, kind| outcome_of_answer(answer(status), kind);
        assert_eq!(outcome(201, RequestKind::CheckIn), RequestOutcome::Accepted(json!({"id": "x"})));
        assert_eq!(outcome(200, RequestKind::ReadInbox), RequestOutcome::Accepted(Value::Null));
        assert!(matches!(outcome(409, RequestKind::CheckIn), RequestOutcome::Refused(text) if text.contains("409")));
        for unknown in [answer(429), answer(500), answer(503), answer(504), Err("no answer in 30 s".to_owned())] {
            assert!(matches!(outcome_of_answer(unknown, RequestKind::CheckIn), RequestOutcome::Unknown(_)));
        }
    }
}
