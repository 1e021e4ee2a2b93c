//! Whose violations and trainings a caller reaches.

use std::sync::Arc;

use access::Scope;
use directory::Person;
use kernel::{EmployeeId, Error, ErrorKind, Page, Result};
use lambda::http::Caller;

/// The person whom a record is about. Where they are out of reach, the record is not there.
pub(crate) async fn subject_of(caller: &Caller, id: EmployeeId, record: &str) -> Result<Arc<Person>> {
    match caller.reach(id).await {
        Ok((person, _)) => Ok(person),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(record)),
        Err(error) => Err(error),
    }
}

/// Whose records a list has.
pub(crate) struct Listed {
    pub(crate) employee: Option<EmployeeId>,
    pub(crate) manager: Option<EmployeeId>,
}

impl Listed {
    /// Those of the person asked for. Otherwise everybody's, those of the caller's people, or the caller's own, by the grant.
    pub(crate) async fn to(caller: &Caller, asked: Option<EmployeeId>) -> Result<Self> {
        let (employee, manager) = match asked {
            Some(id) => (Some(caller.reach(id).await?.0.id), None),
            None if caller.grant().includes(Scope::All) => (None, None),
            None if caller.grant().includes(Scope::Reports) => (None, Some(caller.id())),
            None => (Some(caller.id()), None),
        };
        Ok(Self { employee, manager })
    }

    /// Leaves out those of a manager's list who report to somebody else now.
    pub(crate) async fn retain_reached<T: Send>(
        &self,
        caller: &Caller,
        page: &mut Page<T>,
        employee_of: impl Fn(&T) -> EmployeeId,
    ) -> Result<()> {
        if self.manager.is_none() {
            return Ok(());
        }
        let mut ids: Vec<EmployeeId> = page.items.iter().map(&employee_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut unreached = Vec::new();
        for id in ids {
            match caller.reach(id).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => unreached.push(id),
                Err(error) => return Err(error),
            }
        }
        page.items.retain(|item| !unreached.contains(&employee_of(item)));
        Ok(())
    }
}
