//! `attendance-job-dispatch`: runs every hour, finds the shift days whose window has closed in their own zone since the
//! last run, and queues them for `attendance-job-settle`. It derives nothing.
//!
//! Its progress is one item, the watermark. The next dispatcher resumes an interrupted run, and catches up on missed
//! days with one run. Stalled runs get their open pages sent again.

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

/// Length of the interval of the very first run, and the default of a manual run.
const FIRST_LOOKBACK: SignedDuration = SignedDuration::from_hours(24);
/// Minimum length of the interval of the first run of a UTC day. It finds days whose window moved behind the watermark,
/// because a person moved or shifts were swapped. Settled days are skipped.
const DAILY_LOOKBACK: SignedDuration = SignedDuration::from_hours(48);
/// Age from which an open run counts as stalled: it may have lost a page or its dispatcher.
const STALLED_AFTER: SignedDuration = SignedDuration::from_mins(15);

lambda::job!("attendance-job-dispatch", run, Job);

/// Input of the job. It is empty when the schedule starts the job; an operator may give an interval.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct DispatchInput {
    /// End of the interval in which the windows closed, instead of now. The watermark does not move.
    at: Option<Timestamp>,
    /// Start of the interval, exclusive; needs `at`. Default: a day before `at`.
    since: Option<Timestamp>,
    /// Only employees of this department; needs `at`.
    department: Option<DepartmentId>,
}

#[derive(Clone)]
struct Job {
    dispatcher: Dispatcher,
    ids: Arc<dyn IdGenerator>,
}

impl FromShell for Job {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { dispatcher: Dispatcher::from_shell(shell)?, ids: Arc::clone(&shell.ids) })
    }
}

async fn run(job: Job, origin: Origin, input: Value) -> Result<Value> {
    // The schedule's own input names no instant; an operator's does.
    let input: DispatchInput = if input.is_null() {
        DispatchInput::default()
    } else {
        serde_json::from_value(input).map_err(Error::internal)?
    };
    // A stalled run that cannot be resumed does not block new runs; its error is returned at the end.
    let resumed = job.resume_stalled_runs(&origin).await;
    let runs = match input.at {
        Some(at) => {
            let after = input.since.unwrap_or_else(|| subtract_duration(at, FIRST_LOOKBACK));
            vec![
                job.dispatch_interval(
                    &origin,
                    NightlyInterval { id: job.new_run_id(&origin), after, by: at },
                    input.department,
                )
                .await?,
            ]
        }
        None => job.dispatch_closed_windows(&origin).await?,
    };
    Ok(json!({ "runs": runs, "sent_again": resumed? }))
}

impl Job {
    /// Dispatches the interval that an interrupted job left in the watermark, then the windows that have closed since.
    /// Returns a summary of each run.
    async fn dispatch_closed_windows(&self, origin: &Origin) -> Result<Vec<Value>> {
        let mut runs = Vec::new();
        loop {
            let begun = store::backoff::until_won(&*self.ids, origin.at, || self.begin_interval(origin)).await?;
            let Some((since, interval, version)) = begun else { return Ok(runs) };
            runs.push(self.dispatch_interval(origin, interval, None).await?);
            let done = DispatchWatermark { since, through: interval.by, run: None };
            // A dispatcher that wins this race has dispatched the same interval.
            self.dispatcher.store.write_dispatch_watermark(origin, &done, version).await?;
        }
    }

    /// The next interval to dispatch: the one in the watermark, or a new one, which is stored there. Returns the first
    /// instant of the watermark, the interval, and the version of the watermark; `None` if nothing is to be dispatched.
    async fn begin_interval(&self, origin: &Origin) -> Result<Race<Option<(Timestamp, NightlyInterval, u64)>>> {
        let stored = self.dispatcher.store.find_dispatch_watermark().await?;
        let version = stored.as_ref().map_or(0, |stored| stored.version);
        let watermark = stored.map(|stored| stored.value);
        if let Some((watermark, interval)) = watermark.and_then(|watermark| Some((watermark, watermark.run?))) {
            return Ok(Race::Won(Some((watermark.since, interval, version))));
        }
        let Some(interval) = self.next_interval(origin, watermark) else { return Ok(Race::Won(None)) };
        let (since, through) =
            watermark.map_or((interval.after, interval.after), |watermark| (watermark.since, watermark.through));
        let begun = DispatchWatermark { since, through, run: Some(interval) };
        let written = self.dispatcher.store.write_dispatch_watermark(origin, &begun, version).await?;
        Ok(written.map(|version| Some((since, interval, version))))
    }

    /// Interval of the next run, from the end of the last one to now; the first run of all begins 24 hours ago, and the first one
    /// of a UTC day at least 48 hours ago. `None` if no time has passed.
    fn next_interval(&self, origin: &Origin, watermark: Option<DispatchWatermark>) -> Option<NightlyInterval> {
        let by = origin.at;
        let after = match watermark {
            None => subtract_duration(by, FIRST_LOOKBACK),
            Some(watermark) if utc_date(watermark.through) < utc_date(by) => {
                watermark.through.min(subtract_duration(by, DAILY_LOOKBACK)).max(watermark.since)
            }
            Some(watermark) => watermark.through,
        };
        let moved = watermark.is_none_or(|watermark| watermark.through < by);
        (moved && after < by).then(|| NightlyInterval { id: self.new_run_id(origin), after, by })
    }

    /// Dispatches a nightly run, or closes it if it is dispatched and complete. Returns its summary.
    async fn dispatch_interval(
        &self,
        origin: &Origin,
        interval: NightlyInterval,
        department_id: Option<DepartmentId>,
    ) -> Result<Value> {
        let NightlyInterval { id, after, by } = interval;
        let stored = self.dispatcher.store.find_run(id).await?.map(|run| run.value);
        let run = stored.unwrap_or_else(|| Run::new(id, RunScope::Nightly { after, by, department_id }, origin));
        let Dispatched { pages, people } = match run.dispatched_at {
            Some(_) => {
                if run.is_closable() {
                    self.dispatcher.store.close_run_if_complete(origin, id).await?;
                }
                Dispatched::default()
            }
            None => self.dispatcher.dispatch(origin, &run).await?,
        };
        // A run without pages is not stored.
        let id = Some(id).filter(|_| pages > 0 || run.pages > 0);
        Ok(json!({ "run": id, "after": after, "by": by, "pages": pages, "people": people }))
    }

    /// Resumes all stalled runs. Returns the number of pages that were sent again.
    async fn resume_stalled_runs(&self, origin: &Origin) -> Result<usize> {
        let (mut sent, mut failed) = (0, None);
        let open_runs = self.dispatcher.store.list_open_runs().await?;
        for open in open_runs.iter().filter(|run| run.created_at < subtract_duration(origin.at, STALLED_AFTER)) {
            match self.resume_run(origin, open.id).await {
                Ok(pages) => sent += pages,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(sent), Err)
    }

    /// Dispatches the missing pages of a run, closes it if it is complete, or sends its open pages again if they were
    /// dispatched long ago. Returns the number of pages that were sent again.
    async fn resume_run(&self, origin: &Origin, id: RunId) -> Result<usize> {
        let (dispatcher, long_ago) = (&self.dispatcher, subtract_duration(origin.at, STALLED_AFTER));
        // The index is eventually consistent.
        let Some(Stored { value: run, .. }) = dispatcher.store.find_run(id).await? else { return Ok(0) };
        match run.dispatched_at {
            None => dispatcher.dispatch(origin, &run).await.map(|_| 0),
            Some(_) if run.is_closable() => dispatcher.store.close_run_if_complete(origin, id).await.map(|()| 0),
            Some(at) if at < long_ago => dispatcher.resend_open_pages(&run).await,
            Some(_) => Ok(0),
        }
    }

    fn new_run_id(&self, origin: &Origin) -> RunId {
        RunId::new(self.ids.uuid(origin.at))
    }
}

fn subtract_duration(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(Timestamp::MIN)
}

fn utc_date(at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(TimeZone::UTC).date()
}
