//! The leave request of the path, with the role of the caller in it; 404 unless the caller may see it.

use kernel::{Error, LeaveId, Result};
use lambda::http::{Caller, LoadInScope};

use super::request_context::RequestContext;
use crate::{
    api::Api,
    domain::request::Request,
    messages,
    store::{LeavePosition, Stored},
};

/// Request that the caller may see.
pub struct Leave {
    pub(crate) stored: Stored<Request>,
    pub(crate) context: RequestContext,
}

/// Request that the caller may see, with the account and months for a write.
pub struct LeaveWithPosition {
    pub(crate) leave: Leave,
    pub(crate) position: LeavePosition,
}

fn require_visible(stored: Stored<Request>, context: RequestContext) -> Result<Leave> {
    let visible = context.in_scope || context.is_party_to(&stored.value);
    if visible { Ok(Leave { stored, context }) } else { Err(Error::not_found(messages::leave_request())) }
}

impl LoadInScope<Api> for Leave {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.request(id).await?;
        let context = RequestContext::of(api, caller, &stored.value).await?;
        require_visible(stored, context)
    }
}

impl LoadInScope<Api> for LeaveWithPosition {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.request(id).await?;
        let (context, position) = tokio::try_join!(
            RequestContext::of(api, caller, &stored.value),
            api.store.leave_position_of(&stored.value)
        )?;
        Ok(Self { leave: require_visible(stored, context)?, position })
    }
}
