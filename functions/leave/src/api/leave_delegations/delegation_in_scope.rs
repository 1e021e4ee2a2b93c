//! The delegation of the path. Its delegator and HR may change it; its delegate may read it.

use access::Scope;
use kernel::{DelegationId, EmployeeId, Error, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{api::Api, domain::delegation::Delegation, messages, store::Stored};

/// Delegation that the caller may read.
pub struct ReadableDelegation(pub Stored<Delegation>);

/// Delegation that the caller may change.
pub struct ChangeableDelegation(pub Stored<Delegation>);

/// Delegation, if `is_theirs` holds for the caller or the caller is in HR; otherwise 404.
async fn load_delegation_if(
    api: &Api,
    caller: &Caller,
    id: DelegationId,
    is_theirs: impl Fn(&Delegation, EmployeeId) -> bool,
) -> Result<Stored<Delegation>> {
    let stored = api.store.get_delegation(id).await?;
    let reached = is_theirs(&stored.value, caller.id()) || caller.grant().includes(Scope::All);
    if reached { Ok(stored) } else { Err(Error::not_found(messages::delegation())) }
}

impl LoadInScope<Api> for ReadableDelegation {
    type Id = DelegationId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: DelegationId) -> Result<Self> {
        load_delegation_if(api, caller, id, |one, caller| [one.delegator_id, one.delegate_id].contains(&caller))
            .await
            .map(Self)
    }
}

impl LoadInScope<Api> for ChangeableDelegation {
    type Id = DelegationId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: DelegationId) -> Result<Self> {
        load_delegation_if(api, caller, id, |one, caller| one.delegator_id == caller).await.map(Self)
    }
}
