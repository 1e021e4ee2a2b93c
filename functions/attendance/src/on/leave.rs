//! `attendance-on-leave`: puts approved leave on the days that it takes, and takes off them what was given back. Days that are
//! settled already are derived again.
//!
//! Any order, any number of times: each day keeps with a request the version that said so, and an older one changes nothing; also
//! what was given back stays with its version, so that an approval that comes after its cancellation finds it. Days are written
//! quietly under the version they were read at.

use std::sync::Arc;

use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, IdGenerator, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use policy::attendance::DayLeave;
use serde::Deserialize;

use crate::{
    domain::{
        day::Day,
        leave_request::{self, LeaveRequest},
        settlement_work::{EmployeeDays, SettlementPage},
    },
    store::{AttendanceStore, Race, Stored},
};

/// The entity of requests for leave: whatever happens to one, its event shows all of it.
const ENTITY: &str = "LeaveRequest";
/// How many days are written at a time.
const DAYS_AT_ONCE: usize = 16;

lambda::consumer!("attendance-on-leave", events(handle), State);

#[derive(Clone)]
struct State {
    records: AttendanceStore,
    mint: Arc<dyn IdGenerator>,
    queue: Sender<SettlementPage>,
}

impl FromShell for State {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let queue = Sender::new(shell, "SETTLE_QUEUE")?;
        Ok(Self { records: AttendanceStore::from_shell(shell)?, mint: Arc::clone(&shell.ids), queue })
    }
}

/// The request that an event shows; nothing where it concerns no day.
fn request_of(event: &Event) -> Result<Option<LeaveRequest>> {
    let Some(values) = event.new_values.as_ref().filter(|_| event.stamp.entity_type == ENTITY) else { return Ok(None) };
    let away = LeaveRequest::deserialize(values).map_err(Error::internal)?;
    Ok(away.affects_days().then_some(away))
}

/// Leave that is to be put on a day, and the day where anything is known of it.
type LeaveOnDay = (Date, DayLeave, Option<Stored<Day>>);

/// Which leave is to be put on which days.
async fn due(state: &State, away: &LeaveRequest, version: u64) -> Result<Vec<LeaveOnDay>> {
    let Some((first, last)) = away.period() else { return Ok(Vec::new()) };
    let mut known = state.records.list_days_of(away.employee_id, first, last).await?;
    let due = away.days(version).map(|(date, leave)| {
        let at = known.iter().position(|day| day.value.date == date);
        (date, leave, at.map(|at| known.swap_remove(at)))
    });
    Ok(due.collect())
}

/// Puts leave on one day; answers whether the day is settled and is to be derived again.
async fn put(state: &State, origin: &Origin, employee: EmployeeId, (date, leave, known): LeaveOnDay) -> Result<bool> {
    if let Race::Won(settled) = try_put(state, origin, employee, (date, &leave, known)).await? {
        return Ok(settled);
    }
    let again = || async {
        let known = state.records.day(employee, date).await?;
        try_put(state, origin, employee, (date, &leave, known)).await
    };
    store::pause::until_won(&*state.mint, origin.at, again).await
}

async fn try_put(
    state: &State,
    origin: &Origin,
    employee: EmployeeId,
    (date, leave, known): (Date, &DayLeave, Option<Stored<Day>>),
) -> Result<Race<bool>> {
    let Stored { value: day, version } =
        known.unwrap_or_else(|| Stored { value: Day::new(employee, date, origin.at), version: 0 });
    let Some(after) = leave_request::with_leave(&day, leave.clone(), origin.at) else {
        // Put there before: perhaps by a delivery that was cut off before it asked for the day to be derived again.
        let here = leave_request::leave_on(&day, leave.leave_id).is_some_and(|known| known.version == leave.version);
        return Ok(Race::Won(here && day.outcome.is_some()));
    };
    Ok(state.records.write_day(origin, &after, version, None).await?.map_won(after.outcome.is_some()))
}

/// Days that follow each other in one go.
fn spans(employee_id: EmployeeId, mut dates: Vec<Date>) -> Vec<EmployeeDays> {
    dates.sort_unstable();
    let mut spans: Vec<EmployeeDays> = Vec::new();
    for date in dates {
        match spans.last_mut() {
            Some(last) if last.to.tomorrow().is_ok_and(|next| next == date) => last.to = date,
            _ => spans.push(EmployeeDays { employee_id, from: date, to: date }),
        }
    }
    spans
}

async fn handle(state: State, origin: Origin, event: Event) -> Result<()> {
    let Some(away) = request_of(&event)? else { return Ok(()) };
    let due = due(&state, &away, event.version).await?;
    let days = due.len();
    let puts = due.into_iter().map(|one| {
        let (state, origin, date) = (&state, &origin, one.0);
        async move { put(state, origin, away.employee_id, one).await.map(|settled| settled.then_some(date)) }
    });
    let settled: Vec<Option<Date>> = stream::iter(puts).buffer_unordered(DAYS_AT_ONCE).try_collect().await?;
    let again = spans(away.employee_id, settled.into_iter().flatten().collect());
    tracing::info!(status = "success", "{} is on {days} days, {} spans are derived again", away.id, again.len());
    if again.is_empty() {
        Ok(())
    } else {
        state.queue.send(&[SettlementPage::rederive(origin.request_id, again)]).await
    }
}
