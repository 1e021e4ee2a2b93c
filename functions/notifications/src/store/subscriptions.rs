//! Push subscriptions of browsers. With endpoint and keys, anyone can send messages to the browser, so these are technical
//! attributes, which no event contains.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Origin, Result, SubscriptionId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitError, Key, Query, Write, from_item, put_if_unchanged, version_of};

use super::{NotificationStore, none_if_condition_failed};

pub const SUBSCRIPTIONS_PER_PERSON_MAX: usize = 10;
/// Lifetime of an ended subscription.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Push subscription of a browser. Its id is derived from the endpoint, so a browser has one subscription. It belongs to the
/// person who registered it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub employee_id: EmployeeId,
    #[serde(rename = "_endpoint")]
    pub endpoint: String,
    /// Public key of the browser, in base64url.
    #[serde(rename = "_p256dh")]
    pub p256dh: String,
    /// Shared secret of the browser, in base64url.
    #[serde(rename = "_auth")]
    pub auth: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    /// Time at which this person first registered the browser.
    pub created_at: Timestamp,
    /// Time at which the subscription ended; `None` while it is active.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended_at: Option<Timestamp>,
}

fn subscription_key(id: SubscriptionId) -> Key {
    Key::new(format!("PUSH#{id}"), "SUBSCRIPTION")
}

/// Partition of `by_user` with the browsers of a person.
fn browsers_partition(employee: EmployeeId) -> String {
    format!("PUSH#{employee}")
}

fn subscription_fact(event: EventType, subscription: &Subscription) -> Fact {
    Fact::new(event, "PushSubscription", subscription.id).with_data(json!({"employee_id": subscription.employee_id}))
}

impl NotificationStore {
    /// Active subscription and its version; only the version if it has ended, and 0 if it never existed.
    pub async fn find_subscription(&self, id: SubscriptionId) -> Result<(Option<Subscription>, u64)> {
        let Some(item) = self.table.get_consistent(&subscription_key(id)).await? else { return Ok((None, 0)) };
        let version = version_of(&item);
        let subscription: Subscription = from_item(item)?;
        Ok((Some(subscription).filter(|subscription| subscription.ended_at.is_none()), version))
    }

    /// Active subscriptions of a person, unordered. The read is not consistent.
    pub async fn list_subscriptions(&self, employee: EmployeeId) -> Result<Vec<Subscription>> {
        let (items, _) = self
            .table
            .query(&Query::index("by_user", browsers_partition(employee)).limit(SUBSCRIPTIONS_PER_PERSON_MAX + 1))
            .await?;
        items.into_iter().map(from_item).collect()
    }

    /// Write of a subscription. It fails if the stored one has another version (0: none is stored).
    fn subscription_write(subscription: &Subscription, version: u64) -> Write {
        put_if_unchanged(subscription_key(subscription.id), subscription, version)
            .index("by_user", browsers_partition(subscription.employee_id), subscription.id)
            .publishes(subscription_fact(EventType::NotificationSubscriptionCreated, subscription))
    }

    /// Creates a subscription, or replaces the active or ended one with this version (0: none is stored).
    pub async fn save_subscription(
        &self,
        origin: &Origin,
        subscription: &Subscription,
        version: u64,
        idempotency_key: Option<&store::IdempotencyKey>,
        answer: &impl Serialize,
    ) -> std::result::Result<store::CommitOutcome, CommitError> {
        let write = Self::subscription_write(subscription, version);
        self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await
    }

    /// Ends a subscription; false if it has changed since it was read.
    pub async fn end_subscription(&self, origin: &Origin, subscription: &Subscription, version: u64) -> Result<bool> {
        let ended = Subscription { ended_at: Some(origin.at), ..subscription.clone() };
        let mut write = Write::replace(subscription_key(ended.id), &ended, version)
            .publishes(subscription_fact(EventType::NotificationSubscriptionDeleted, &ended));
        if let Ok(at) = origin.at.saturating_add(TOMBSTONE_RETENTION) {
            write = write.expires_at(at);
        }
        none_if_condition_failed(self.table.commit(origin, write).await).map(|written| written.is_some())
    }
}
