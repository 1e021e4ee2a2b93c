//! `attendance-job-dispatch`: every hour, finds the shift-days whose window has closed in their own zone since the last time, and puts
//! them on the queue of `attendance-job-settle`. It derives nothing.
//!
//! How far it has come is kept in one item: one that was stopped is gone on with by the next, one that was missed for days is caught up
//! once. Runs that stay open get their missing pages sent again.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{DepartmentId, Error, IdGenerator, Origin, Result, RunId};
use lambda::{FromShell, InitError, Shell};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::dispatch_run::{Dispatched, Dispatcher},
    domain::run::{DispatchWatermark, NightlyInterval, Run, RunScope},
    store::{Race, Stored},
};

/// The first run ever, and one that is asked for by hand, takes what closed within so long.
const FIRST_LOOKBACK: SignedDuration = SignedDuration::from_hours(24);
/// The first run of a day (UTC) looks so far back again: at days whose window moved to where a run had been, since people moved or shifts
/// were swapped, and at whatever an earlier run did not see. What is settled already is left as it is.
const DAILY_LOOKBACK: SignedDuration = SignedDuration::from_hours(48);
/// A run that is open for longer than this has lost a page, or its dispatcher.
const STALLED_AFTER: SignedDuration = SignedDuration::from_mins(15);
lambda::job!("attendance-job-dispatch", run, Job);

/// What an operator may say.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct DispatchInput {
    /// Windows that closed by then, instead of now. The dispatcher's own clock is left as it is.
    at: Option<Timestamp>,
    /// Windows that closed after this; a day before `at` when not given.
    since: Option<Timestamp>,
    /// Of this department only; only together with `at`.
    department: Option<DepartmentId>,
}

#[derive(Clone)]
struct Job {
    dispatcher: Dispatcher,
    mint: Arc<dyn IdGenerator>,
}

impl FromShell for Job {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { dispatcher: Dispatcher::from_shell(shell)?, mint: Arc::clone(&shell.ids) })
    }
}

async fn run(job: Job, origin: Origin, input: Value) -> Result<Value> {
    // A schedule sends an object of its own making; only an operator names an instant.
    let asked: DispatchInput = if input.is_null() {
        DispatchInput::default()
    } else {
        serde_json::from_value(input).map_err(Error::internal)?
    };
    // What is wrong with an old run keeps no night from being settled; it is told at the end.
    let mended = job.repair_open_runs(&origin).await;
    let runs = match asked.at {
        Some(at) => {
            let after = asked.since.unwrap_or_else(|| before(at, FIRST_LOOKBACK));
            vec![
                job.dispatch_interval(
                    &origin,
                    NightlyInterval { id: job.new_id(&origin), after, by: at },
                    asked.department,
                )
                .await?,
            ]
        }
        None => job.dispatch_closed_windows(&origin).await?,
    };
    Ok(json!({ "runs": runs, "sent_again": mended? }))
}

impl Job {
    /// Goes on with the run that was being made, then takes what has closed since.
    async fn dispatch_closed_windows(&self, origin: &Origin) -> Result<Vec<Value>> {
        let mut runs = Vec::new();
        loop {
            let begun = store::pause::until_won(&*self.mint, origin.at, || self.begin(origin)).await?;
            let Some((since, making, version)) = begun else { return Ok(runs) };
            runs.push(self.dispatch_interval(origin, making, None).await?);
            let done = DispatchWatermark { since, through: making.by, run: None };
            // Another dispatcher that was faster here has made the same run.
            self.dispatcher.records.update_dispatch_watermark(origin, &done, version).await?;
        }
    }

    /// The run to make now, stored in the clock: where the clock began, the run, and the clock's version.
    async fn begin(&self, origin: &Origin) -> Result<Race<Option<(Timestamp, NightlyInterval, u64)>>> {
        let stored = self.dispatcher.records.dispatch_watermark().await?;
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        let clock = stored.map(|stored| stored.value);
        if let Some((clock, making)) = clock.and_then(|clock| Some((clock, clock.run?))) {
            return Ok(Race::Won(Some((clock.since, making, version))));
        }
        let Some(making) = self.interval(origin, clock) else { return Ok(Race::Won(None)) };
        let (since, through) = clock.map_or((making.after, making.after), |clock| (clock.since, clock.through));
        let begun = DispatchWatermark { since, through, run: Some(making) };
        let kept = self.dispatcher.records.update_dispatch_watermark(origin, &begun, version).await?;
        Ok(kept.map(|version| Some((since, making, version))))
    }

    /// What has closed since the last time; nothing where the clock has not moved.
    fn interval(&self, origin: &Origin, clock: Option<DispatchWatermark>) -> Option<NightlyInterval> {
        let by = origin.at;
        let after = match clock {
            None => before(by, FIRST_LOOKBACK),
            Some(clock) if day(clock.through) < day(by) => {
                clock.through.min(before(by, DAILY_LOOKBACK)).max(clock.since)
            }
            Some(clock) => clock.through,
        };
        let moved = clock.is_none_or(|clock| clock.through < by);
        (moved && after < by).then(|| NightlyInterval { id: self.new_id(origin), after, by })
    }

    async fn dispatch_interval(
        &self,
        origin: &Origin,
        making: NightlyInterval,
        department_id: Option<DepartmentId>,
    ) -> Result<Value> {
        let NightlyInterval { id, after, by } = making;
        let stands = self.dispatcher.records.run(id).await?.map(|run| run.value);
        let run = stands.unwrap_or_else(|| Run::new(id, RunScope::Nightly { after, by, department_id }, origin));
        let Dispatched { pages, people } = match run.dispatched_at {
            Some(_) => {
                if run.is_done() {
                    self.dispatcher.records.close_run(origin, id).await?;
                }
                Dispatched::default()
            }
            None => self.dispatcher.dispatch(origin, &run).await?,
        };
        // Where nobody is due, there is no run.
        let id = Some(id).filter(|_| pages > 0 || run.pages > 0);
        Ok(json!({ "run": id, "after": after, "by": by, "pages": pages, "people": people }))
    }

    /// Runs that are open for too long: a dispatcher was stopped, or messages were lost.
    async fn repair_open_runs(&self, origin: &Origin) -> Result<usize> {
        let (mut sent, mut failed) = (0, None);
        let long_open = self.dispatcher.records.open_runs().await?;
        for open in long_open.iter().filter(|run| run.created_at < before(origin.at, STALLED_AFTER)) {
            match self.mend_one(origin, open.id).await {
                Ok(pages) => sent += pages,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(sent), Err)
    }

    async fn mend_one(&self, origin: &Origin, id: RunId) -> Result<usize> {
        let (dispatcher, long_ago) = (&self.dispatcher, before(origin.at, STALLED_AFTER));
        // The index may be behind.
        let Some(Stored { value: run, .. }) = dispatcher.records.run(id).await? else { return Ok(0) };
        match run.dispatched_at {
            None => dispatcher.dispatch(origin, &run).await.map(|_| 0),
            Some(_) if run.is_done() => dispatcher.records.close_run(origin, id).await.map(|()| 0),
            Some(at) if at < long_ago => dispatcher.send_missing(&run).await,
            Some(_) => Ok(0),
        }
    }

    fn new_id(&self, origin: &Origin) -> RunId {
        RunId::new(self.mint.uuid(origin.at))
    }
}

fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

fn day(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(TimeZone::UTC).date()
}
