//! `notifications-job-bulk`: sends a bulk message page by page; each page queues the next one.
//!
//! A redelivered page notifies and counts each recipient only once. It may queue the next page twice, which changes nothing.

use events::EventType;
use kernel::{Error, Origin, Result};
use lambda::{FromShell, InitError, Shell};

use crate::{
    app::{
        bulk::{BulkPage, BulkQueue},
        notifier::{NotificationContent, NotificationTarget, Notifier},
    },
    domain::{
        reasons::SkipReason,
        request::PageCounts,
        trace::{RoutingDecision, RoutingTrace},
    },
};

lambda::consumer!("notifications-job-bulk", messages(handle), BulkWorker);

/// Recipients per page.
const PAGE_SIZE: usize = 50;

#[derive(Clone)]
struct BulkWorker {
    shell: Shell,
    notifier: Notifier,
    queue: BulkQueue,
}

impl FromShell for BulkWorker {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { shell: shell.clone(), notifier: Notifier::from_shell(shell)?, queue: BulkQueue::from_shell(shell)? })
    }
}

async fn handle(worker: BulkWorker, page: BulkPage) -> Result<()> {
    let BulkWorker { shell, notifier, queue } = worker;
    let origin = shell.system_origin(FUNCTION, "");
    let Some(bulk) = notifier.store.find_bulk_message(page.bulk_id).await? else {
        return Err(Error::internal(format!("the bulk message {} does not exist", page.bulk_id)));
    };
    let (people, more) = notifier.store.list_members_after(&bulk.audience.group_name(), page.after, PAGE_SIZE).await?;
    let content = NotificationContent::from_message(&bulk.message, page.event_id, page.at, Some(bulk.requested_by));
    let targets: Vec<_> =
        people.iter().map(|person| NotificationTarget::from_message(&bulk.message, *person, None)).collect();
    let decisions = notifier.notify_all(&origin, &content, &targets).await?;
    let counts = page_counts(&decisions);
    notifier.store.create_trace_if_missing(&origin, &page_trace(&origin, &page, decisions), Some(page.page)).await?;
    notifier.store.add_page_counts(&origin, page.bulk_id, page.page, counts, !more).await?;
    if more {
        let (number, after) = (page.page.saturating_add(1), people.last().copied().or(page.after));
        queue.enqueue(BulkPage { page: number, after, ..page }).await?;
    }
    Ok(())
}

fn page_counts(decisions: &[RoutingDecision]) -> PageCounts {
    let failed = |decision: &RoutingDecision| {
        matches!(decision.reason, Some(SkipReason::TemplateBroken | SkipReason::UnknownPerson)) && !decision.notified
    };
    let count = |is_counted: &dyn Fn(&&RoutingDecision) -> bool| {
        u32::try_from(decisions.iter().filter(is_counted).count()).unwrap_or(u32::MAX)
    };
    PageCounts {
        done: count(&|decision| decision.notified),
        skipped: count(&|decision| !decision.notified && !failed(decision)),
        failed: count(&|decision| failed(decision)),
    }
}

fn page_trace(origin: &Origin, page: &BulkPage, decisions: Vec<RoutingDecision>) -> RoutingTrace {
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
