//! `leave-job-escalate`: escalates a step without a timely decision by one level. Publishes `leave.request_escalated`.
//!
//! The one-shot schedule of `leave-on-request` starts it. An outdated generation means that the step was decided or
//! escalated before; the job then changes nothing.

use events::EventType;
use kernel::{Error, LeaveId, Origin, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::store::{LeaveStore, Race};

lambda::job!("leave-job-escalate", run, lambda::Api<LeaveStore>);

/// Input that the schedule passes to the job.
#[derive(Debug, Clone, Copy, Deserialize)]
struct EscalationInput {
    leave_id: LeaveId,
    generation: u32,
}

/// Escalates the current step, unless the request is decided or has another generation.
async fn run(api: lambda::Api<LeaveStore>, origin: Origin, input: Value) -> Result<Value> {
    let EscalationInput { leave_id, generation } = serde_json::from_value(input).map_err(Error::internal)?;
    let escalated = api.until_won(origin.at, || async {
        let before = api.store.get_request(leave_id).await?;
        let Some(raised) = before.value.pending_approval().and_then(|approval| approval.escalate(generation)) else {
            return Ok(Race::Won(false));
        };
        let data = json!({ "step": raised.step, "level": raised.level });
        let after = before.value.with_approval(raised, origin.at);
        let event = EventType::LeaveRequestEscalated;
        Ok(api.store.update_pending_approval(&origin, &before, &after, event, data).await?.replace_won(true))
    });
    Ok(json!({ "leave_id": leave_id, "escalated": escalated.await? }))
}
