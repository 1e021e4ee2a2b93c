//! Recounts of sites: `RECOUNT#<id>`, `RECOUNT`, and the requests that they walk through.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Error, Origin, Result, RunId};
use store::{CommitOutcome, IdempotencyKey, Key, Query, Write, from_item, string_attribute};

use super::{LeaveStore, Race, Stored, absences, as_race, read_stored, request_lists};
use crate::domain::{recount_run::RecountRun, request::Request};

/// Entity type in events and audit records.
const ENTITY_TYPE: &str = "LeaveRecount";
/// Sort key of the index of all requests.
const START_SORT_KEY: &str = "ix_by_start_sk";
/// Time for which a recount is kept.
const RETENTION: SignedDuration = SignedDuration::from_hours(24 * 400);

fn recount_run_key(id: RunId) -> Key {
    Key::new(format!("RECOUNT#{id}"), "RECOUNT")
}

fn expiry(run: &RecountRun) -> Timestamp {
    run.requested_at.saturating_add(RETENTION).unwrap_or(Timestamp::MAX)
}

impl LeaveStore {
    /// Reads a recount consistently; `None` if it is unknown.
    pub async fn find_recount_run(&self, id: RunId) -> Result<Option<Stored<RecountRun>>> {
        self.table.get_consistent(&recount_run_key(id)).await?.map(read_stored).transpose()
    }

    /// Creates a recount. Publishes `leave.recount_requested`.
    pub async fn create_recount_run(
        &self,
        origin: &Origin,
        run: &RecountRun,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::LeaveRecountRequested, ENTITY_TYPE, run.id);
        let write = Write::create(recount_run_key(run.id), run).expires_at(expiry(run)).publishes(fact);
        let outcome = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        outcome.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("the new recount id exists")))
    }

    /// Stores the progress of a recount in place of the version that was read, and returns the new version. An event
    /// is published if one is given.
    pub async fn update_recount_run(
        &self,
        origin: &Origin,
        run: &RecountRun,
        read_version: u64,
        event: Option<EventType>,
    ) -> Result<Race<u64>> {
        let write = Write::replace(recount_run_key(run.id), run, read_version).expires_at(expiry(run));
        let write = match event {
            Some(event) => write.publishes(Fact::new(event, ENTITY_TYPE, run.id)),
            None => write,
        };
        as_race(self.table.commit(origin, write).await.map(|committed| committed.version))
    }

    /// Pending and approved requests among the next `read_max` requests of everybody that end on `from` or later, by
    /// first day, and the sort key to continue after; `None` after the last.
    pub async fn list_booked_requests_after(
        &self,
        from: Date,
        after: Option<&str>,
        read_max: usize,
    ) -> Result<(Vec<Request>, Option<String>)> {
        let all = Query::index("by_start", request_lists::ALL_PARTITION);
        let query = absences::only_pending_or_approved(absences::only_ending_from_after(all, from, after));
        let (items, next) = self.table.query(&query.limit(read_max)).await?;
        let next = next.as_ref().and_then(|next| string_attribute(next, START_SORT_KEY)).map(str::to_owned);
        Ok((items.into_iter().map(from_item).collect::<Result<_>>()?, next))
    }
}
