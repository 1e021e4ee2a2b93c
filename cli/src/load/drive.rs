//! Sends every request at its instant, and again under the same key where there was no answer that says what came of it.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep, sleep_until};

use super::{
    kind::Kind,
    outcome::{Fate, Outcome},
    plan::{Plan, Request},
    staff::{Person, Staff},
};
use crate::api::{Answer, Api};

/// So often a request is tried.
const TRIES_MAX: u32 = 5;
/// The pause before the second try, unless the answer says when; each is twice the one before.
const PAUSE: Duration = Duration::from_millis(200);
/// No pause is longer.
const PAUSE_MAX: Duration = Duration::from_secs(5);
/// Where they stand: in the office of the demo organisation.
const OFFICE: (f64, f64) = (52.521_918, 13.413_215);

/// What came of all of them.
#[derive(Debug)]
pub(crate) struct Driven<'a> {
    /// In the order of the plan.
    pub(crate) outcomes: Vec<Outcome<'a>>,
    /// From the first instant to the last answer.
    pub(crate) took: Duration,
}

/// One request as it is sent.
struct Asked<'a> {
    path: String,
    token: &'a str,
    body: Option<Value>,
}

/// Sends them all.
pub(crate) async fn drive<'a>(api: &Api, staff: &Staff, plan: &'a Plan) -> Driven<'a> {
    // A moment to make the futures in.
    let began = Instant::now() + PAUSE;
    let queue = async |queue: Vec<&'a Request>| {
        let mut outcomes = Vec::with_capacity(queue.len());
        for request in queue {
            let lost = matches!(outcomes.last(), Some(Outcome { fate: Fate::Open(_) | Fate::Unasked, .. }));
            outcomes.push(if lost { unasked(request) } else { send(api, staff, request, began).await });
        }
        outcomes
    };
    let queues = join_all(plan.queues().into_iter().map(queue)).await;
    let mut outcomes: Vec<Outcome<'a>> = queues.into_iter().flatten().collect();
    outcomes.sort_by_key(|outcome| outcome.request.number);
    Driven { outcomes, took: began.elapsed() }
}

/// Sends one at its instant, or when those that it waits for have been answered. Its time counts from its instant in either case.
async fn send<'a>(api: &Api, staff: &Staff, request: &'a Request, began: Instant) -> Outcome<'a> {
    let (due, free) = (began + request.at, Instant::now());
    sleep_until(due).await;
    let late = due.max(free).elapsed();
    let (operation, mark) = (request.kind.operation(), staff.mark(request.number));
    let Some(asked) = asked(request, staff, &mark) else {
        let fate = Fate::Refused("there is nothing to ask this of".to_owned());
        return Outcome { request, fate, again: 0, took: due.elapsed(), late };
    };
    let mut headers = vec![("authorization".to_owned(), format!("Bearer {}", asked.token))];
    headers.push(("x-request-id".to_owned(), mark.clone()));
    headers.extend(request.kind.writes().then_some(("idempotency-key".to_owned(), mark)));
    let mut again = 0;
    loop {
        let answer = api.call_with(operation.method.as_str(), &asked.path, &headers, asked.body.as_ref()).await;
        let after = answer.as_ref().ok().and_then(|answer| answer.retry_after);
        match fate_of(answer, request.kind) {
            Fate::Open(_) if again + 1 < TRIES_MAX => {
                sleep(after.unwrap_or(PAUSE * 2_u32.pow(again)).min(PAUSE_MAX)).await;
                again += 1;
            }
            fate => return Outcome { request, fate, again, took: due.elapsed(), late },
        }
    }
}

/// Whoever does not know whether they are in does not go out: what follows in the same queue makes no sense any more.
const fn unasked(request: &Request) -> Outcome<'_> {
    Outcome { request, fate: Fate::Unasked, again: 0, took: Duration::ZERO, late: Duration::ZERO }
}

/// What an answer means. Of those that are tried again nobody knows whether they were done.
fn fate_of(answer: Result<Answer, String>, kind: Kind) -> Fate {
    match answer {
        Ok(Answer { status: 200..=299, body, .. }) => Fate::Answered(if kind.writes() { body } else { Value::Null }),
        Ok(Answer { status, body, .. }) if status != 429 && status < 500 => {
            Fate::Refused(format!("{} answered {status}: {body}", kind.operation().name))
        }
        Ok(Answer { status, body, .. }) => Fate::Open(format!("{} answered {status}: {body}", kind.operation().name)),
        Err(said) => Fate::Open(said),
    }
}

/// A request as it is sent; nothing where what it needs is not there.
fn asked<'a>(request: &Request, staff: &'a Staff, mark: &str) -> Option<Asked<'a>> {
    let Person { id, token, told } = staff.people.get(request.who)?;
    let path = request.kind.operation().path;
    let of = |parameter: &str, id: &str| path.replace(parameter, id);
    let (path, body) = match request.kind {
        Kind::CheckIn | Kind::BreakStart | Kind::BreakEnd | Kind::CheckOut => {
            let position = json!({"latitude": OFFICE.0, "longitude": OFFICE.1, "accuracy_m": 12});
            (path.to_owned(), Some(json!({"location": "Office", "device": mark, "position": position})))
        }
        Kind::AskForLeave => {
            let day = staff.days.get(request.nth)?;
            let body = json!({"leave_type": "unpaid", "start_date": day, "end_date": day, "reason": mark});
            (path.to_owned(), Some(body))
        }
        Kind::MarkRead => (of("{notification_id}", told.get(request.nth)?), None),
        Kind::ChangePerson => (of("{employee_id}", id), Some(json!({"role": mark}))),
        Kind::ReadPerson | Kind::ReadBalances => (of("{employee_id}", id), None),
        Kind::ReadMonth => (format!("{}?month={}", of("{employee_id}", id), staff.today.strftime("%Y-%m")), None),
        Kind::ReadInbox | Kind::ReadUnread => (of("{user_id}", id), None),
        Kind::ListPeople => (path.to_owned(), None),
    };
    let by_hr = matches!(request.kind, Kind::ListPeople | Kind::ChangePerson);
    Some(Asked { path, token: if by_hr { &staff.hr } else { token }, body })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Result<Answer, String> {
        Ok(Answer { status, body: json!({"id": "x"}), retry_after: None })
    }

    #[test]
    fn what_nobody_can_tell_the_fate_of_is_tried_again() {
        assert_eq!(fate_of(answer(201), Kind::CheckIn), Fate::Answered(json!({"id": "x"})));
        assert_eq!(fate_of(answer(200), Kind::ReadInbox), Fate::Answered(Value::Null));
        assert!(matches!(fate_of(answer(409), Kind::CheckIn), Fate::Refused(said) if said.contains("409")));
        for open in [answer(429), answer(500), answer(503), answer(504), Err("no answer in 30 s".to_owned())] {
            assert!(matches!(fate_of(open, Kind::CheckIn), Fate::Open(_)));
        }
    }
}
