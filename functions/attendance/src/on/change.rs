//! `attendance-on-change`: what settled days were derived from has changed, so they are derived again; and a run that somebody asks
//! for is cut into pages. Puts work on the queue of `attendance-job-settle`.
//!
//! Any order, any number of times: a day that is derived again from the same comes out the same, and pages are made once.

use events::{Event, EventType};
use jiff::{Span, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::Deserialize;

use crate::{
    app::dispatch_run::Dispatcher,
    domain::{
        day::Day,
        run::Run,
        settlement_work::{EmployeeDays, SettlementPage},
    },
};

lambda::consumer!("attendance-on-change", events(handle), Dispatcher);

/// A piece of work has at most so many days of one person.
const DAYS_PER_PIECE: i64 = 62;
/// No assignment reaches further back than this, in pieces of work: twenty years.
const PIECES_MAX: usize = 120;

/// What the event of a correction says.
#[derive(Deserialize)]
struct Corrected {
    employee_id: EmployeeId,
    date: Date,
}

/// What the event of an assignment says.
#[derive(Deserialize)]
struct Assigned {
    employee_id: EmployeeId,
    /// Nothing where all of them lie too far back to be derived again.
    #[serde(default)]
    affected: Option<Affected>,
}

/// The days that an assignment changes.
#[derive(Deserialize)]
struct Affected {
    from: Date,
    to: Option<Date>,
}

/// What an event asks for.
enum ChangeEffect {
    Nothing,
    Rederive(EmployeeDays),
    Run(Box<Run>),
}

fn asks(event: &Event, today: Date) -> Result<ChangeEffect> {
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
            let day: Day = read(event.new_values.clone())?;
            let days = EmployeeDays { employee_id: day.employee_id, from: day.date, to: day.date };
            day.outcome.map_or(ChangeEffect::Nothing, |_| ChangeEffect::Rederive(days))
        }
        Some(E::AttendanceCorrection) => {
            let Corrected { employee_id, date } = read(event.stamp.data.clone())?;
            ChangeEffect::Rederive(EmployeeDays { employee_id, from: date, to: date })
        }
        Some(E::AttendanceShiftAssigned | E::AttendanceShiftReassigned | E::AttendanceShiftUnassigned) => {
            let Assigned { employee_id, affected } = read(event.stamp.data.clone())?;
            let so_far = affected.map(|Affected { from, to }| (from, to.map_or(today, |to| to.min(today))));
            so_far.filter(|(from, to)| from <= to).map_or(ChangeEffect::Nothing, |(from, to)| {
                ChangeEffect::Rederive(EmployeeDays { employee_id, from, to })
            })
        }
        Some(E::AttendanceRunRequested) => ChangeEffect::Run(Box::new(read(event.new_values.clone())?)),
        Some(_) | None => ChangeEffect::Nothing,
    })
}

fn read<T: serde::de::DeserializeOwned>(value: Option<serde_json::Value>) -> Result<T> {
    serde_json::from_value(value.unwrap_or_default()).map_err(Error::internal)
}

/// Long stretches in pieces of bounded length.
fn split(days: EmployeeDays) -> Vec<EmployeeDays> {
    let starts = days.from.series(Span::new().days(DAYS_PER_PIECE)).take_while(|from| *from <= days.to);
    let piece = |from: Date| {
        let to = from.saturating_add(Span::new().days(DAYS_PER_PIECE - 1)).min(days.to);
        EmployeeDays { from, to, ..days }
    };
    starts.take(PIECES_MAX).map(piece).collect()
}

async fn handle(dispatcher: Dispatcher, origin: Origin, event: Event) -> Result<()> {
    // Whoever lives ahead of UTC has their tomorrow already.
    let today = origin.at.to_zoned(TimeZone::UTC).date().saturating_add(Span::new().days(1));
    match asks(&event, today)? {
        ChangeEffect::Nothing => {}
        ChangeEffect::Rederive(days) => {
            let works =
                split(days).into_iter().map(|days| SettlementPage::rederive(origin.request_id.clone(), vec![days]));
            dispatcher.queue.send(&works.collect::<Vec<_>>()).await?;
            tracing::info!(status = "success", "{} from {} to {}", days.employee_id, days.from, days.to);
        }
        ChangeEffect::Run(asked) => {
            let stands = dispatcher.records.run(asked.id).await?.map(|run| run.value);
            let run = stands.ok_or_else(|| Error::internal(format!("{} is not stored", asked.id)))?;
            if run.dispatched_at.is_none() {
                let dispatched = dispatcher.dispatch(&origin, &run).await?;
                tracing::info!(status = "success", "{}: {} pages", run.id, dispatched.pages);
            }
        }
    }
    Ok(())
}
