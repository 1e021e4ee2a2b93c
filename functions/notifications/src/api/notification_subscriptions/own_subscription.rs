//! Push subscription of the caller.

use kernel::{Error, Result, SubscriptionId};
use lambda::http::{Caller, LoadInScope};

use crate::{api::Api, messages, store::Subscription};

/// Active push subscription of the caller. An ended one, or that of any other employee, is 404.
pub(super) struct OwnSubscription {
    pub(super) subscription: Subscription,
    pub(super) version: u64,
}

impl LoadInScope<Api> for OwnSubscription {
    type Id = SubscriptionId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: SubscriptionId) -> Result<Self> {
        let (subscription, version) = api.store.find_subscription(id).await?;
        let own = subscription.filter(|subscription| subscription.employee_id == caller.id());
        own.map(|subscription| Self { subscription, version }).ok_or_else(|| Error::not_found(messages::subscription()))
    }
}
