//! What was decided about an event, for those who ask why.

use futures::future::try_join;
use jiff::SignedDuration;
use kernel::{EventId, NotificationId, Origin, Result};
use store::{Key, Query, Write, from_item};

use super::{NotificationStore, won};
use crate::domain::trace::RoutingTrace;

const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// The decisions of a message to many lie in pages; so many are shown.
const PAGES_SHOWN_MAX: usize = 20;

fn pk(event: EventId) -> String {
    format!("TRACE#{event}")
}

impl NotificationStore {
    /// Keeps what was decided, of the whole event or of one page of its audience. What was kept before stays.
    pub async fn create_trace(&self, origin: &Origin, trace: &RoutingTrace, page: Option<u32>) -> Result<()> {
        let sk = page.map_or_else(|| "TRACE".to_owned(), |page| format!("PAGE#{page:06}"));
        let expires = origin.at.saturating_add(KEPT).unwrap_or(origin.at);
        let write = Write::create(Key::new(pk(trace.event_id), sk), trace).expires_at(expires);
        won(self.table.commit(origin, write).await).map(drop)
    }

    /// What was decided when the event first came. What was decided a moment ago may be missing: then it is decided the same
    /// again, and stands.
    pub async fn trace(&self, event: EventId) -> Result<Option<RoutingTrace>> {
        self.table.get(&Key::new(pk(event), "TRACE")).await?.map(from_item).transpose()
    }

    /// All that was decided about an event: of a message to many, the first pages. Where one person heard of it, their
    /// notification tells.
    pub async fn get_full_trace(&self, event: EventId) -> Result<Option<RoutingTrace>> {
        let query = Query::partition(pk(event)).descending().limit(PAGES_SHOWN_MAX);
        let own = self.with_deliveries(NotificationId::new(event.uuid()));
        let ((items, _), own) = try_join(self.table.query(&query), own).await?;
        if let Some(trace) = own.and_then(|(notification, _)| RoutingTrace::from_notification(&notification)) {
            return Ok(Some(trace));
        }
        let mut whole: Option<RoutingTrace> = None;
        for item in items {
            let part: RoutingTrace = from_item(item)?;
            match &mut whole {
                Some(whole) => whole.decisions.extend(part.decisions),
                None => whole = Some(part),
            }
        }
        Ok(whole)
    }
}
