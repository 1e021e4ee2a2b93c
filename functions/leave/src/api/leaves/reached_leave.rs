//! The leave request of the path: read with what the caller is to it, for those who may see it.

use kernel::{Error, LeaveId, Result};
use lambda::http::{Caller, Reach};

use super::request_context::RequestContext;
use crate::{
    api::Api,
    domain::request::Request,
    store::{LeavePosition, Stored},
};

/// A request that the caller may see.
pub struct Leave {
    pub(crate) stored: Stored<Request>,
    pub(crate) context: RequestContext,
}

/// A request that the caller may see, with what its change is written under.
pub struct LeaveWithStanding {
    pub(crate) leave: Leave,
    pub(crate) standing: LeavePosition,
}

fn seen(stored: Stored<Request>, context: RequestContext) -> Result<Leave> {
    let is_seen = context.reached || context.is_party_to(&stored.value);
    if is_seen { Ok(Leave { stored, context }) } else { Err(Error::not_found("leave")) }
}

impl Reach<Api> for Leave {
    type Id = LeaveId;

    async fn reach(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.request(id).await?;
        let context = RequestContext::of(api, caller, &stored.value).await?;
        seen(stored, context)
    }
}

impl Reach<Api> for LeaveWithStanding {
    type Id = LeaveId;

    async fn reach(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.request(id).await?;
        let (context, standing) = tokio::try_join!(
            RequestContext::of(api, caller, &stored.value),
            api.store.leave_position_of(&stored.value)
        )?;
        Ok(Self { leave: seen(stored, context)?, standing })
    }
}
