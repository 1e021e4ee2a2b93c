//! Recipients of a routing rule: the people of an event, their managers, the approvers and their delegates.

use std::sync::Arc;

use directory::Person;
use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{EmployeeId, Origin, Result};
use policy::{RequestPeople, leave::ApproverCandidate, load_parties};

use super::notifier::Notifier;
use crate::domain::{
    audience,
    routing::{self, PendingApproval, RecipientRole},
};

/// Most concurrent lookups of people.
const LOOKUP_CONCURRENCY: usize = 8;

/// Subject of an event and the subject's current manager, or else the one in the event.
pub(crate) struct EventPeople {
    pub(crate) subject: Option<Arc<Person>>,
    manager: Option<EmployeeId>,
}

pub(crate) async fn load_event_people(notifier: &Notifier, origin: &Origin, event: &Event) -> Result<EventPeople> {
    let subject = match routing::subject_of(event) {
        Some(id) => notifier.directory.person(id, origin.at).await?,
        None => None,
    };
    let manager = subject.as_ref().and_then(|subject| subject.manager_id).or_else(|| routing::manager_of(event));
    Ok(EventPeople { subject, manager })
}

/// Recipients of an event in one role; for `Named` none, because the message names them.
pub(crate) async fn recipients_in_role(
    notifier: &Notifier,
    origin: &Origin,
    event: &Event,
    role: RecipientRole,
    people: &EventPeople,
) -> Result<Vec<EmployeeId>> {
    match role {
        RecipientRole::Subject => Ok(routing::subject_of(event).into_iter().collect()),
        RecipientRole::Manager => Ok(people.manager.into_iter().collect()),
        RecipientRole::Hr => list_people_with_role(notifier, access::Role::Hr).await,
        RecipientRole::Admin => list_people_with_role(notifier, access::Role::Admin).await,
        RecipientRole::Approver => {
            let mut approvers = newly_asked_approvers(notifier, origin, event, people).await?;
            let deciders = routing::deciders_of_returned_leave(event).into_iter();
            let others: Vec<_> = deciders.filter(|person| !approvers.contains(person)).collect();
            approvers.extend(others);
            Ok(approvers)
        }
        RecipientRole::Named => Ok(Vec::new()),
    }
}

/// People with an access role who may sign in.
async fn list_people_with_role(notifier: &Notifier, role: access::Role) -> Result<Vec<EmployeeId>> {
    notifier.store.list_role_members(&audience::role_group_name(role)).await
}

/// Approvers who are asked at the current step and escalation level and have not decided, their delegates of today, and HR if
/// it is asked.
async fn newly_asked_approvers(
    notifier: &Notifier,
    origin: &Origin,
    event: &Event,
    people: &EventPeople,
) -> Result<Vec<EmployeeId>> {
    let pending = routing::pending_approval(event);
    let Some((PendingApproval { approval, author }, subject)) = pending.zip(routing::subject_of(event)) else {
        return Ok(Vec::new());
    };
    let of_request = RequestPeople { subject, author: author.unwrap_or(subject), manager: people.manager };
    let parties = load_parties(&notifier.directory, Some(&approval), of_request, origin.at).await?;
    let Some(pending) = approval.newly_asked_approvers(&parties) else { return Ok(Vec::new()) };
    let mut approvers = pending.employee_ids;
    if !routing::is_decided_by_manager(event) {
        for (principal, delegate) in delegates_of(notifier, origin, &approvers).await? {
            let candidate = ApproverCandidate {
                by: delegate,
                hr: false,
                principals: vec![(principal, false)],
                parties: parties.clone(),
            };
            if !approvers.contains(&delegate) && approval.may_decide(&candidate) {
                approvers.push(delegate);
            }
        }
    }
    if pending.hr {
        let hr = list_people_with_role(notifier, access::Role::Hr).await?;
        approvers.extend(
            hr.into_iter()
                .filter(|person| *person != subject)
                .filter(|person| !approvers.contains(person))
                .collect::<Vec<_>>(),
        );
    }
    Ok(approvers)
}

/// Pairs of approver and delegate of today. Delegates of HR as a whole are not notified: they see the request in their list.
async fn delegates_of(
    notifier: &Notifier,
    origin: &Origin,
    approvers: &[EmployeeId],
) -> Result<Vec<(EmployeeId, EmployeeId)>> {
    let lookups: Vec<_> = approvers.iter().map(|person| active_delegates(notifier, origin, *person)).collect();
    let delegates: Vec<Vec<EmployeeId>> = stream::iter(lookups).buffered(LOOKUP_CONCURRENCY).try_collect().await?;
    let pairs = approvers.iter().zip(delegates);
    Ok(pairs.flat_map(|(principal, delegates)| delegates.into_iter().map(|delegate| (*principal, delegate))).collect())
}

/// Delegates of today; none if the delegator may not sign in.
async fn active_delegates(notifier: &Notifier, origin: &Origin, delegator: EmployeeId) -> Result<Vec<EmployeeId>> {
    let person = notifier.directory.person(delegator, origin.at).await?;
    let Some(person) = person.filter(|person| person.status.may_sign_in()) else { return Ok(Vec::new()) };
    notifier.store.list_delegates(delegator, person.today(origin.at)).await
}
