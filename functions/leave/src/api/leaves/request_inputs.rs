//! Everything that a request for leave is judged by, in one round trip beside the caller's own record.

use std::sync::Arc;

use directory::Person;
use kernel::{EmployeeId, Error};
use lambda::http::{Arriving, Caller, Idempotency};
use policy::Book;
use serde_json::Value;
use store::Once;

use super::new_leave::{NewLeave, When};
use crate::{
    api::Api,
    domain::leave_type::{LeaveType, meant, slug},
    store::Standing,
};

/// What one round trip finds.
pub(crate) struct Found {
    pub(crate) answered: Option<Value>,
    /// Nobody, where it is the caller or there is nobody.
    pub(crate) person: Option<Arc<Person>>,
    pub(crate) types: Arc<Vec<LeaveType>>,
    pub(crate) book: Arc<Book>,
    pub(crate) standing: Standing,
    /// The type that the account was read for.
    pub(crate) code: String,
}

/// What makes a second click the same request.
pub(crate) fn once(key: &Idempotency, caller: EmployeeId, body: &NewLeave) -> Option<Once> {
    key.once(access::LEAVES_CREATE.name, caller, body)
}

/// Admits the caller, and reads everything beside that. A body that makes no sense is refused only after the caller is known.
pub(crate) async fn look(
    api: &Api,
    arriving: Arriving,
    key: &Idempotency,
    body: &NewLeave,
) -> Result<(Caller, When, Found), Error> {
    let at = arriving.at();
    let read = |caller| async move {
        let when = body.when()?;
        Ok((when, find(api, caller, key, (body, when), at).await?))
    };
    let (caller, (when, found)) = arriving.beside(read).await?;
    Ok((caller, when, found))
}

async fn find(
    api: &Api,
    caller: EmployeeId,
    key: &Idempotency,
    (body, when): (&NewLeave, When),
    at: jiff::Timestamp,
) -> Result<Found, Error> {
    let employee = body.employee_id.unwrap_or(caller);
    let known = api.store.types_remembered(at);
    let code = known.as_deref().and_then(|types| meant(types, &body.leave_type)).map(|one| one.code.clone());
    let code = code.unwrap_or_else(|| slug(&body.leave_type));
    let once = once(key, caller, body);
    let person = async { if employee == caller { Ok(None) } else { api.shell.directory.person(employee, at).await } };
    let (answered, person, types, book, standing) = tokio::try_join!(
        api.store.answered(once.as_ref(), at),
        person,
        api.store.types(at),
        api.store.rulebook.book(at),
        api.store.standing(employee, &code, when.first, when.last),
    )?;
    Ok(Found { answered, person, types, book, standing, code })
}
