//! `attendance-on-leave`: puts approved leave on the days that it takes, and takes off them what was given back. Days that are
//! settled already are derived again.
//!
//! Any order, any number of times: each day keeps with a request the version that said so, and an older one changes nothing; also
//! what was given back stays with its version, so that an approval that comes after its cancellation finds it. Days are written
//! quietly under the version they were read at.

use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};
use policy::attendance::DayLeave;
use serde::Deserialize;

use crate::{
    app::settlement_queue::{Days, Work, WorkQueue},
    domain::{
        day::Day,
        leave_request::{self, Away},
    },
    store::{Attempt, Records, Stored},
};

/// The function's name.
const FUNCTION: &str = "attendance-on-leave";
/// The entity of requests for leave: whatever happens to one, its event shows all of it.
const ENTITY: &str = "LeaveRequest";
/// How many days are written at a time.
const DAYS_AT_ONCE: usize = 16;
/// How often a day is written that others were faster at.
const TRIES_MAX: u32 = 6;

/// What this consumer has at hand.
#[derive(Clone)]
struct Desk {
    records: Records,
    queue: WorkQueue,
    shell: Shell,
}

/// The request that an event shows; nothing where it concerns no day.
fn request_of(event: &Event) -> Result<Option<Away>> {
    let Some(values) = event.new_values.as_ref().filter(|_| event.stamp.entity_type == ENTITY) else { return Ok(None) };
    let away = Away::deserialize(values).map_err(Error::internal)?;
    Ok(away.concerns_days().then_some(away))
}

/// What is to be said on a day, and the day where anything is known of it.
type Due = (Date, DayLeave, Option<Stored<Day>>);

/// What is to be said on which days.
async fn due(desk: &Desk, away: &Away, version: u64) -> Result<Vec<Due>> {
    let Some((first, last)) = away.period() else { return Ok(Vec::new()) };
    let mut known = desk.records.days_of(away.employee_id, first, last).await?;
    let due = away.days(version).map(|(date, leave)| {
        let at = known.iter().position(|day| day.value.date == date);
        (date, leave, at.map(|at| known.swap_remove(at)))
    });
    Ok(due.collect())
}

/// Says something on one day; answers whether the day is settled and is to be derived again.
async fn say(desk: &Desk, origin: &Origin, employee: EmployeeId, (date, leave, mut found): Due) -> Result<bool> {
    for tries in 1..=TRIES_MAX {
        let Stored { value: day, version } =
            found.unwrap_or_else(|| Stored { value: Day::new(employee, date, origin.at), version: 0 });
        let Some(after) = leave_request::with_leave(&day, leave.clone(), origin.at) else {
            // Said before: perhaps by a delivery that was cut off before it asked for the day to be derived again.
            let here = leave_request::of(&day, leave.leave_id).is_some_and(|known| known.version == leave.version);
            return Ok(here && day.outcome.is_some());
        };
        match desk.records.keep_day(origin, &after, version, None).await? {
            Attempt::Done(_) => return Ok(after.outcome.is_some()),
            Attempt::Lost => store::pause::before_another(&*desk.shell.mint, origin.at, tries).await,
        }
        found = desk.records.day(employee, date).await?;
    }
    Err(Error::unavailable(format!("others keep changing {employee} on {date}")))
}

/// Days that follow each other in one go.
fn spans(employee_id: EmployeeId, mut dates: Vec<Date>) -> Vec<Days> {
    dates.sort_unstable();
    let mut spans: Vec<Days> = Vec::new();
    for date in dates {
        match spans.last_mut() {
            Some(last) if last.to.tomorrow().is_ok_and(|next| next == date) => last.to = date,
            _ => spans.push(Days { employee_id, from: date, to: date }),
        }
    }
    spans
}

async fn handle(desk: Desk, event: Event) -> Result<()> {
    let Some(away) = request_of(&event)? else { return Ok(()) };
    let origin = desk.shell.system_origin(FUNCTION, event.stamp.request_id.as_str());
    let due = due(&desk, &away, event.version).await?;
    let days = due.len();
    let said = due.into_iter().map(|one| {
        let (desk, origin, date) = (&desk, &origin, one.0);
        async move { say(desk, origin, away.employee_id, one).await.map(|settled| settled.then_some(date)) }
    });
    let settled: Vec<Option<Date>> = stream::iter(said).buffer_unordered(DAYS_AT_ONCE).try_collect().await?;
    let again = spans(away.employee_id, settled.into_iter().flatten().collect());
    tracing::info!(status = "success", "{} is on {days} days, {} spans are derived again", away.id, again.len());
    if again.is_empty() { Ok(()) } else { desk.queue.send(&[Work::again(origin.request_id, again)]).await }
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let desk =
        Desk { records: Records::from_shell(shell)?, queue: WorkQueue::from_shell(shell)?, shell: shell.clone() };
    Ok(queue::each(move |event| handle(desk.clone(), event)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
