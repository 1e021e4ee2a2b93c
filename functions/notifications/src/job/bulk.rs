//! `notifications-job-bulk`: a message to many, page by page; each page queues the next one.
//!
//! A page that comes twice tells nobody twice, counts once, and may queue its successor twice, which changes nothing.

use std::sync::Arc;

use aws_sdk_sqs::Client;
use events::{Event, EventType};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kernel::{BulkId, EmployeeId, Error, EventId, Origin, Result};
use lambda::{
    FromShell, InitError, Shell, failed,
    queue::{self, Handler},
};
use serde::{Deserialize, Serialize};

use crate::{
    app::notifier::{News, Teller, Turn},
    domain::{
        request::{Bulk, Count, Progress},
        routing::Role,
        trace::{Routed, Trace, why},
    },
};

const FUNCTION: &str = "notifications-job-bulk";
/// How many people one page tells.
const PAGE_SIZE: usize = 50;
/// How many of them at once.
const AT_ONCE: usize = 8;

/// One page of a message to many: those who come after somebody.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// The message.
    pub bulk_id: BulkId,
    /// The event that asked for it.
    pub event_id: EventId,
    /// When that was.
    pub at: Timestamp,
    /// From 1.
    pub page: u32,
    /// The last one of the page before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub after: Option<EmployeeId>,
}

/// The queue of the pages.
#[derive(Debug, Clone)]
pub struct Pages {
    client: Client,
    url: String,
}

impl FromShell for Pages {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { client: Client::new(&shell.aws), url: shell.env("BULK_QUEUE_URL")? })
    }
}

impl Pages {
    async fn queue(&self, page: &Page) -> Result<()> {
        let body = serde_json::to_string(page).map_err(Error::internal)?;
        let sent = self.client.send_message().queue_url(&self.url).message_body(body).send().await;
        sent.map(drop).map_err(|error| failed("SendMessage", error))
    }

    /// Counts the audience and queues the first page.
    pub(crate) async fn begin(&self, teller: &Teller, origin: &Origin, event: &Event) -> Result<()> {
        let bulk_id = event.stamp.entity_id.parse().map_err(Error::internal)?;
        let Some(bulk) = teller.store.bulk(bulk_id).await? else {
            return Err(Error::internal(format!("{bulk_id} is not there")));
        };
        if bulk.status != Progress::Queued {
            return Ok(());
        }
        let total = teller.store.size_of(&bulk.audience.group()).await?;
        teller.store.size_bulk(origin, bulk_id, total).await?;
        self.queue(&Page { bulk_id, event_id: event.stamp.id, at: event.stamp.at, page: 1, after: None }).await?;
        teller.store.begin_bulk(origin, bulk_id).await
    }
}

/// Runs the worker.
pub fn serve() {
    queue::serve(FUNCTION, build);
}

/// The worker of one process.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let worker = Worker { teller: Teller::from_shell(shell)?, pages: Pages::from_shell(shell)? };
    let shell = shell.clone();
    Ok(Arc::new(move |deliveries| {
        let (worker, shell) = (worker.clone(), shell.clone());
        Box::pin(async move {
            let mut failed = Vec::new();
            for delivery in deliveries {
                let origin = shell.system_origin(FUNCTION, "");
                if let Err(error) = worker.handle(&origin, &delivery.raw).await {
                    let (id, inside) = (&delivery.message_id, error.inside().unwrap_or_default());
                    tracing::error!(status = "failed", message_id = id, "page failed: {error} ({inside})");
                    failed.push(delivery.message_id);
                }
            }
            failed
        })
    }))
}

#[derive(Clone)]
struct Worker {
    teller: Teller,
    pages: Pages,
}

impl Worker {
    async fn handle(&self, origin: &Origin, raw: &str) -> Result<()> {
        let page: Page = serde_json::from_str(raw).map_err(Error::internal)?;
        let Some(bulk) = self.teller.store.bulk(page.bulk_id).await? else {
            return Err(Error::internal(format!("{} is not there", page.bulk_id)));
        };
        let group = bulk.audience.group();
        let (people, more) = self.teller.store.members_after(&group, page.after, PAGE_SIZE).await?;
        let decisions = self.tell(origin, &page, &bulk, &people).await?;
        let count = count(&decisions);
        self.teller.store.keep_trace(origin, &trace(origin, &page, decisions), Some(page.page)).await?;
        self.teller.store.count_page(origin, page.bulk_id, page.page, count, !more).await?;
        if more {
            let (number, after) = (page.page.saturating_add(1), people.last().copied().or(page.after));
            self.pages.queue(&Page { page: number, after, ..page }).await?;
        }
        Ok(())
    }

    async fn tell(&self, origin: &Origin, page: &Page, bulk: &Bulk, people: &[EmployeeId]) -> Result<Vec<Routed>> {
        let message = &bulk.message;
        let news = News {
            event_id: page.event_id,
            at: page.at,
            topic: message.notification_type.clone(),
            facts: message.context.as_object().cloned().unwrap_or_default(),
            actor: Some(bulk.requested_by),
            subject: None,
            html: message.html.clone(),
            personal: None,
        };
        let turns: Vec<_> = people.iter().map(|person| turn(bulk, *person)).collect();
        let told: Vec<_> = turns.iter().map(|turn| self.teller.tell(origin, &news, turn)).collect();
        stream::iter(told).buffered(AT_ONCE).try_collect().await
    }
}

fn turn(bulk: &Bulk, recipient: EmployeeId) -> Turn {
    let message = &bulk.message;
    Turn {
        role: Role::Named,
        recipient,
        template: message.template.clone(),
        channels: message.channels.clone(),
        confirms: true,
        id: None,
    }
}

fn count(decisions: &[Routed]) -> Count {
    let broken = |decision: &Routed| {
        matches!(decision.reason.as_deref(), Some(why::TEMPLATE_BROKEN | why::UNKNOWN_PERSON)) && !decision.told
    };
    let of =
        |wanted: &dyn Fn(&&Routed) -> bool| u32::try_from(decisions.iter().filter(wanted).count()).unwrap_or(u32::MAX);
    Count {
        done: of(&|decision| decision.told),
        skipped: of(&|decision| !decision.told && !broken(decision)),
        failed: of(&|decision| broken(decision)),
    }
}

fn trace(origin: &Origin, page: &Page, decisions: Vec<Routed>) -> Trace {
    Trace {
        event_id: page.event_id,
        event_type: EventType::NotificationBulkRequested.as_str().to_owned(),
        entity_type: "BulkNotification".to_owned(),
        entity_id: page.bulk_id.to_string(),
        at: page.at,
        decided_at: origin.at,
        decisions,
    }
}
