//! Whom a login name stands for. A name that nobody has costs the same reads as any other.

use std::sync::Arc;

use directory::{Directory, Person};
use jiff::Timestamp;
use kernel::{EmployeeId, Result};

use crate::store::{AuthStore, Credential};

/// Who is looked up in place of nobody: an id that is never given out.
const DUMMY_EMPLOYEE_ID: EmployeeId = EmployeeId::new(uuid::Uuid::nil());

/// What stands behind a login name.
pub(crate) struct LoginLookup {
    /// The person, whatever their status.
    pub(crate) person: Option<Arc<Person>>,
    /// The credential with its version.
    pub(crate) credential: Option<(Credential, u64)>,
}

/// Looks up a name: one read for the name, then two at once.
pub(crate) async fn find_by_login(
    store: &AuthStore,
    directory: &Directory,
    name: &str,
    now: Timestamp,
) -> Result<LoginLookup> {
    let id = directory.find_by_login(name).await?.unwrap_or(DUMMY_EMPLOYEE_ID);
    let (person, credential) = tokio::try_join!(directory.person(id, now), store.credential(id))?;
    Ok(LoginLookup { person, credential })
}

impl LoginLookup {
    /// The person, if they may sign in.
    pub(crate) fn active_person(&self) -> Option<&Arc<Person>> {
        self.person.as_ref().filter(|person| person.status.may_sign_in())
    }

    /// For the audit trail only: why a sign-in with this name cannot succeed, whatever the password.
    pub(crate) fn failure_reason(&self) -> Option<&'static str> {
        match (&self.person, &self.credential) {
            (None, _) => Some("unknown_user"),
            (Some(person), _) if !person.status.may_sign_in() => Some("not_active"),
            (Some(_), None) => Some("no_password"),
            (Some(_), Some(_)) => None,
        }
    }
}
