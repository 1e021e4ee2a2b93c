//! The leave request of the path, with the role of the caller in it; 404 unless the caller may see it.

use std::sync::Arc;

use kernel::{Error, ErrorKind, LeaveId, Result};
use lambda::http::{Caller, LoadInScope};
use policy::Person;

use super::request_context::RequestContext;
use crate::{
    api::Api,
    domain::request::Request,
    messages,
    store::{AccountAndMonths, Stored},
};

/// Request that the caller may see, and the caller's role in it.
pub struct Leave {
    pub(crate) stored: Stored<Request>,
    pub(crate) context: RequestContext,
}

/// Request that the caller may see, with its account and months.
pub struct LeaveWithAccount {
    pub(crate) leave: Leave,
    pub(crate) state: AccountAndMonths,
}

/// Employee of a request; 404 for the request outside the caller's scope.
pub(crate) async fn employee_in_scope(caller: &Caller, request: &Request) -> Result<Arc<Person>> {
    match caller.person_in_scope(request.employee_id).await {
        Ok((person, _)) => Ok(person),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(messages::leave_request())),
        Err(error) => Err(error),
    }
}

/// 404 unless the employee is in the caller's scope or the caller is involved in the approval.
fn require_visible_leave(stored: Stored<Request>, context: RequestContext) -> Result<Leave> {
    let visible = context.in_scope || context.is_party_to(&stored.value);
    if visible { Ok(Leave { stored, context }) } else { Err(Error::not_found(messages::leave_request())) }
}

impl LoadInScope<Api> for Leave {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.get_request(id).await?;
        let context = RequestContext::load(api, caller, &stored.value).await?;
        require_visible_leave(stored, context)
    }
}

impl LoadInScope<Api> for LeaveWithAccount {
    type Id = LeaveId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: LeaveId) -> Result<Self> {
        let stored = api.store.get_request(id).await?;
        let (context, state) = tokio::try_join!(
            RequestContext::load(api, caller, &stored.value),
            api.store.load_account_and_months_of(&stored.value)
        )?;
        Ok(Self { leave: require_visible_leave(stored, context)?, state })
    }
}
