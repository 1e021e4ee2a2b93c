//! `leave-job-escalate`: nobody has decided in time, so the step goes up a level. Publishes `leave.request_escalated`.
//!
//! Started by the one-shot schedule that `leave-on-request` made. A generation that is not the current one is stale: somebody has
//! decided, or the step went up already; nothing happens then.

use events::EventType;
use kernel::{Error, LeaveId, Origin, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::store::{LeaveStore, Race};

lambda::job!("leave-job-escalate", run, lambda::Api<LeaveStore>);

/// What the schedule sends.
#[derive(Debug, Clone, Copy, Deserialize)]
struct EscalationInput {
    leave_id: LeaveId,
    generation: u32,
}

async fn run(api: lambda::Api<LeaveStore>, origin: Origin, due: Value) -> Result<Value> {
    let EscalationInput { leave_id, generation } = serde_json::from_value(due).map_err(Error::internal)?;
    let escalated = api.until_won(origin.at, || async {
        let before = api.store.request(leave_id).await?;
        let Some(raised) = before.value.waiting().and_then(|approval| approval.escalate(generation)) else {
            return Ok(Race::Won(false));
        };
        let data = json!({ "step": raised.step, "level": raised.level });
        let after = before.value.with_approval(raised, origin.at);
        let event = EventType::LeaveRequestEscalated;
        Ok(api.store.save_approval_step(&origin, &before, &after, event, data).await?.map_won(true))
    });
    Ok(json!({ "leave_id": leave_id, "escalated": escalated.await? }))
}
