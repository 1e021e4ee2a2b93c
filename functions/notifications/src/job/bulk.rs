//! `notifications-job-bulk`: a message to many, page by page; each page queues the next one.
//!
//! A page that comes twice tells nobody twice, counts once, and may queue its successor twice, which changes nothing.

use events::EventType;
use kernel::{Error, Origin, Result};
use lambda::{FromShell, InitError, Shell};

use crate::{
    app::{
        bulk::{BulkPage, BulkQueue},
        notifier::{NotificationContent, NotificationTarget, Notifier},
    },
    domain::{
        reason,
        request::PageCounts,
        trace::{RoutingDecision, RoutingTrace},
    },
};

lambda::consumer!("notifications-job-bulk", work(handle), Worker);

const PAGE_SIZE: usize = 50;

#[derive(Clone)]
struct Worker {
    shell: Shell,
    teller: Notifier,
    pages: BulkQueue,
}

impl FromShell for Worker {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { shell: shell.clone(), teller: Notifier::from_shell(shell)?, pages: BulkQueue::from_shell(shell)? })
    }
}

async fn handle(worker: Worker, page: BulkPage) -> Result<()> {
    let Worker { shell, teller, pages } = worker;
    let origin = shell.system_origin(FUNCTION, "");
    let Some(bulk) = teller.store.bulk(page.bulk_id).await? else {
        return Err(Error::internal(format!("{} is not there", page.bulk_id)));
    };
    let (people, more) = teller.store.members_after(&bulk.audience.group(), page.after, PAGE_SIZE).await?;
    let news = NotificationContent::of_message(&bulk.message, page.event_id, page.at, Some(bulk.requested_by));
    let turns: Vec<_> =
        people.iter().map(|person| NotificationTarget::of_message(&bulk.message, *person, None)).collect();
    let decisions = teller.tell_all(&origin, &news, &turns).await?;
    let count = count(&decisions);
    teller.store.create_trace(&origin, &trace(&origin, &page, decisions), Some(page.page)).await?;
    teller.store.add_page_counts(&origin, page.bulk_id, page.page, count, !more).await?;
    if more {
        let (number, after) = (page.page.saturating_add(1), people.last().copied().or(page.after));
        pages.queue(BulkPage { page: number, after, ..page }).await?;
    }
    Ok(())
}

fn count(decisions: &[RoutingDecision]) -> PageCounts {
    let broken = |decision: &RoutingDecision| {
        matches!(decision.reason.as_deref(), Some(reason::TEMPLATE_BROKEN | reason::UNKNOWN_PERSON)) && !decision.told
    };
    let of = |wanted: &dyn Fn(&&RoutingDecision) -> bool| {
        u32::try_from(decisions.iter().filter(wanted).count()).unwrap_or(u32::MAX)
    };
    PageCounts {
        done: of(&|decision| decision.told),
        skipped: of(&|decision| !decision.told && !broken(decision)),
        failed: of(&|decision| broken(decision)),
    }
}

fn trace(origin: &Origin, page: &BulkPage, decisions: Vec<RoutingDecision>) -> RoutingTrace {
    RoutingTrace {
        event_id: page.event_id,
        event_type: EventType::NotificationBulkRequested.as_str().to_owned(),
        entity_type: "BulkNotification".to_owned(),
        entity_id: page.bulk_id.to_string(),
        at: page.at,
        decided_at: origin.at,
        decisions,
    }
}
