//! `attendance-on-change`: queues settled days whose inputs changed for `attendance-job-settle`, and dispatches
//! requested runs.
//!
//! Idempotent in any order: unchanged inputs give the same day, and the pages of a run are created once.

use events::{Event, EventType};
use jiff::{Span, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::Deserialize;

use crate::{
    app::dispatch_run::Dispatcher,
    domain::{
        day::Day,
        run::Run,
        settlement_page::{EmployeeDays, SettlementPage},
    },
};

lambda::consumer!("attendance-on-change", events(handle), Dispatcher);

/// Maximum days of one person in a message.
const DAYS_PER_MESSAGE: i64 = 62;
/// Maximum messages for one event; they cover twenty years.
const MESSAGES_MAX: usize = 120;

/// Data of an event about an approved correction.
#[derive(Deserialize)]
struct CorrectionData {
    employee_id: EmployeeId,
    date: Date,
}

/// Data of an event about a shift assignment.
#[derive(Deserialize)]
struct AssignmentData {
    employee_id: EmployeeId,
    /// Affected days; `None` if all of them are frozen.
    #[serde(default)]
    affected: Option<DateSpan>,
}

/// Days that an assignment affects; open-ended without `to`.
#[derive(Deserialize)]
struct DateSpan {
    from: Date,
    to: Option<Date>,
}

/// Effect of an event on settled days.
enum ChangeEffect {
    Nothing,
    Rederive(EmployeeDays),
    Run(Box<Run>),
}

/// Effect of an event; `today` ends open-ended assignments.
fn change_effect_of(event: &Event, today: Date) -> Result<ChangeEffect> {
    use EventType as E;
    Ok(match event.event_type() {
        Some(
            E::AttendanceCheckedIn
            | E::AttendanceCheckedOut
            | E::AttendanceBreakStarted
            | E::AttendanceBreakEnded
            | E::AttendancePunchesReceived
            | E::AttendanceManualEntry,
        ) => {
            let day: Day = parse_value(event.new_values.clone())?;
            let days = EmployeeDays { employee_id: day.employee_id, from: day.date, to: day.date };
            day.outcome.map_or(ChangeEffect::Nothing, |_| ChangeEffect::Rederive(days))
        }
        Some(E::AttendanceCorrection) => {
            let CorrectionData { employee_id, date } = parse_value(event.stamp.data.clone())?;
            ChangeEffect::Rederive(EmployeeDays { employee_id, from: date, to: date })
        }
        Some(E::AttendanceShiftAssigned | E::AttendanceShiftReassigned | E::AttendanceShiftUnassigned) => {
            let AssignmentData { employee_id, affected } = parse_value(event.stamp.data.clone())?;
            let until_today = affected.map(|DateSpan { from, to }| (from, to.map_or(today, |to| to.min(today))));
            until_today.filter(|(from, to)| from <= to).map_or(ChangeEffect::Nothing, |(from, to)| {
                ChangeEffect::Rederive(EmployeeDays { employee_id, from, to })
            })
        }
        Some(E::AttendanceRunRequested) => ChangeEffect::Run(Box::new(parse_value(event.new_values.clone())?)),
        Some(_) | None => ChangeEffect::Nothing,
    })
}

/// Deserializes values of an event; a missing value is read as null.
fn parse_value<T: serde::de::DeserializeOwned>(value: Option<serde_json::Value>) -> Result<T> {
    serde_json::from_value(value.unwrap_or_default()).map_err(Error::internal)
}

/// Splits a date range into parts of at most 62 days, one for each message. Parts after the 120th are dropped.
fn split_into_messages(days: EmployeeDays) -> Vec<EmployeeDays> {
    let starts = days.from.series(Span::new().days(DAYS_PER_MESSAGE)).take_while(|from| *from <= days.to);
    let piece = |from: Date| {
        let to = from.saturating_add(Span::new().days(DAYS_PER_MESSAGE - 1)).min(days.to);
        EmployeeDays { from, to, ..days }
    };
    starts.take(MESSAGES_MAX).map(piece).collect()
}

async fn handle(dispatcher: Dispatcher, origin: Origin, event: Event) -> Result<()> {
    // In zones ahead of UTC, tomorrow has begun.
    let today = origin.at.to_zoned(TimeZone::UTC).date().saturating_add(Span::new().days(1));
    match change_effect_of(&event, today)? {
        ChangeEffect::Nothing => {}
        ChangeEffect::Rederive(days) => {
            let pages = split_into_messages(days)
                .into_iter()
                .map(|days| SettlementPage::rederive(origin.request_id.clone(), vec![days]));
            dispatcher.queue.send(&pages.collect::<Vec<_>>()).await?;
            tracing::info!(
                status = "success",
                "{} is derived again from {} to {}",
                days.employee_id,
                days.from,
                days.to
            );
        }
        ChangeEffect::Run(requested) => {
            let stored = dispatcher.store.find_run(requested.id).await?.map(|run| run.value);
            let run = stored.ok_or_else(|| Error::internal(format!("{} is not stored", requested.id)))?;
            if run.dispatched_at.is_none() {
                let dispatched = dispatcher.dispatch(&origin, &run).await?;
                tracing::info!(status = "success", "{} has {} more pages", run.id, dispatched.pages);
            }
        }
    }
    Ok(())
}
