//! Shift assignment whose employee is in the caller's scope.

use std::sync::Arc;

use directory::Person;
use kernel::{AssignmentId, Error, ErrorKind, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{api::Api, domain::assignment::ShiftAssignment, messages, store::Stored};

/// Assignment and its employee.
pub struct AssignmentInScope {
    pub(crate) stored: Stored<ShiftAssignment>,
    pub(crate) person: Arc<Person>,
}

impl LoadInScope<Api> for AssignmentInScope {
    type Id = AssignmentId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: AssignmentId) -> Result<Self> {
        let stored = api.store.get_assignment(id).await?;
        match caller.person_in_scope(stored.value.employee_id).await {
            Ok((person, _)) => Ok(Self { stored, person }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(messages::shift_assignment())),
            Err(error) => Err(error),
        }
    }
}
