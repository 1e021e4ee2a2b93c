//! Groups of people, page by page: named ones, a department, or everybody.

use std::sync::Arc;

use directory::{Person, members::Group, shards::MemberPosition};
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{Code, DepartmentId, EmployeeId, Error, PageLimit, Result};
use lambda::http::Caller;

use super::Api;

/// How many people are looked up at a time.
const LOOKUPS_AT_ONCE: usize = 16;

/// A cursor in a body that does not open.
pub(crate) fn broken() -> Error {
    Error::new(Code::InvalidCursor, "The cursor is broken, too old, or belongs to another question.").with_field(
        "/cursor",
        "invalid_cursor",
        "start again without a cursor",
    )
}

/// The group that is asked for.
///
/// # Errors
/// 422 for two at once.
pub(crate) fn group(named: Option<Vec<EmployeeId>>, department: Option<DepartmentId>) -> Result<Group<EmployeeId>> {
    match (named, department) {
        (Some(_), Some(_)) => Err(Error::invalid("/department", "one_of", "Name people or a department, not both.")),
        (Some(mut named), None) => {
            named.sort_unstable();
            named.dedup();
            Ok(Group::Known(named))
        }
        (None, Some(department)) => Ok(Group::Department(department)),
        (None, None) => Ok(Group::Everybody),
    }
}

/// One page of a group, and where to go on. Unknown people are left out.
///
/// # Errors
/// 400 for a cursor that does not open.
pub(crate) async fn page(
    api: &Api,
    caller: &Caller,
    group: &Group<EmployeeId>,
    (limit, cursor): (PageLimit, Option<&str>),
    question: &str,
) -> Result<(Vec<Arc<Person>>, Option<String>)> {
    let at = caller.origin().at;
    let (sealer, view) = (api.sealer(at).await?, caller.cursor_scope(question));
    let from = match cursor {
        Some(cursor) => {
            let opened = sealer.decrypt(&view, cursor).map_err(|_| broken())?;
            MemberPosition::parse(&opened).ok_or_else(broken)?
        }
        None => MemberPosition::default(),
    };
    let (ids, next) = api.store.members.page(group, from, usize::from(limit.get())).await?;
    let lookups = ids.into_iter().map(|id| api.shell.directory.person(id, at));
    let found: Vec<Option<Arc<Person>>> = stream::iter(lookups).buffered(LOOKUPS_AT_ONCE).try_collect().await?;
    let next = next.map(|position| sealer.encrypt(&view, &position.to_text())).transpose()?;
    Ok((found.into_iter().flatten().collect(), next))
}
