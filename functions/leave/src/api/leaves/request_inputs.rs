//! Inputs of the evaluation of a leave request, loaded in one round trip parallel to the caller's own record.

use std::sync::Arc;

use directory::Person;
use kernel::{EmployeeId, Error};
use lambda::http::{Caller, IdempotencyHeader, VerifiedToken};
use policy::{PolicySet, ShiftPlans, leave::RequestedDates};
use serde_json::Value;
use store::IdempotencyKey;

use super::new_leave::NewLeave;
use crate::{
    api::Api,
    domain::leave_type::{LeaveType, find_leave_type, guess_leave_type_code},
    store::AccountAndMonths,
};

/// Stored data from which a leave request is evaluated.
pub(crate) struct RequestInputs {
    /// Answer of the first request with the same idempotency key.
    pub(crate) answered: Option<Value>,
    /// Employee of the request; `None` for the caller, and for an unknown employee.
    pub(crate) person: Option<Arc<Person>>,
    pub(crate) types: Arc<Vec<LeaveType>>,
    pub(crate) book: Arc<PolicySet>,
    pub(crate) plans: ShiftPlans,
    pub(crate) state: AccountAndMonths,
    /// Code of the leave type whose account is in `state`. It is a guess and can differ from the requested leave type.
    pub(crate) code: String,
}

/// Idempotency key of `POST /leaves`, if the caller sent one.
pub(crate) fn new_leave_idempotency_key(
    key: &IdempotencyHeader,
    caller: EmployeeId,
    body: &NewLeave,
) -> Option<IdempotencyKey> {
    key.for_request(access::LEAVES_CREATE.name, caller, body)
}

/// Checks that the caller may use the endpoint, and loads the inputs at the same time. Invalid dates are refused only
/// after that check.
pub(crate) async fn admit_and_load_inputs(
    api: &Api,
    token: VerifiedToken,
    key: &IdempotencyHeader,
    body: &NewLeave,
) -> Result<(Caller, RequestedDates, RequestInputs), Error> {
    let at = token.request_time();
    let read = |caller| async move {
        let dates = body.validated_dates()?;
        Ok((dates, load_request_inputs(api, caller, key, (body, dates), at).await?))
    };
    let (caller, (dates, inputs)) = token.admit_while(read).await?;
    Ok((caller, dates, inputs))
}

/// Loads the inputs in one round trip. The leave type may not be known before, so its code is guessed from the request.
async fn load_request_inputs(
    api: &Api,
    caller: EmployeeId,
    key: &IdempotencyHeader,
    (body, dates): (&NewLeave, RequestedDates),
    at: jiff::Timestamp,
) -> Result<RequestInputs, Error> {
    let employee = body.employee_id.unwrap_or(caller);
    let cached = api.store.cached_leave_types(at);
    let code = cached.as_deref().and_then(|types| find_leave_type(types, &body.leave_type)).map(|one| one.code.clone());
    let code = code.unwrap_or_else(|| guess_leave_type_code(&body.leave_type));
    let idempotency_key = new_leave_idempotency_key(key, caller, body);
    let person = async { if employee == caller { Ok(None) } else { api.shell.directory.person(employee, at).await } };
    let (answered, person, types, book, plans, state) = tokio::try_join!(
        api.store.stored_answer(idempotency_key.as_ref(), at),
        person,
        api.store.load_leave_types(at),
        api.store.rulebook.load(at),
        api.store.plans.load(employee, at),
        api.store.load_account_and_months(employee, &code, dates.first, dates.last),
    )?;
    Ok(RequestInputs { answered, person, types, book, plans, state, code })
}
