//! One-shot schedules (EventBridge Scheduler) that start `leave-job-escalate` for one generation of a request.

use aws_sdk_scheduler::{
    Client,
    error::DisplayErrorContext,
    operation::create_schedule::CreateScheduleError,
    types::{ActionAfterCompletion, DeadLetterConfig, FlexibleTimeWindow, FlexibleTimeWindowMode, Target},
};
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Error, LeaveId, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::json;

/// Creates schedules that start the escalation job.
#[derive(Clone)]
pub struct EscalationScheduler {
    client: Client,
    group: String,
    role: String,
    job: String,
    dead_letters: String,
}

impl FromShell for EscalationScheduler {
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

impl EscalationScheduler {
    /// Schedules the escalation of one generation of a request. An existing schedule of the same name is kept.
    pub async fn schedule_escalation_if_missing(&self, id: LeaveId, generation: u32, at: Timestamp) -> Result<()> {
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
            .target(self.escalation_target(id, generation)?)
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

    /// Escalation job with its input and its dead-letter queue.
    fn escalation_target(&self, id: LeaveId, generation: u32) -> Result<Target> {
        let dead_letters = DeadLetterConfig::builder().arn(&self.dead_letters).build();
        let target = Target::builder().arn(&self.job).role_arn(&self.role).dead_letter_config(dead_letters);
        let input = json!({ "leave_id": id, "generation": generation });
        target.input(input.to_string()).build().map_err(Error::internal)
    }
}
