//! Secret links to calendars: what they show and whose they are. The secret itself is derived, never stored.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Code, EmployeeId, Error, FeedId, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write};

use super::{LeaveStore, Stored, read_stored};
use crate::domain::feed::Feed;

/// Nobody has more links at once.
const FEEDS_MAX: usize = 20;
/// For how long a revoked link is remembered.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 90);

fn feed_key(id: FeedId) -> Key {
    Key::new(format!("FEED#{id}"), "FEED")
}

fn of_owner(owner: EmployeeId) -> Query {
    Query::index("by_employee", format!("EMP#{owner}#FEEDS")).filter("attribute_not_exists(#revoked_at)")
}

fn fact(event: EventType, feed: &Feed) -> Fact {
    Fact::new(event, "LeaveFeed", feed.id)
}

impl LeaveStore {
    /// A link that stands.
    pub async fn feed(&self, id: FeedId) -> Result<Stored<Feed>> {
        let found = self.table.get_consistent(&feed_key(id)).await?.map(read_stored::<Feed>).transpose()?;
        found.filter(|feed| feed.value.revoked_at.is_none()).ok_or_else(|| Error::not_found("calendar link"))
    }

    /// Somebody's links that stand, oldest first.
    pub async fn feeds(&self, owner: EmployeeId, page: &Pagination) -> Result<Page<Feed>> {
        self.table.paged_of(of_owner(owner), page).await
    }

    /// Stores a new link. Publishes `leave.feed_created`.
    ///
    /// # Errors
    /// 409 where somebody has as many as there may be; 422 for an idempotency key of another request.
    pub async fn create_feed(
        &self,
        origin: &Origin,
        feed: &Feed,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let (standing, _) = self.table.query(&of_owner(feed.employee_id)).await?;
        if standing.len() >= FEEDS_MAX {
            let detail = format!("Nobody has more than {FEEDS_MAX} calendar links; revoke one first.");
            return Err(Error::new(Code::TooManyFeeds, detail));
        }
        let write =
            indexed(Write::create(feed_key(feed.id), feed), feed).publishes(fact(EventType::LeaveFeedCreated, feed));
        let committed = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::internal("a new link's id is taken")))
    }

    /// Revokes a link: it stays as a tombstone for a while. Publishes `leave.feed_deleted`.
    pub async fn revoke_feed(&self, origin: &Origin, before: &Stored<Feed>) -> Result<()> {
        let revoked = Feed { revoked_at: Some(origin.at), ..before.value.clone() };
        let write = Write::replace(feed_key(revoked.id), &revoked, before.version)
            .expires_at(tombstone_expiry(origin.at))
            .publishes(fact(EventType::LeaveFeedDeleted, &revoked));
        let committed = self.table.commit(origin, write).await;
        committed.map(|_| ()).map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}

fn indexed(write: Write, feed: &Feed) -> Write {
    write.index("by_employee", format!("EMP#{}#FEEDS", feed.employee_id), feed.id)
}

fn tombstone_expiry(now: Timestamp) -> Timestamp {
    now.saturating_add(REMEMBERED).unwrap_or(now)
}
