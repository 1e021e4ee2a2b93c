//! A browser of the caller's own.

use kernel::{Error, Result, SubscriptionId};
use lambda::http::{Caller, Reach};

use crate::{api::Api, store::Subscription};

pub(super) struct OwnSubscription {
    pub(super) subscription: Subscription,
    pub(super) version: u64,
}

impl Reach<Api> for OwnSubscription {
    type Id = SubscriptionId;

    async fn reach(api: &Api, caller: &Caller, id: SubscriptionId) -> Result<Self> {
        let (standing, version) = api.store.subscription(id).await?;
        let own = standing.filter(|subscription| subscription.employee_id == caller.id());
        own.map(|subscription| Self { subscription, version }).ok_or_else(|| Error::not_found("subscription"))
    }
}
