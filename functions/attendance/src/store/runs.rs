//! Runs: the dispatcher's clock, runs with their pages, and what came of each part.
//!
//! A page and its name among the run's open pages are written in one transaction, before it is sent: whoever comes after a
//! dispatcher that was stopped finds every page, and finds none twice. Nothing here is published but what people ask for.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Origin, Page as Items, Result, RunId};
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, from_item};

use super::{AttendanceStore, Race, Stored, attempted, create_or_replace, read_stored};
use crate::domain::{
    run::{DispatchWatermark, Run, RunPage, page_name},
    run_result::{ChunkResult, Counts, Difference},
};

/// The seed's `entity_type` of a run.
const ENTITY: &str = "AttendanceRun";
/// How many runs are open at most that a dispatcher looks at.
const OPEN_RUNS_MAX: usize = 100;
/// Runs are kept for so long...
const RUN_KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);
/// ...and what they consist of for so long.
const PARTS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// How many parts are read at a time where differences are shown.
const PARTS_PER_READ: usize = 50;

fn clock_key() -> Key {
    Key::new("DISPATCH", "CLOCK")
}

fn run_key(id: RunId) -> Key {
    Key::new("RUNS", id.to_string())
}

fn page_key(id: RunId, number: u32) -> Key {
    Key::new(format!("RUN#{id}"), format!("PAGE#{number:06}"))
}

fn part_key(id: RunId, page: u32, part: usize) -> Key {
    Key::new(format!("RUN#{id}"), format!("DIFF#{page:06}#{part:04}"))
}

/// So long after an instant.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

/// Where a reader of differences stands: at the nth of a part.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct DifferencePosition {
    part: String,
    nth: usize,
}

impl AttendanceStore {
    /// How far the nightly runs have come; nothing before the first.
    pub async fn dispatch_watermark(&self) -> Result<Option<Stored<DispatchWatermark>>> {
        self.table.get_consistent(&clock_key()).await?.map(read_stored).transpose()
    }

    /// Moves the clock from the version that was read (0: none was there).
    pub async fn update_dispatch_watermark(
        &self,
        origin: &Origin,
        clock: &DispatchWatermark,
        version: u64,
    ) -> Result<Race<u64>> {
        let written = self.table.commit(origin, create_or_replace(clock_key(), clock, version)).await;
        attempted(written.map(|committed| committed.version))
    }

    /// A run as it is now.
    pub async fn run(&self, id: RunId) -> Result<Option<Stored<Run>>> {
        self.table.get_consistent(&run_key(id)).await?.map(read_stored).transpose()
    }

    /// The runs, newest first.
    pub async fn runs(&self, page: &Pagination) -> Result<Items<Run>> {
        self.table.paged_of(Query::partition("RUNS").descending(), page).await
    }

    /// The runs that are not closed, oldest first.
    pub async fn open_runs(&self) -> Result<Vec<Run>> {
        let (items, _) = self.table.query(&Query::index("by_status", "RUNS#open").limit(OPEN_RUNS_MAX)).await?;
        items.into_iter().map(from_item).collect()
    }

    /// Begins a run; one that somebody else has begun stands.
    pub async fn create_nightly_run(&self, origin: &Origin, run: &Run) -> Result<()> {
        self.update_run(origin, new_run(run)).await.map(drop)
    }

    /// Begins a run that somebody asks for: publishes `attendance.run_requested`.
    pub async fn create_requested_run(
        &self,
        origin: &Origin,
        run: &Run,
        once: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let write = new_run(run).publishes(Fact::new(EventType::AttendanceRunRequested, ENTITY, run.id));
        let outcome = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        outcome.map_err(|refusal| refusal.map_condition(|_, _| kernel::Error::internal("a new id is taken")))
    }

    /// A page of a run.
    pub async fn page(&self, id: RunId, number: u32) -> Result<Option<RunPage>> {
        self.table.get_consistent(&page_key(id, number)).await?.map(from_item).transpose()
    }

    /// Adds the next page to a run whose last page has been made by nobody yet.
    pub async fn add_page(&self, origin: &Origin, id: RunId, page: &RunPage) -> Result<Race<()>> {
        let open = format!("#open.#{} = :yes", page_name(page.number));
        let run = Write::update(run_key(id))
            .assign(&open)
            .set("pages", &page.number)
            .condition("#pages = :before AND attribute_not_exists(#dispatched_at)")
            .value(":before", &page.number.saturating_sub(1))
            .value(":yes", &true);
        let page = Write::create(page_key(id, page.number), page).expires_at(later(origin.at, PARTS_KEPT));
        attempted(self.table.transact(origin, vec![run, page]).await.map(drop))
    }

    /// The last page of a run has been made; answers the run as it then stands.
    pub async fn mark_dispatched(&self, origin: &Origin, id: RunId) -> Result<Option<Run>> {
        let write = Write::update(run_key(id))
            .set("dispatched_at", &origin.at)
            .condition("attribute_exists(pk) AND attribute_not_exists(#dispatched_at)");
        self.update_run(origin, write).await
    }

    /// A page of a run is done: it is open no more, and what came of it counts. Answers the run as it then stands; nothing
    /// where the page was done before.
    pub async fn complete_page(&self, origin: &Origin, id: RunId, page: u32, counts: &Counts) -> Result<Option<Run>> {
        let open = format!("open.#{}", page_name(page));
        let mut write = Write::update(run_key(id)).remove(&open).condition(&format!("attribute_exists(#{open})"));
        for (name, count) in counts.named() {
            let sum = format!("#counts.#{name} = #counts.#{name} + :{name}");
            write = write.assign(&sum).value(&format!(":{name}"), &count);
        }
        self.update_run(origin, write).await
    }

    /// Closes a run whose last page is done.
    pub async fn close_run(&self, origin: &Origin, id: RunId) -> Result<()> {
        let write = Write::update(run_key(id))
            .set("closed_at", &origin.at)
            .unindex("by_status")
            .condition("attribute_not_exists(#closed_at) AND attribute_exists(#dispatched_at) AND size(#open) = :none")
            .value(":none", &0_u32);
        self.update_run(origin, write).await.map(drop)
    }

    async fn update_run(&self, origin: &Origin, write: Write) -> Result<Option<Run>> {
        match self.table.commit(origin, write).await {
            Ok(committed) => from_item(committed.item).map(Some),
            Err(CommitError::Condition { .. }) => Ok(None),
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// Keeps what was found in a part of a page before anything of it is written; answers the numbers that count: those that
    /// were found first.
    pub async fn create_chunk_result(
        &self,
        origin: &Origin,
        id: RunId,
        page: u32,
        part: usize,
        found: &ChunkResult,
    ) -> Result<Counts> {
        let write = Write::create(part_key(id, page, part), found).expires_at(later(origin.at, PARTS_KEPT));
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(found.counts),
            Err(CommitError::Condition { standing: Some(item), .. }) => {
                from_item::<ChunkResult>(item).map(|first| first.counts)
            }
            Err(CommitError::Condition { standing: None, .. }) => {
                Err(kernel::Error::unavailable("the standing part was not returned"))
            }
            Err(CommitError::Other(error)) => Err(error),
        }
    }

    /// The differences of a run, page by page, person by person.
    pub async fn differences(&self, id: RunId, page: &Pagination) -> Result<Items<Difference>> {
        let start: Option<DifferencePosition> = page.position()?.and_then(|place| serde_json::from_str(&place).ok());
        let (low, mut skip) = start.map_or(("DIFF#".to_owned(), 0), |place| (place.part, place.nth));
        let mut query = Query::partition(format!("RUN#{id}")).between(&low, "DIFF#~").limit(PARTS_PER_READ);
        let mut items: Vec<Difference> = Vec::new();
        loop {
            let (parts, next) = self.table.query(&query).await?;
            for part in parts {
                let name = store::string_attribute(&part, "sk").unwrap_or_default().to_owned();
                let (found, skipped) = (from_item::<ChunkResult>(part)?.differences, std::mem::take(&mut skip));
                for (nth, difference) in found.into_iter().enumerate().skip(skipped) {
                    if items.len() == page.size() {
                        let here = serde_json::to_string(&DifferencePosition { part: name, nth })
                            .map_err(kernel::Error::internal)?;
                        return Ok(Items { items, next_cursor: Some(page.cursor_after(&here)?) });
                    }
                    items.push(difference);
                }
            }
            match next {
                Some(position) => query = query.after(position),
                None => return Ok(Items { items, next_cursor: None }),
            }
        }
    }
}

fn new_run(run: &Run) -> Write {
    Write::create(run_key(run.id), run)
        .index("by_status", "RUNS#open", run.id)
        .expires_at(later(run.created_at, RUN_KEPT))
}
