//! Routing traces of events.

use futures::future::try_join;
use jiff::SignedDuration;
use kernel::{EventId, NotificationId, Origin, Result};
use store::{Key, Query, Write, from_item};

use super::{NotificationStore, none_if_condition_failed};
use crate::domain::trace::RoutingTrace;

/// Lifetime of a trace.
const TRACE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Most pages of a bulk message that a trace shows, the last ones.
const PAGES_SHOWN_MAX: usize = 20;

fn trace_partition(event: EventId) -> String {
    format!("TRACE#{event}")
}

impl NotificationStore {
    /// Stores the trace of an event, or of one page of a bulk message. An existing trace is kept, and the call succeeds.
    pub async fn create_trace_if_missing(
        &self,
        origin: &Origin,
        trace: &RoutingTrace,
        page: Option<u32>,
    ) -> Result<()> {
        let sk = page.map_or_else(|| "TRACE".to_owned(), |page| format!("PAGE#{page:06}"));
        let expires = origin.at.saturating_add(TRACE_RETENTION).unwrap_or(origin.at);
        let write = Write::create(Key::new(trace_partition(trace.event_id), sk), trace).expires_at(expires);
        none_if_condition_failed(self.table.commit(origin, write).await).map(drop)
    }

    /// Trace of an event, if it has one of its own: not of the pages of a bulk message, nor of an event whose notification
    /// contains the decision. The read is not consistent: a missing recent trace leads to the same decisions again.
    pub async fn find_trace(&self, event: EventId) -> Result<Option<RoutingTrace>> {
        self.table.get(&Key::new(trace_partition(event), "TRACE")).await?.map(from_item).transpose()
    }

    /// Trace of an event; of a bulk message, with the decisions of its last 20 pages. For an event with one possible recipient,
    /// the notification contains it.
    pub async fn find_full_trace(&self, event: EventId) -> Result<Option<RoutingTrace>> {
        let query = Query::partition(trace_partition(event)).descending().limit(PAGES_SHOWN_MAX);
        let own = self.find_notification_with_deliveries(NotificationId::new(event.uuid()));
        let ((items, _), own) = try_join(self.table.query(&query), own).await?;
        if let Some(trace) = own.and_then(|(notification, _)| RoutingTrace::from_notification(&notification)) {
            return Ok(Some(trace));
        }
        let mut full: Option<RoutingTrace> = None;
        for item in items {
            let page: RoutingTrace = from_item(item)?;
            match &mut full {
                Some(full) => full.decisions.extend(page.decisions),
                None => full = Some(page),
            }
        }
        Ok(full)
    }
}
