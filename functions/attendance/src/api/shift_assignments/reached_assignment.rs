//! A shift assignment whose person the caller reaches.

use std::sync::Arc;

use directory::Person;
use kernel::{AssignmentId, Error, ErrorKind, Result};
use lambda::http::{Caller, Reach};

use crate::{api::Api, domain::assignment::ShiftAssignment, store::Stored};

/// An assignment and its person.
pub struct ReachedAssignment {
    pub(crate) stored: Stored<ShiftAssignment>,
    pub(crate) person: Arc<Person>,
}

impl Reach<Api> for ReachedAssignment {
    type Id = AssignmentId;

    async fn reach(api: &Api, caller: &Caller, id: AssignmentId) -> Result<Self> {
        let stored = api.store.assignment(id).await?;
        match caller.reach(stored.value.employee_id).await {
            Ok((person, _)) => Ok(Self { stored, person }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found("shift assignment")),
            Err(error) => Err(error),
        }
    }
}
