//! `leave-on-request`: schedules the escalation of an approval step that has a time limit, and returns days off beside a
//! request that ended or changed. Publishes `leave.balance_changed` for each request that gives back such days.
//!
//! The one-shot schedule starts `leave-job-escalate` with the request and its generation. Events may arrive in any
//! order and repeatedly: the name of a schedule contains the request and the generation, so it exists once, and a
//! schedule of an outdated generation changes nothing. Days off come back only while they do not lie between leave.

use events::{Event, EventType};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, LeaveId, Origin, Result};
use lambda::{FromShell, InitError, Shell};

use crate::{
    app::{days_between::return_days_beside, escalation_scheduler::EscalationScheduler, post_due_entries::Api},
    domain::request::Request,
};

lambda::consumer!("leave-on-request", events(handle), RequestConsumer);

#[derive(Clone)]
struct RequestConsumer {
    api: Api,
    scheduler: EscalationScheduler,
}

impl FromShell for RequestConsumer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, scheduler: EscalationScheduler::from_shell(shell)? })
    }
}

/// Least time between now and the start of a schedule, so that it is not past when it is created.
const SCHEDULE_LEAD: SignedDuration = SignedDuration::from_secs(60);

/// Request, generation and time of the next escalation, for an event that opened a step with a time limit; `None` for
/// other events.
fn next_escalation(event: &Event) -> Result<Option<(LeaveId, u32, Timestamp)>> {
    let opens_a_step = matches!(
        event.event_type(),
        Some(EventType::LeaveRequestCreated | EventType::LeaveRequestAdvanced | EventType::LeaveRequestEscalated)
    );
    let Some(values) = event.new_values.as_ref().filter(|_| opens_a_step) else { return Ok(None) };
    let request: Request = serde_json::from_value(values.clone()).map_err(Error::internal)?;
    let pending_approval = request.pending_approval();
    let Some((approval, hours)) = pending_approval.and_then(|one| Some((one, one.escalates_after_hours()?))) else {
        return Ok(None);
    };
    let at = event.stamp.at.saturating_add(SignedDuration::from_hours(i64::from(hours))).map_err(Error::internal)?;
    Ok(Some((request.id, approval.generation, at)))
}

/// Request as it was before it was rejected, lost days or moved; `None` for other events. A republished event has only the
/// request after the change.
fn ended_or_changed(event: &Event) -> Result<Option<Request>> {
    let ends = matches!(
        event.event_type(),
        Some(EventType::LeaveRequestRejected | EventType::LeaveRequestCancelled | EventType::LeaveRequestMoved)
    );
    // The dates of an ended request are those that it had last.
    let before = event.old_values.as_ref().or(event.new_values.as_ref()).filter(|_| ends);
    before.map(|values| serde_json::from_value(values.clone()).map_err(Error::internal)).transpose()
}

async fn handle(consumer: RequestConsumer, origin: Origin, event: Event) -> Result<()> {
    if let Some(before) = ended_or_changed(&event)? {
        let changed = return_days_beside(&consumer.api, &origin, &before).await?;
        tracing::info!(status = "success", "{} ended or changed, {changed} requests return days off", before.id);
    }
    let Some((id, generation, at)) = next_escalation(&event)? else { return Ok(()) };
    let soonest = origin.at.saturating_add(SCHEDULE_LEAD).map_err(Error::internal)?;
    consumer.scheduler.schedule_escalation_if_missing(id, generation, at.max(soonest)).await?;
    tracing::info!(status = "success", "{id} escalates at {at} unless decided, generation {generation}");
    Ok(())
}
