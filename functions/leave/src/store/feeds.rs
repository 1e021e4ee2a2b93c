//! Calendar feeds: their owner and scope. The secret of a feed is derived and never stored.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{Code, EmployeeId, Error, FeedId, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write};

use super::{LeaveStore, Stored, read_stored};
use crate::{domain::feed::Feed, messages};

/// Most active feeds of one employee.
const FEEDS_MAX: usize = 20;
/// Time that a revoked feed is kept.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);

fn feed_key(id: FeedId) -> Key {
    Key::new(format!("FEED#{id}"), "FEED")
}

fn active_feeds_query(owner: EmployeeId) -> Query {
    Query::index("by_employee", format!("EMP#{owner}#FEEDS")).filter("attribute_not_exists(#revoked_at)")
}

fn feed_fact(event: EventType, feed: &Feed) -> Fact {
    Fact::new(event, "LeaveFeed", feed.id)
}

impl LeaveStore {
    /// One feed, read consistently; 404 once it was revoked.
    pub async fn get_active_feed(&self, id: FeedId) -> Result<Stored<Feed>> {
        let stored = self.table.get_consistent(&feed_key(id)).await?.map(read_stored::<Feed>).transpose()?;
        stored.filter(|feed| feed.value.revoked_at.is_none()).ok_or_else(|| Error::not_found(messages::calendar_feed()))
    }

    /// One page of the active feeds of one employee, oldest first.
    pub async fn list_active_feeds(&self, owner: EmployeeId, page: &Pagination) -> Result<Page<Feed>> {
        self.table.typed_page(active_feeds_query(owner), page).await
    }

    /// Creates a calendar feed. Publishes `leave.feed_created`.
    ///
    /// # Errors
    /// 409 `too_many_feeds` if the owner has [`FEEDS_MAX`] active feeds; 422 for an idempotency key of another request.
    pub async fn create_feed(
        &self,
        origin: &Origin,
        feed: &Feed,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let (active, _) = self.table.query(&active_feeds_query(feed.employee_id)).await?;
        if active.len() >= FEEDS_MAX {
            return Err(Error::new(Code::TooManyFeeds, messages::too_many_feeds(FEEDS_MAX)));
        }
        let write = with_indexes(Write::create(feed_key(feed.id), feed), feed)
            .publishes(feed_fact(EventType::LeaveFeedCreated, feed));
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed
            .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("the new id of a calendar feed exists")))
    }

    /// Replaces a feed by its tombstone. Publishes `leave.feed_deleted`.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
    pub async fn revoke_feed(&self, origin: &Origin, before: &Stored<Feed>) -> Result<()> {
        let revoked = Feed { revoked_at: Some(origin.at), ..before.value.clone() };
        let write = Write::replace(feed_key(revoked.id), &revoked, before.version)
            .expires_at(tombstone_expiry(origin.at))
            .publishes(feed_fact(EventType::LeaveFeedDeleted, &revoked));
        let committed = self.table.commit(origin, write).await;
        committed.map(|_| ()).map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}

fn with_indexes(write: Write, feed: &Feed) -> Write {
    write.index("by_employee", format!("EMP#{}#FEEDS", feed.employee_id), feed.id)
}

fn tombstone_expiry(now: Timestamp) -> Timestamp {
    now.saturating_add(TOMBSTONE_RETENTION).unwrap_or(now)
}
