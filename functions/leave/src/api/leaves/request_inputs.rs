//! Everything that a request for leave is judged by, in one round trip beside the caller's own record.

use std::sync::Arc;

use directory::Person;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, IdempotencyHeader, VerifiedToken};
use policy::PolicySet;
use serde_json::Value;
use store::IdempotencyKey;

use super::new_leave::{LeaveDates, NewLeave};
use crate::{
    api::Api,
    domain::leave_type::{LeaveType, find_leave_type, to_code},
    store::LeavePosition,
};

/// What one round trip finds.
pub(crate) struct RequestInputs {
    pub(crate) answered: Option<Value>,
    /// Nobody, where it is the caller or there is nobody.
    pub(crate) person: Option<Arc<Person>>,
    pub(crate) types: Arc<Vec<LeaveType>>,
    pub(crate) book: Arc<PolicySet>,
    pub(crate) standing: LeavePosition,
    /// The type that the account was read for.
    pub(crate) code: String,
}

/// What makes a second click the same request.
pub(crate) fn once(key: &IdempotencyHeader, caller: EmployeeId, body: &NewLeave) -> Option<IdempotencyKey> {
    key.for_request(access::LEAVES_CREATE.name, caller, body)
}

/// Admits the caller, and reads everything beside that. A body that makes no sense is refused only after the caller is known.
pub(crate) async fn admit_and_load(
    api: &Api,
    arriving: VerifiedToken,
    key: &IdempotencyHeader,
    body: &NewLeave,
) -> Result<(Caller, LeaveDates, RequestInputs), Error> {
    let at = arriving.at();
    let read = |caller| async move {
        let when = body.when()?;
        Ok((when, load_inputs(api, caller, key, (body, when), at).await?))
    };
    let (caller, (when, found)) = arriving.admit_while(read).await?;
    Ok((caller, when, found))
}

async fn load_inputs(
    api: &Api,
    caller: EmployeeId,
    key: &IdempotencyHeader,
    (body, when): (&NewLeave, LeaveDates),
    at: jiff::Timestamp,
) -> Result<RequestInputs, Error> {
    let employee = body.employee_id.unwrap_or(caller);
    let known = api.store.cached_leave_types(at);
    let code = known.as_deref().and_then(|types| find_leave_type(types, &body.leave_type)).map(|one| one.code.clone());
    let code = code.unwrap_or_else(|| to_code(&body.leave_type));
    let once = once(key, caller, body);
    let person = async { if employee == caller { Ok(None) } else { api.shell.directory.person(employee, at).await } };
    let (answered, person, types, book, standing) = tokio::try_join!(
        api.store.answered(once.as_ref(), at),
        person,
        api.store.leave_types(at),
        api.store.rulebook.book(at),
        api.store.leave_position(employee, &code, when.first, when.last),
    )?;
    Ok(RequestInputs { answered, person, types, book, standing, code })
}
