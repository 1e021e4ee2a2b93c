//! `leave-on-recount`: recounts the booked leave of a site that HR asked for, some pages per event.
//!
//! The progress is stored after each page, under its version. An interrupted or repeated event continues behind the last
//! stored page, and a request that was posted before has no difference. When an event has read its share, it publishes
//! `leave.recount_advanced`, which continues. The end is `leave.recount_finished`.

use events::{Event, EventType};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{Actor, Error, Origin, Result};
use policy::PolicySet;

use crate::{
    app::{
        post_due_entries::Api,
        recount_requests::{find_difference, post_difference},
    },
    domain::{
        recount_run::{RecountOutcome, RecountProgress, RecountRun},
        request::Request,
    },
    store::{Race, Stored},
};

lambda::consumer!("leave-on-recount", events(handle), Api);

/// Requests that one page reads.
const PAGE_SIZE: usize = 100;
/// Pages that one event reads, so that an invocation ends well before its timeout.
const PAGES_PER_EVENT: usize = 10;
const REQUESTS_CONCURRENCY: usize = 8;

async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> {
    if !matches!(event.event_type(), Some(EventType::LeaveRecountRequested | EventType::LeaveRecountAdvanced)) {
        return Ok(());
    }
    let run: RecountRun = serde_json::from_value(event.new_values.unwrap_or_default()).map_err(Error::internal)?;
    let Some(stored) = api.store.find_recount_run(run.id).await? else { return Ok(()) };
    // The difference is posted in the name of the person who asked for it.
    let origin = Origin { actor: Actor::Person(stored.value.requested_by), ..origin };
    recount_pages(&api, &origin, stored).await
}

/// Recounts the next pages of a run. Stops if another invocation continues the run.
async fn recount_pages(api: &Api, origin: &Origin, stored: Stored<RecountRun>) -> Result<()> {
    // The recount follows a change that the caches of this function may not know yet.
    let (book, _) = tokio::try_join!(
        api.store.rulebook.load_consistent(origin.at),
        api.store.plans.all_rosters_consistent(origin.at)
    )?;
    let Stored { value: mut run, mut version } = stored;
    for page in 1..=PAGES_PER_EVENT {
        if run.finished_at.is_some() {
            return Ok(());
        }
        let after = run.progress.position.as_deref();
        let (requests, next) = api.store.list_booked_requests_after(run.scope.from, after, PAGE_SIZE).await?;
        recount_page(api, origin, (&book, &mut run), requests).await?;
        run.finished_at = next.is_none().then_some(origin.at);
        run.progress.position = next.or(run.progress.position);
        let event = match run.finished_at {
            Some(_) => Some(EventType::LeaveRecountFinished),
            None => (page == PAGES_PER_EVENT).then_some(EventType::LeaveRecountAdvanced),
        };
        match api.store.update_recount_run(origin, &run, version, event).await? {
            Race::Won(written) => version = written,
            Race::Lost => return Ok(()),
        }
    }
    let RecountProgress { examined, changed, refused, .. } = run.progress;
    tracing::info!(status = "success", "{} has examined {examined}, changed {changed}, refused {refused}", run.id);
    Ok(())
}

/// Recounts the requests of a page, and adds their results to the progress of the run.
async fn recount_page(
    api: &Api,
    origin: &Origin,
    (book, run): (&PolicySet, &mut RecountRun),
    requests: Vec<Request>,
) -> Result<()> {
    let scope = run.scope.clone();
    let recount = async |request: Request| match find_difference(api, origin, (book, &scope), request.clone()).await? {
        Some(_) => post_difference(api, origin, (book, &scope), &request).await,
        None => Ok::<_, Error>(RecountOutcome::Unchanged),
    };
    let outcomes = stream::iter(requests).map(recount).buffered(REQUESTS_CONCURRENCY);
    let outcomes: Vec<RecountOutcome> = outcomes.try_collect().await?;
    for outcome in outcomes {
        run.progress.add(outcome);
    }
    Ok(())
}
