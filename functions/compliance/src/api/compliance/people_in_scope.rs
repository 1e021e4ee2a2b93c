//! Access to violations and trainings by the caller's scope.

use std::sync::Arc;

use access::Scope;
use directory::Person;
use kernel::{EmployeeId, Error, ErrorKind, Message, Page, Result};
use lambda::http::Caller;

/// Loads the person whom a record, such as a violation, concerns.
///
/// # Errors
/// 404 if the person is outside the caller's scope. `record` is the kind of record that the error names as missing.
pub(crate) async fn load_person_of_record(caller: &Caller, id: EmployeeId, record: Message) -> Result<Arc<Person>> {
    match caller.person_in_scope(id).await {
        Ok((person, _)) => Ok(person),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(record)),
        Err(error) => Err(error),
    }
}

/// People whose records a list contains: one employee, those who reported directly to a manager at the time of the
/// record, or all if both fields are `None`.
pub(crate) struct ListScope {
    pub(crate) employee: Option<EmployeeId>,
    pub(crate) manager: Option<EmployeeId>,
}

impl ListScope {
    /// The requested employee. Without one, all people, the caller's direct reports, or the caller, depending on the grant.
    ///
    /// # Errors
    /// 404 if the requested employee is outside the caller's scope.
    pub(crate) async fn for_caller(caller: &Caller, employee: Option<EmployeeId>) -> Result<Self> {
        let (employee, manager) = match employee {
            Some(id) => (Some(caller.person_in_scope(id).await?.0.id), None),
            None if caller.grant().includes(Scope::All) => (None, None),
            None if caller.grant().includes(Scope::Reports) => (None, Some(caller.id())),
            None => (Some(caller.id()), None),
        };
        Ok(Self { employee, manager })
    }

    /// In a list of a manager's reports, removes the records of people who are no longer in the caller's scope, so that
    /// a page may be shorter than its limit. Other lists stay unchanged.
    pub(crate) async fn retain_in_scope<T: Send>(
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
        let mut out_of_scope = Vec::new();
        for id in ids {
            match caller.person_in_scope(id).await {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => out_of_scope.push(id),
                Err(error) => return Err(error),
            }
        }
        page.items.retain(|item| !out_of_scope.contains(&employee_of(item)));
        Ok(())
    }
}
