//! `attendance-on-leave`: writes approved leave on its days, and deactivates returned leave. Settled days are derived
//! again.
//!
//! Idempotent in any order: each day keeps the version of a request, and older versions are ignored. Returned leave
//! stays with its version, so that a late approval does not restore it. The writes publish nothing.

use std::sync::Arc;

use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{Span, civil::Date};
use kernel::{EmployeeId, Error, IdGenerator, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};
use policy::attendance::DayLeave;
use serde::Deserialize;

use crate::{
    domain::{
        day::Day,
        leave_request::{self, LeaveRequest},
        settlement_page::{EmployeeDays, SettlementPage},
    },
    store::{AttendanceStore, Race, Stored},
};

/// `entity_type` of leave requests. Every event about one has the whole request.
const ENTITY: &str = "LeaveRequest";
/// Days of one read.
const DAYS_PER_READ: i64 = 366;
/// Days that are written at the same time.
const WRITE_CONCURRENCY: usize = 16;

lambda::consumer!("attendance-on-leave", events(handle), LeaveConsumer);

#[derive(Clone)]
struct LeaveConsumer {
    store: AttendanceStore,
    ids: Arc<dyn IdGenerator>,
    queue: Sender<SettlementPage>,
}

impl FromShell for LeaveConsumer {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let queue = Sender::new(shell, "SETTLE_QUEUE")?;
        Ok(Self { store: AttendanceStore::from_shell(shell)?, ids: Arc::clone(&shell.ids), queue })
    }
}

/// The leave request of an event; `None` for another event or a request that was never approved.
fn leave_request_of(event: &Event) -> Result<Option<LeaveRequest>> {
    let Some(values) = event.new_values.as_ref().filter(|_| event.stamp.entity_type == ENTITY) else { return Ok(None) };
    let request = LeaveRequest::deserialize(values).map_err(Error::internal)?;
    Ok(request.affects_days().then_some(request))
}

/// Date, its leave, and the stored day if there is one.
type LeaveOnDay = (Date, DayLeave, Option<Stored<Day>>);

/// Each day of the request with its leave and the stored day.
async fn read_leave_by_day(consumer: &LeaveConsumer, request: &LeaveRequest, version: u64) -> Result<Vec<LeaveOnDay>> {
    let Some((first, last)) = request.period() else { return Ok(Vec::new()) };
    let mut known = Vec::new();
    // The days of a moved request may span more than one read.
    for from in first.series(Span::new().days(DAYS_PER_READ)).take_while(|from| *from <= last) {
        let to = from.saturating_add(Span::new().days(DAYS_PER_READ - 1)).min(last);
        known.extend(consumer.store.list_days_consistent(request.employee_id, from, to).await?);
    }
    let by_day = request.leave_by_day(version).map(|(date, leave)| {
        let at = known.iter().position(|day| day.value.date == date);
        (date, leave, at.map(|at| known.swap_remove(at)))
    });
    Ok(by_day.collect())
}

/// Writes leave on one day, again after a lost race. Returns whether the day is settled and must be derived again.
async fn write_leave_on_day(
    consumer: &LeaveConsumer,
    origin: &Origin,
    employee: EmployeeId,
    (date, leave, known): LeaveOnDay,
) -> Result<bool> {
    if let Race::Won(settled) = try_write_leave(consumer, origin, employee, (date, &leave, known)).await? {
        return Ok(settled);
    }
    let retry = || async {
        let known = consumer.store.find_day(employee, date).await?;
        try_write_leave(consumer, origin, employee, (date, &leave, known)).await
    };
    store::backoff::until_won(&*consumer.ids, origin.at, retry).await
}

/// Writes leave on a day as it was read. A day with the same or a newer version of the request is not written.
async fn try_write_leave(
    consumer: &LeaveConsumer,
    origin: &Origin,
    employee: EmployeeId,
    (date, leave, known): (Date, &DayLeave, Option<Stored<Day>>),
) -> Result<Race<bool>> {
    let Stored { value: day, version } =
        known.unwrap_or_else(|| Stored { value: Day::new(employee, date, origin.at), version: 0 });
    let Some(after) = leave_request::with_newer_leave(&day, leave.clone(), origin.at) else {
        // Written by an earlier delivery, which may have failed before it queued the day.
        let applied =
            leave_request::find_leave(&day, leave.leave_id).is_some_and(|known| known.version == leave.version);
        return Ok(Race::Won(applied && day.outcome.is_some()));
    };
    Ok(consumer.store.write_day(origin, &after, version, None).await?.replace_won(after.outcome.is_some()))
}

/// Sorts dates of an employee; consecutive ones become one range.
fn merge_into_ranges(employee_id: EmployeeId, mut dates: Vec<Date>) -> Vec<EmployeeDays> {
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

async fn handle(consumer: LeaveConsumer, origin: Origin, event: Event) -> Result<()> {
    let Some(request) = leave_request_of(&event)? else { return Ok(()) };
    let leave_by_day = read_leave_by_day(&consumer, &request, event.version).await?;
    let days = leave_by_day.len();
    let writes = leave_by_day.into_iter().map(|one| {
        let (consumer, origin, date) = (&consumer, &origin, one.0);
        async move {
            write_leave_on_day(consumer, origin, request.employee_id, one).await.map(|settled| settled.then_some(date))
        }
    });
    let settled: Vec<Option<Date>> = stream::iter(writes).buffer_unordered(WRITE_CONCURRENCY).try_collect().await?;
    let rederived = merge_into_ranges(request.employee_id, settled.into_iter().flatten().collect());
    tracing::info!(status = "success", "{} is on {days} days, {} spans are derived again", request.id, rederived.len());
    if rederived.is_empty() {
        Ok(())
    } else {
        consumer.queue.send(&[SettlementPage::rederive(origin.request_id, rederived)]).await
    }
}
