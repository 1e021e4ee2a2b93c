//! Browsers that take push messages. Whoever knows an endpoint and its keys can write to the browser, so they are technical
//! attributes, which no event carries.

use events::{EventType, Fact};
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Origin, Result, SubscriptionId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitError, Key, Query, Write, create_or_replace, from_item, version_of};

use super::{NotificationStore, won};

pub const PER_PERSON_MAX: usize = 10;
/// For so long it can still be seen that a subscription was ended.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// A browser. Its id follows from its endpoint: the same browser is the same subscription, whoever is signed in there, and
/// belongs to the last one who was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub id: SubscriptionId,
    pub employee_id: EmployeeId,
    #[serde(rename = "_endpoint")]
    pub endpoint: String,
    /// Its public key, in base64url.
    #[serde(rename = "_p256dh")]
    pub p256dh: String,
    /// Its secret, in base64url.
    #[serde(rename = "_auth")]
    pub auth: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub label: Option<String>,
    pub created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended_at: Option<Timestamp>,
}

fn key(id: SubscriptionId) -> Key {
    Key::new(format!("PUSH#{id}"), "SUBSCRIPTION")
}

/// The partition of `by_user` with somebody's browsers.
fn browsers_partition(employee: EmployeeId) -> String {
    format!("PUSH#{employee}")
}

fn fact(event: EventType, subscription: &Subscription) -> Fact {
    Fact::new(event, "PushSubscription", subscription.id).with_data(json!({"employee_id": subscription.employee_id}))
}

impl NotificationStore {
    /// A subscription that goes on, and its version; of one that was ended, the version only.
    pub async fn subscription(&self, id: SubscriptionId) -> Result<(Option<Subscription>, u64)> {
        let Some(item) = self.table.get_consistent(&key(id)).await? else { return Ok((None, 0)) };
        let version = version_of(&item);
        let subscription: Subscription = from_item(item)?;
        Ok((Some(subscription).filter(|subscription| subscription.ended_at.is_none()), version))
    }

    /// The browsers of one person, in no order. Ended ones are in no index.
    pub async fn subscriptions(&self, employee: EmployeeId) -> Result<Vec<Subscription>> {
        let (items, _) =
            self.table.query(&Query::index("by_user", browsers_partition(employee)).limit(PER_PERSON_MAX + 1)).await?;
        items.into_iter().map(from_item).collect()
    }

    /// Registers a browser over the version that was read.
    fn subscription_write(subscription: &Subscription, over: u64) -> Write {
        create_or_replace(key(subscription.id), subscription, over)
            .index("by_user", browsers_partition(subscription.employee_id), subscription.id)
            .publishes(fact(EventType::NotificationSubscriptionCreated, subscription))
    }

    pub async fn create_subscription(
        &self,
        origin: &Origin,
        subscription: &Subscription,
        over: u64,
        once: Option<&store::IdempotencyKey>,
        answer: &impl Serialize,
    ) -> std::result::Result<store::CommitOutcome, CommitError> {
        self.table.commit_idempotent(origin, vec![Self::subscription_write(subscription, over)], once, answer).await
    }

    /// Ends a subscription. False where it was changed since it was read.
    pub async fn end_subscription(&self, origin: &Origin, subscription: &Subscription, version: u64) -> Result<bool> {
        let ended = Subscription { ended_at: Some(origin.at), ..subscription.clone() };
        let mut write = Write::replace(key(ended.id), &ended, version)
            .publishes(fact(EventType::NotificationSubscriptionDeleted, &ended));
        if let Ok(at) = origin.at.saturating_add(KEPT) {
            write = write.expires_at(at);
        }
        won(self.table.commit(origin, write).await).map(|written| written.is_some())
    }
}
