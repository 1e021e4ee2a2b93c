//! `leave-on-request`: a step that goes up a level when nobody decides gets its alarm clock: a one-shot schedule that starts
//! `leave-job-escalate` with the request and its generation.
//!
//! Any order, any number of times: the schedule's name is the request and the generation, so a second one is not made, and one
//! for a step that is decided meanwhile finds another generation and does nothing.

use aws_sdk_scheduler::{
    Client,
    error::DisplayErrorContext,
    operation::create_schedule::CreateScheduleError,
    types::{ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, Target},
};
use events::{Event, EventType};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{Error, LeaveId, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};
use serde_json::json;

use crate::domain::request::Request;

/// The function's name.
const FUNCTION: &str = "leave-on-request";
/// A schedule is never made for a moment that may be past when it is made.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// Where schedules are made, and what they start.
#[derive(Clone)]
struct Clock {
    client: Client,
    group: String,
    role: String,
    job: String,
    dead_letters: String,
}

impl FromShell for Clock {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self {
            client: Client::new(&shell.aws),
            group: shell.env("ESCALATION_GROUP")?,
            role: shell.env("ESCALATION_ROLE")?,
            job: shell.env("ESCALATION_JOB")?,
            dead_letters: shell.env("ESCALATION_DLQ")?,
        })
    }
}

impl Clock {
    /// Sets the alarm for one generation of a request; one that is set already is fine.
    async fn set(&self, id: LeaveId, generation: u32, at: Timestamp) -> Result<()> {
        let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off);
        let created = self
            .client
            .create_schedule()
            .group_name(&self.group)
            .name(format!("{id}-{generation}"))
            .schedule_expression(format!("at({})", at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S")))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(window.build().map_err(Error::internal)?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(self.target(id, generation)?)
            .send()
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(CreateScheduleError::ConflictException(_)) => Ok(()),
                Some(_) | None => Err(Error::unavailable(format!("CreateSchedule: {}", DisplayErrorContext(error)))),
            },
        }
    }

    fn target(&self, id: LeaveId, generation: u32) -> Result<Target> {
        let lost = DeadLetterConfig::builder().arn(&self.dead_letters).build();
        let target = Target::builder().arn(&self.job).role_arn(&self.role).dead_letter_config(lost);
        let input = json!({ "leave_id": id, "generation": generation });
        target.input(input.to_string()).build().map_err(Error::internal)
    }
}

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

async fn handle(clock: Clock, shell: Shell, event: Event) -> Result<()> {
    let Some((id, generation, at)) = escalation(&event)? else { return Ok(()) };
    let soonest = shell.now().saturating_add(AHEAD).map_err(Error::internal)?;
    clock.set(id, generation, at.max(soonest)).await?;
    tracing::info!(status = "success", "{id} escalates at {at} unless decided, generation {generation}");
    Ok(())
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let (clock, shell) = (Clock::from_shell(shell)?, shell.clone());
    Ok(queue::each(move |event| handle(clock.clone(), shell.clone(), event)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
