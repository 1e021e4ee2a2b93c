//! Credit whose employee is in the caller's scope, and the checks before a decision.

use std::sync::Arc;

use access::{ReadableFields, Relation};
use directory::Person;
use kernel::{Code, CreditId, Error, ErrorKind, Result};
use lambda::http::{Caller, LoadInScope};
use serde_json::json;

use crate::{
    api::Api,
    domain::credit::{Credit, CreditStatus},
    messages,
    store::Stored,
};

/// Credit of the caller, or of an employee whom the caller may see; its employee, and the fields that the caller may read.
pub struct CreditInScope {
    pub(crate) stored: Stored<Credit>,
    pub(crate) person: Arc<Person>,
    pub(crate) fields: ReadableFields,
}

impl LoadInScope<Api> for CreditInScope {
    type Id = CreditId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: CreditId) -> Result<Self> {
        let stored = api.store.get_credit(id).await?;
        let employee = stored.value.employee_id;
        // Employees see their own credits, although only others decide them.
        if employee == caller.id() {
            let fields = caller.readable_fields(Relation::Oneself);
            return Ok(Self { stored, person: caller.shared_person(), fields });
        }
        match caller.person_in_scope(employee).await {
            Ok((person, fields)) => Ok(Self { stored, person, fields }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(messages::credit())),
            Err(error) => Err(error),
        }
    }
}

/// Checks that the caller may decide a credit in their scope: it is not of their own work, and it is pending.
///
/// # Errors
/// 403 `own_request`; 409 `already_decided` with the status and the last decision unless it is pending, also if it was
/// withdrawn or granted without a decision.
pub(crate) fn require_may_decide(caller: &Caller, credit: &Credit) -> Result<()> {
    if caller.id() == credit.employee_id {
        return Err(Error::new(Code::OwnRequest, messages::own_credit()));
    }
    let detail = match credit.status {
        CreditStatus::Pending => return Ok(()),
        CreditStatus::Approved => messages::credit_approved(),
        CreditStatus::Rejected => messages::credit_rejected(),
        CreditStatus::Granted => messages::credit_granted(),
        CreditStatus::Withdrawn => messages::credit_withdrawn(),
    };
    let decision = json!({
        "id": credit.id,
        "status": credit.status,
        "approved_by": credit.approved_by,
        "approved_at": credit.approved_at,
        "rejected_by": credit.rejected_by,
        "rejected_at": credit.rejected_at,
    });
    Err(Error::new(Code::AlreadyDecided, detail).with_current_state(decision))
}
