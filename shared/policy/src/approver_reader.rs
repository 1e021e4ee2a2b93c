//! Reads the people who determine the approvers of a request, and which of them cannot decide. Rule 9 (docs/rules.md).

use std::sync::Arc;

use directory::{Directory, Person};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use kernel::{EmployeeId, Result};

use crate::leave::{Approval, Parties};

/// Most people that are looked up at the same time.
const LOOKUP_CONCURRENCY: usize = 16;

/// Subject, author and manager of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestPeople {
    /// Employee whose request it is.
    pub subject: EmployeeId,
    /// Person who created the request.
    pub author: EmployeeId,
    /// Manager of the subject.
    pub manager: Option<EmployeeId>,
}

/// Loads the people who determine the approvers of the current step: the managers and the named people, and which of them
/// have left, are suspended or are unknown. `approval` is `None` for a request without a pending step.
///
/// It reads the manager and the named people (at most 100), and the manager's manager only if that person may be asked.
pub async fn load_parties(
    directory: &Directory,
    approval: Option<&Approval>,
    people: RequestPeople,
    now: Timestamp,
) -> Result<Parties> {
    let RequestPeople { subject, author, manager } = people;
    let find = |id: EmployeeId| async move { Ok::<_, kernel::Error>((id, directory.person(id, now).await?)) };
    let named = approval.map(Approval::named_approvers).unwrap_or_default();
    let ids: Vec<EmployeeId> = manager.into_iter().chain(named.iter().copied()).collect();
    let found: Vec<_> = stream::iter(ids.into_iter().map(find)).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    let manager_record = found.iter().find(|(id, _)| Some(*id) == manager).and_then(|(_, person)| person.clone());
    let second_manager = manager_record.and_then(|manager| manager.manager_id);
    let mut unable: Vec<EmployeeId> =
        found.iter().filter(|(_, person)| !can_decide(person)).map(|(id, _)| *id).collect();
    let asks_second = approval.is_some_and(Approval::asks_second_manager) || !unable.is_empty();
    if let Some(id) = second_manager.filter(|_| asks_second)
        && !can_decide(&directory.person(id, now).await?)
        && !unable.contains(&id)
    {
        unable.push(id);
    }
    Ok(Parties { subject, author, manager, second_manager, unable })
}

/// Whether a person is known and may sign in.
fn can_decide(person: &Option<Arc<Person>>) -> bool {
    person.as_ref().is_some_and(|person| person.status.may_sign_in())
}
