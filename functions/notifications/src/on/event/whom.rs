//! Whom a rule means: the people of an event, their managers, and whoever decides in somebody's place.

use std::sync::Arc;

use directory::Person;
use events::Event;
use futures::{StreamExt, TryStreamExt, stream};
use kernel::{EmployeeId, Origin, Result};

use super::{AT_ONCE, Consumer};
use crate::domain::{
    audience,
    routing::{self, Role, Waiting},
};

/// The people of an event, read once.
pub(super) struct Cast {
    pub(super) subject: Option<Arc<Person>>,
    manager: Option<EmployeeId>,
}

impl Consumer {
    /// Who plays in an event.
    pub(super) async fn cast(&self, origin: &Origin, event: &Event) -> Result<Cast> {
        let subject = match routing::subject(event) {
            Some(id) => self.teller.directory.person(id, origin.at).await?,
            None => None,
        };
        let manager = subject.as_ref().and_then(|subject| subject.manager_id).or_else(|| routing::manager(event));
        Ok(Cast { subject, manager })
    }

    /// Whom a rule means.
    pub(super) async fn people(
        &self,
        origin: &Origin,
        event: &Event,
        to: Role,
        cast: &Cast,
    ) -> Result<Vec<EmployeeId>> {
        match to {
            Role::Subject => Ok(routing::subject(event).into_iter().collect()),
            Role::Manager => Ok(cast.manager.into_iter().collect()),
            Role::Hr => self.group(access::Role::Hr).await,
            Role::Admin => self.group(access::Role::Admin).await,
            Role::Approver => self.approvers(origin, event, cast).await,
            Role::Named => Ok(Vec::new()),
        }
    }

    async fn group(&self, role: access::Role) -> Result<Vec<EmployeeId>> {
        self.teller.store.members(&audience::of_role(role)).await
    }

    /// Those whose decision it waits for, and whoever decides in their place today. Where there is no such manager it goes on to HR; never the subject.
    async fn approvers(&self, origin: &Origin, event: &Event, cast: &Cast) -> Result<Vec<EmployeeId>> {
        let above = match (routing::waiting(event), cast.manager) {
            (Waiting::Nobody, _) => return Ok(Vec::new()),
            (Waiting::People(people), _) => people,
            (Waiting::Hr, _) | (Waiting::Manager | Waiting::SecondManager, None) => Vec::new(),
            (Waiting::Manager, Some(manager)) => vec![manager],
            (Waiting::SecondManager, Some(manager)) => {
                let manager = self.teller.directory.person(manager, origin.at).await?;
                manager.and_then(|manager| manager.manager_id).into_iter().collect()
            }
        };
        let subject = routing::subject(event);
        let others = |people: Vec<EmployeeId>| people.into_iter().filter(|person| Some(*person) != subject).collect();
        if above.is_empty() {
            return self.group(access::Role::Hr).await.map(others);
        }
        if routing::is_of_a_correction(event) {
            return Ok(others(above));
        }
        self.with_delegates(origin, others(above)).await.map(others)
    }

    /// These people, and whoever decides in the place of one of them today. Where all of HR is asked, its delegates
    /// are not told: they find it under what waits for them.
    async fn with_delegates(&self, origin: &Origin, mut people: Vec<EmployeeId>) -> Result<Vec<EmployeeId>> {
        let lookups: Vec<_> = people.iter().map(|person| self.delegates(origin, *person)).collect();
        let found: Vec<Vec<EmployeeId>> = stream::iter(lookups).buffered(AT_ONCE).try_collect().await?;
        for delegate in found.into_iter().flatten() {
            if !people.contains(&delegate) {
                people.push(delegate);
            }
        }
        Ok(people)
    }

    /// Nobody stands for somebody who may not sign in themselves.
    async fn delegates(&self, origin: &Origin, delegator: EmployeeId) -> Result<Vec<EmployeeId>> {
        let person = self.teller.directory.person(delegator, origin.at).await?;
        let Some(person) = person.filter(|person| person.status.may_sign_in()) else { return Ok(Vec::new()) };
        self.teller.store.delegates_on(delegator, person.today(origin.at)).await
    }
}
