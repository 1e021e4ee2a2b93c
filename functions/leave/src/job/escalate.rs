//! `leave-job-escalate`: nobody has decided in time, so the step goes up a level. Publishes `leave.request_escalated`.
//!
//! Started by the one-shot schedule that `leave-on-request` made. A generation that is not the current one is stale: somebody has
//! decided, or the step went up already; nothing happens then.

use std::sync::Arc;

use events::EventType;
use kernel::{Error, LeaveId, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    job::{self, Handler},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    domain::request::Status,
    store::{Attempt, Records},
};

/// The function's name.
const FUNCTION: &str = "leave-job-escalate";
/// How often a change is tried that somebody else was faster at.
const TRIES_MAX: u32 = 3;

/// What the schedule sends.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Due {
    leave_id: LeaveId,
    generation: u32,
}

async fn run(records: &Records, origin: &Origin, due: Due) -> Result<Value> {
    for _ in 0..TRIES_MAX {
        let before = records.request(due.leave_id).await?;
        let waiting = before.value.approval.as_ref().filter(|_| before.value.status == Status::Pending);
        let Some(raised) = waiting.and_then(|approval| approval.escalate(due.generation)) else {
            return Ok(json!({ "leave_id": due.leave_id, "escalated": false }));
        };
        let data = json!({ "step": raised.step, "level": raised.level });
        let after = before.value.advanced(raised, origin.at);
        let event = EventType::LeaveRequestEscalated;
        if let Attempt::Done(_) = records.advance(origin, &before, &after, event, data).await? {
            return Ok(json!({ "leave_id": due.leave_id, "escalated": true }));
        }
    }
    Err(Error::unavailable("others changed the request every time"))
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let records = Records::from_shell(shell)?;
    Ok(Arc::new(move |origin, input| {
        let records = records.clone();
        Box::pin(async move {
            let due = serde_json::from_value(input).map_err(Error::internal)?;
            run(&records, &origin, due).await
        })
    }))
}

/// Runs the function.
pub fn serve() {
    job::serve(FUNCTION, build);
}
