//! Pages of selected people: named employees, a department, or all employees.

use std::sync::Arc;

use directory::{Person, members::PeopleSelection, shards::MemberPosition};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{Code, DepartmentId, EmployeeId, Error, PageLimit, Result};
use lambda::http::Caller;

use super::Api;
use crate::messages;

const LOOKUP_CONCURRENCY: usize = 16;

/// 400 for a cursor in the body that is damaged, too old, or of another request.
pub(crate) fn invalid_body_cursor_error() -> Error {
    Error::new(Code::InvalidCursor, messages::damaged_cursor()).with_field(
        "/cursor",
        "invalid_cursor",
        messages::start_again(),
    )
}

/// Selection of a request: named employees, a department, or all employees.
///
/// # Errors
/// 422 for employees and a department at the same time.
pub(crate) fn select_people(
    employee_ids: Option<Vec<EmployeeId>>,
    department: Option<DepartmentId>,
) -> Result<PeopleSelection<EmployeeId>> {
    match (employee_ids, department) {
        (Some(_), Some(_)) => Err(Error::invalid("/department", "one_of", messages::employees_or_department())),
        (Some(mut employee_ids), None) => {
            employee_ids.sort_unstable();
            employee_ids.dedup();
            Ok(PeopleSelection::Known(employee_ids))
        }
        (None, Some(department)) => Ok(PeopleSelection::Department(department)),
        (None, None) => Ok(PeopleSelection::Everybody),
    }
}

/// One page of the selected people, and the next cursor. People missing from the directory are left out. A cursor is
/// valid only for the same `question`.
///
/// # Errors
/// 400 for an invalid cursor.
pub(crate) async fn load_people_page(
    api: &Api,
    caller: &Caller,
    selection: &PeopleSelection<EmployeeId>,
    (limit, cursor): (PageLimit, Option<&str>),
    question: &str,
) -> Result<(Vec<Arc<Person>>, Option<String>)> {
    let at = caller.origin().at;
    let (cipher, scope) = (api.cursor_cipher(at).await?, caller.cursor_scope(question));
    let from = match cursor {
        Some(cursor) => {
            let opened = cipher.decrypt(&scope, cursor).map_err(|_| invalid_body_cursor_error())?;
            MemberPosition::parse(&opened).ok_or_else(invalid_body_cursor_error)?
        }
        None => MemberPosition::default(),
    };
    let (ids, next) = api.store.members.page(selection, from, usize::from(limit.get())).await?;
    let lookups = ids.into_iter().map(|id| api.shell.directory.person(id, at));
    let people: Vec<Option<Arc<Person>>> = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    let next = next.map(|position| cipher.encrypt(&scope, &position.to_text())).transpose()?;
    Ok((people.into_iter().flatten().collect(), next))
}
