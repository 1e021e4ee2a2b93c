//! Runs: the dispatch watermark, runs with their pages, and the results of chunks.
//!
//! A page and its name among the run's open pages are written in one transaction, before the page is sent. A
//! dispatcher that resumes finds every page exactly once. Only requested runs publish an event.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Origin, Page as Items, Result, RunId};
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{AttendanceStore, Race, Stored, as_race, put_if_unchanged, read_stored};
use crate::domain::{
    run::{DispatchWatermark, Run, RunPage, run_page_name},
    run_result::{ChunkResult, DayDifference, RunCounts},
};

/// `entity_type` of a run.
const ENTITY: &str = "AttendanceRun";
/// Maximum open runs that a dispatcher reads.
const OPEN_RUNS_MAX: usize = 100;
/// Time for which runs are kept.
const RUN_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 400);
/// Time for which pages and chunk results are kept.
const PAGE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Chunk results read at a time for the list of differences.
const CHUNKS_PER_READ: usize = 50;

fn watermark_key() -> Key {
    Key::new("DISPATCH", "CLOCK")
}

fn run_key(id: RunId) -> Key {
    Key::new("RUNS", id.to_string())
}

fn page_key(id: RunId, number: u32) -> Key {
    Key::new(format!("RUN#{id}"), format!("PAGE#{number:06}"))
}

fn chunk_key(id: RunId, page: u32, chunk: usize) -> Key {
    Key::new(format!("RUN#{id}"), format!("DIFF#{page:06}#{chunk:04}"))
}

fn add_duration(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Position in the list of differences at which the next page begins.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct DifferencePosition {
    chunk: String,
    index: usize,
}

impl AttendanceStore {
    /// Reads the watermark of the nightly runs consistently; `None` before the first run.
    pub async fn find_dispatch_watermark(&self) -> Result<Option<Stored<DispatchWatermark>>> {
        self.table.get_consistent(&watermark_key()).await?.map(read_stored).transpose()
    }

    /// Writes the watermark in place of the version that was read (0: no record). Returns the new version, or a lost race if
    /// another dispatcher was first.
    pub async fn write_dispatch_watermark(
        &self,
        origin: &Origin,
        watermark: &DispatchWatermark,
        version: u64,
    ) -> Result<Race<u64>> {
        let written = self.table.commit(origin, put_if_unchanged(watermark_key(), watermark, version)).await;
        as_race(written.map(|committed| committed.version))
    }

    /// Reads a run consistently; `None` if it is unknown.
    pub async fn find_run(&self, id: RunId) -> Result<Option<Stored<Run>>> {
        self.table.get_consistent(&run_key(id)).await?.map(read_stored).transpose()
    }

    /// One page of runs, newest first.
    pub async fn list_runs(&self, page: &Pagination) -> Result<Items<Run>> {
        self.table.typed_page(Query::partition("RUNS").descending(), page).await
    }

    /// The oldest 100 runs that are not closed, oldest first; eventually consistent.
    pub async fn list_open_runs(&self) -> Result<Vec<Run>> {
        let (items, _) = self.table.query(&Query::index("by_status", "RUNS#open").limit(OPEN_RUNS_MAX)).await?;
        items.into_iter().map(from_item).collect()
    }

    /// Creates a nightly run; does nothing if another dispatcher has created it. Publishes nothing.
    pub async fn create_nightly_run_if_missing(&self, origin: &Origin, run: &Run) -> Result<()> {
        self.commit_run_write(origin, create_run_write(run)).await.map(drop)
    }

    /// Creates a requested run. Publishes `attendance.run_requested`.
    pub async fn create_requested_run(
        &self,
        origin: &Origin,
        run: &Run,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let write = create_run_write(run).publishes(Fact::new(EventType::AttendanceRunRequested, ENTITY, run.id));
        let outcome = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        outcome.map_err(|refusal| refusal.map_condition(|_, _| kernel::Error::internal("the new run id exists")))
    }

    /// Reads a page of a run consistently; `None` if it was not added.
    pub async fn find_run_page(&self, id: RunId, number: u32) -> Result<Option<RunPage>> {
        self.table.get_consistent(&page_key(id, number)).await?.map(from_item).transpose()
    }

    /// Stores the next page of a run and its name among the open pages. The race is lost if another dispatcher has
    /// added the page or finished the run.
    pub async fn add_page(&self, origin: &Origin, id: RunId, page: &RunPage) -> Result<Race<()>> {
        let open = format!("#open.#{} = :yes", run_page_name(page.number));
        let run = Write::update(run_key(id))
            .assign(&open)
            .set("pages", &page.number)
            .condition("#pages = :before AND attribute_not_exists(#dispatched_at)")
            .value(":before", &page.number.saturating_sub(1))
            .value(":yes", &true);
        let page = Write::create(page_key(id, page.number), page).expires_at(add_duration(origin.at, PAGE_RETENTION));
        as_race(self.table.transact(origin, vec![run, page]).await.map(drop))
    }

    /// Marks that the last page of a run was dispatched. Returns the updated run; `None` if that was marked before, or the run is
    /// unknown.
    pub async fn mark_run_dispatched(&self, origin: &Origin, id: RunId) -> Result<Option<Run>> {
        let write = Write::update(run_key(id))
            .set("dispatched_at", &origin.at)
            .condition("attribute_exists(pk) AND attribute_not_exists(#dispatched_at)");
        self.commit_run_write(origin, write).await
    }

    /// Removes a page from the open ones and adds its counts. Returns the updated run; `None` if the page was complete
    /// before.
    pub async fn complete_page(
        &self,
        origin: &Origin,
        id: RunId,
        page: u32,
        counts: &RunCounts,
    ) -> Result<Option<Run>> {
        let open = format!("open.#{}", run_page_name(page));
        let mut write = Write::update(run_key(id)).remove(&open).condition(&format!("attribute_exists(#{open})"));
        for (name, count) in counts.by_attribute() {
            let sum = format!("#counts.#{name} = #counts.#{name} + :{name}");
            write = write.assign(&sum).value(&format!(":{name}"), &count);
        }
        self.commit_run_write(origin, write).await
    }

    /// Closes a run. Does nothing if it has open pages, is not completely dispatched, or was closed before.
    pub async fn close_run_if_complete(&self, origin: &Origin, id: RunId) -> Result<()> {
        let write = Write::update(run_key(id))
            .set("closed_at", &origin.at)
            .unindex("by_status")
            .condition("attribute_not_exists(#closed_at) AND attribute_exists(#dispatched_at) AND size(#open) = :none")
            .value(":none", &0_u32);
        self.commit_run_write(origin, write).await.map(drop)
    }

    /// Commits a write of a run. Returns the run after it; `None` if the condition of the write failed.
    async fn commit_run_write(&self, origin: &Origin, write: Write) -> Result<Option<Run>> {
        match self.table.commit(origin, write).await {
            Ok(committed) => from_item(committed.item).map(Some),
            Err(CommitError::ConditionFailed { .. }) => Ok(None),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Stores the result of a chunk, and returns its counts. If a result is stored already, keeps it and returns the
    /// counts of that one.
    pub async fn create_chunk_result_if_missing(
        &self,
        origin: &Origin,
        id: RunId,
        page: u32,
        chunk: usize,
        result: &ChunkResult,
    ) -> Result<RunCounts> {
        let write =
            Write::create(chunk_key(id, page, chunk), result).expires_at(add_duration(origin.at, PAGE_RETENTION));
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(result.counts),
            Err(CommitError::ConditionFailed { existing: Some(item), .. }) => {
                from_item::<ChunkResult>(item).map(|first| first.counts)
            }
            Err(CommitError::ConditionFailed { existing: None, .. }) => {
                Err(kernel::Error::unavailable("the stored chunk result was not returned"))
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// One page of a run's differences, in the order of its pages, chunks and people.
    pub async fn list_run_differences(&self, id: RunId, page: &Pagination) -> Result<Items<DayDifference>> {
        let start: Option<DifferencePosition> = page.position()?.and_then(|text| serde_json::from_str(&text).ok());
        let (low, mut skip) = start.map_or(("DIFF#".to_owned(), 0), |position| (position.chunk, position.index));
        let mut query = Query::partition(format!("RUN#{id}")).between(&low, "DIFF#~").limit(CHUNKS_PER_READ);
        let mut items: Vec<DayDifference> = Vec::new();
        loop {
            let (chunks, next) = self.table.query(&query).await?;
            for item in chunks {
                let chunk = store::string_attribute(&item, "sk").unwrap_or_default().to_owned();
                let (differences, skipped) = (from_item::<ChunkResult>(item)?.differences, std::mem::take(&mut skip));
                for (index, difference) in differences.into_iter().enumerate().skip(skipped) {
                    if items.len() == page.size() {
                        let position = serde_json::to_string(&DifferencePosition { chunk, index })
                            .map_err(kernel::Error::internal)?;
                        return Ok(Items { items, next_cursor: Some(page.cursor_after(&position)?) });
                    }
                    items.push(difference);
                }
            }
            match next {
                Some(last) => query = query.after(last),
                None => return Ok(Items { items, next_cursor: None }),
            }
        }
    }
}

/// Write that creates a run as an open one.
fn create_run_write(run: &Run) -> Write {
    Write::create(run_key(run.id), run)
        .index("by_status", "RUNS#open", run.id)
        .expires_at(add_duration(run.created_at, RUN_RETENTION))
}
