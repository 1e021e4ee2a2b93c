//! Whom a rule means: the people of an event, their managers, and whoever decides in somebody's place.

use std::sync::Arc;

use directory::Person;
use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{EmployeeId, Origin, Result};

use super::notifier::Teller;
use crate::domain::{
    audience,
    routing::{self, Role, Waiting},
};

/// How many people are looked up at once.
const AT_ONCE: usize = 8;

/// The people of an event, read once.
pub(crate) struct Cast {
    pub(crate) subject: Option<Arc<Person>>,
    manager: Option<EmployeeId>,
}

/// Who plays in an event.
pub(crate) async fn cast(teller: &Teller, origin: &Origin, event: &Event) -> Result<Cast> {
    let subject = match routing::subject(event) {
        Some(id) => teller.directory.person(id, origin.at).await?,
        None => None,
    };
    let manager = subject.as_ref().and_then(|subject| subject.manager_id).or_else(|| routing::manager(event));
    Ok(Cast { subject, manager })
}

/// Whom a rule means.
pub(crate) async fn people(
    teller: &Teller,
    origin: &Origin,
    event: &Event,
    to: Role,
    cast: &Cast,
) -> Result<Vec<EmployeeId>> {
    match to {
        Role::Subject => Ok(routing::subject(event).into_iter().collect()),
        Role::Manager => Ok(cast.manager.into_iter().collect()),
        Role::Hr => group(teller, access::Role::Hr).await,
        Role::Admin => group(teller, access::Role::Admin).await,
        Role::Approver => approvers(teller, origin, event, cast).await,
        Role::Named => Ok(Vec::new()),
    }
}

async fn group(teller: &Teller, role: access::Role) -> Result<Vec<EmployeeId>> {
    teller.store.members(&audience::of_role(role)).await
}

/// Those whose decision it waits for, and whoever decides in their place today. Where there is no such manager it goes on to HR; never the subject.
async fn approvers(teller: &Teller, origin: &Origin, event: &Event, cast: &Cast) -> Result<Vec<EmployeeId>> {
    let above = match (routing::waiting(event), cast.manager) {
        (Waiting::Nobody, _) => return Ok(Vec::new()),
        (Waiting::People(people), _) => people,
        (Waiting::Hr, _) | (Waiting::Manager | Waiting::SecondManager, None) => Vec::new(),
        (Waiting::Manager, Some(manager)) => vec![manager],
        (Waiting::SecondManager, Some(manager)) => {
            let manager = teller.directory.person(manager, origin.at).await?;
            manager.and_then(|manager| manager.manager_id).into_iter().collect()
        }
    };
    let subject = routing::subject(event);
    let others = |people: Vec<EmployeeId>| people.into_iter().filter(|person| Some(*person) != subject).collect();
    if above.is_empty() {
        return group(teller, access::Role::Hr).await.map(others);
    }
    if routing::is_of_a_correction(event) {
        return Ok(others(above));
    }
    with_delegates(teller, origin, others(above)).await.map(others)
}

/// These people, and whoever decides in the place of one of them today. Where all of HR is asked, its delegates
/// are not told: they find it under what waits for them.
async fn with_delegates(teller: &Teller, origin: &Origin, mut people: Vec<EmployeeId>) -> Result<Vec<EmployeeId>> {
    let lookups: Vec<_> = people.iter().map(|person| delegates(teller, origin, *person)).collect();
    let found: Vec<Vec<EmployeeId>> = stream::iter(lookups).buffered(AT_ONCE).try_collect().await?;
    for delegate in found.into_iter().flatten() {
        if !people.contains(&delegate) {
            people.push(delegate);
        }
    }
    Ok(people)
}

/// Nobody stands for somebody who may not sign in themselves.
async fn delegates(teller: &Teller, origin: &Origin, delegator: EmployeeId) -> Result<Vec<EmployeeId>> {
    let person = teller.directory.person(delegator, origin.at).await?;
    let Some(person) = person.filter(|person| person.status.may_sign_in()) else { return Ok(Vec::new()) };
    teller.store.delegates_on(delegator, person.today(origin.at)).await
}
