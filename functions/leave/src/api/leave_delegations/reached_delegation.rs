//! Delegations of the path: the delegator changes theirs, the delegate reads them, too; HR does both with all.

use access::Scope;
use kernel::{DelegationId, EmployeeId, Error, Result};
use lambda::http::{Caller, Reach};

use crate::{api::Api, domain::delegation::Delegation, store::Stored};

/// A delegation that the caller may read.
pub struct ReadableDelegation(pub Stored<Delegation>);

/// A delegation that the caller may change.
pub struct ChangeableDelegation(pub Stored<Delegation>);

async fn load(
    api: &Api,
    caller: &Caller,
    id: DelegationId,
    is_theirs: impl Fn(&Delegation, EmployeeId) -> bool,
) -> Result<Stored<Delegation>> {
    let stored = api.store.delegation(id).await?;
    let reached = is_theirs(&stored.value, caller.id()) || caller.grant().includes(Scope::All);
    if reached { Ok(stored) } else { Err(Error::not_found("delegation")) }
}

impl Reach<Api> for ReadableDelegation {
    type Id = DelegationId;

    async fn reach(api: &Api, caller: &Caller, id: DelegationId) -> Result<Self> {
        load(api, caller, id, |one, caller| [one.delegator_id, one.delegate_id].contains(&caller)).await.map(Self)
    }
}

impl Reach<Api> for ChangeableDelegation {
    type Id = DelegationId;

    async fn reach(api: &Api, caller: &Caller, id: DelegationId) -> Result<Self> {
        load(api, caller, id, |one, caller| one.delegator_id == caller).await.map(Self)
    }
}
