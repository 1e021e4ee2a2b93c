//! Whom a rule means: the people of an event, their managers, and whoever decides in somebody's place.

use std::sync::Arc;

use directory::Person;
use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{EmployeeId, Origin, Result};
use policy::leave::{ApproverCandidate, Parties};

use super::notifier::Notifier;
use crate::domain::{
    audience,
    routing::{self, PendingApproval, RecipientRole},
};

/// How many people are looked up at once.
const AT_ONCE: usize = 8;

/// The people of an event, read once.
pub(crate) struct EventPeople {
    pub(crate) subject: Option<Arc<Person>>,
    manager: Option<EmployeeId>,
}

/// Who plays in an event.
pub(crate) async fn load_people(teller: &Notifier, origin: &Origin, event: &Event) -> Result<EventPeople> {
    let subject = match routing::subject(event) {
        Some(id) => teller.directory.person(id, origin.at).await?,
        None => None,
    };
    let manager = subject.as_ref().and_then(|subject| subject.manager_id).or_else(|| routing::manager(event));
    Ok(EventPeople { subject, manager })
}

/// Whom a rule means.
pub(crate) async fn recipients_of(
    teller: &Notifier,
    origin: &Origin,
    event: &Event,
    to: RecipientRole,
    cast: &EventPeople,
) -> Result<Vec<EmployeeId>> {
    match to {
        RecipientRole::Subject => Ok(routing::subject(event).into_iter().collect()),
        RecipientRole::Manager => Ok(cast.manager.into_iter().collect()),
        RecipientRole::Hr => group(teller, access::Role::Hr).await,
        RecipientRole::Admin => group(teller, access::Role::Admin).await,
        RecipientRole::Approver => current_approvers(teller, origin, event, cast).await,
        RecipientRole::Named => Ok(Vec::new()),
    }
}

async fn group(teller: &Notifier, role: access::Role) -> Result<Vec<EmployeeId>> {
    teller.store.list_members(&audience::role_group(role)).await
}

/// Those who were asked last to decide, and whoever decides in their place today.
async fn current_approvers(
    teller: &Notifier,
    origin: &Origin,
    event: &Event,
    cast: &EventPeople,
) -> Result<Vec<EmployeeId>> {
    let pending = routing::pending_approval(event);
    let Some((PendingApproval { approval, author }, subject)) = pending.zip(routing::subject(event)) else {
        return Ok(Vec::new());
    };
    let second_manager = match cast.manager.filter(|_| approval.asks_second_manager()) {
        Some(manager) => teller.directory.person(manager, origin.at).await?.and_then(|manager| manager.manager_id),
        None => None,
    };
    let author = author.unwrap_or(subject);
    let parties = Parties { subject, author, manager: cast.manager, second_manager };
    let Some(asked) = approval.newly_asked(&parties) else { return Ok(Vec::new()) };
    let mut people = asked.employee_ids;
    if !routing::is_correction(event) {
        for (principal, delegate) in delegates_of(teller, origin, &people).await? {
            let who = ApproverCandidate { by: delegate, hr: false, principals: vec![(principal, false)], parties };
            if !people.contains(&delegate) && approval.may_decide(&who).is_some() {
                people.push(delegate);
            }
        }
    }
    if asked.hr {
        let hr = group(teller, access::Role::Hr).await?;
        people.extend(
            hr.into_iter()
                .filter(|person| *person != subject)
                .filter(|person| !people.contains(person))
                .collect::<Vec<_>>(),
        );
    }
    Ok(people)
}

/// Each of these people with whoever decides in their place today. Where all of HR is asked, its delegates are not told: they
/// find it under what waits for them.
async fn delegates_of(
    teller: &Notifier,
    origin: &Origin,
    people: &[EmployeeId],
) -> Result<Vec<(EmployeeId, EmployeeId)>> {
    let lookups: Vec<_> = people.iter().map(|person| delegates(teller, origin, *person)).collect();
    let found: Vec<Vec<EmployeeId>> = stream::iter(lookups).buffered(AT_ONCE).try_collect().await?;
    let pairs = people.iter().zip(found);
    Ok(pairs.flat_map(|(principal, delegates)| delegates.into_iter().map(|delegate| (*principal, delegate))).collect())
}

/// Nobody stands for somebody who may not sign in themselves.
async fn delegates(teller: &Notifier, origin: &Origin, delegator: EmployeeId) -> Result<Vec<EmployeeId>> {
    let person = teller.directory.person(delegator, origin.at).await?;
    let Some(person) = person.filter(|person| person.status.may_sign_in()) else { return Ok(Vec::new()) };
    teller.store.list_delegates(delegator, person.today(origin.at)).await
}
