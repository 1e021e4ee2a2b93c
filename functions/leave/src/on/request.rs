//! `leave-on-request`: a step that goes up a level when nobody decides gets its alarm clock: a one-shot schedule that starts
//! `leave-job-escalate` with the request and its generation.
//!
//! Any order, any number of times: the schedule's name is the request and the generation, so a second one is not made, and one
//! for a step that is decided meanwhile finds another generation and does nothing.

use events::{Event, EventType};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, LeaveId, Origin, Result};

use crate::{app::escalation_clock::EscalationScheduler, domain::request::Request};

lambda::consumer!("leave-on-request", events(handle), EscalationScheduler);

/// A schedule is never made for a moment that may be past when it is made.
const SCHEDULE_LEAD: SignedDuration = SignedDuration::from_secs(60);

/// When the step that this event began goes up a level, and in which generation.
fn escalation(event: &Event) -> Result<Option<(LeaveId, u32, Timestamp)>> {
    let begins_a_wait = matches!(
        event.event_type(),
        Some(EventType::LeaveRequestCreated | EventType::LeaveRequestAdvanced | EventType::LeaveRequestEscalated)
    );
    let Some(values) = event.new_values.as_ref().filter(|_| begins_a_wait) else { return Ok(None) };
    let request: Request = serde_json::from_value(values.clone()).map_err(Error::internal)?;
    let waiting = request.waiting();
    let Some((approval, hours)) = waiting.and_then(|one| Some((one, one.escalates_after_hours()?))) else {
        return Ok(None);
    };
    let at = event.stamp.at.saturating_add(SignedDuration::from_hours(i64::from(hours))).map_err(Error::internal)?;
    Ok(Some((request.id, approval.generation, at)))
}

async fn handle(clock: EscalationScheduler, origin: Origin, event: Event) -> Result<()> {
    let Some((id, generation, at)) = escalation(&event)? else { return Ok(()) };
    let soonest = origin.at.saturating_add(SCHEDULE_LEAD).map_err(Error::internal)?;
    clock.schedule(id, generation, at.max(soonest)).await?;
    tracing::info!(status = "success", "{id} escalates at {at} unless decided, generation {generation}");
    Ok(())
}
