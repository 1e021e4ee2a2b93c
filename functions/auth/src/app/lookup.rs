//! Lookup of login names. An unknown name costs the same reads as a known one.

use std::sync::Arc;

use directory::{Directory, Person};
use jiff::Timestamp;
use kernel::{EmployeeId, Result};

use crate::store::{AuthStore, Credential};

/// Id whose person and credential are read for an unknown login, for equal cost. No employee has it.
const DUMMY_EMPLOYEE_ID: EmployeeId = EmployeeId::new(uuid::Uuid::nil());

/// Person and credential of a login name; both `None` for an unknown one.
pub(crate) struct LoginLookup {
    /// Person of any status, also one who may not sign in.
    pub(crate) person: Option<Arc<Person>>,
    /// Credential with its version; `None` without a password.
    pub(crate) credential: Option<(Credential, u64)>,
}

/// Looks up an e-mail address or employee code: one read for the name, then person and credential concurrently.
pub(crate) async fn look_up_login(
    store: &AuthStore,
    directory: &Directory,
    name: &str,
    now: Timestamp,
) -> Result<LoginLookup> {
    let id = directory.find_by_login(name).await?.unwrap_or(DUMMY_EMPLOYEE_ID);
    let (person, credential) = tokio::try_join!(directory.person(id, now), store.find_credential(id))?;
    Ok(LoginLookup { person, credential })
}

impl LoginLookup {
    pub(crate) fn person_who_may_sign_in(&self) -> Option<&Arc<Person>> {
        self.person.as_ref().filter(|person| person.status.may_sign_in())
    }

    /// Reason for the audit trail why no password can sign in with this login; `None` if the right password could.
    pub(crate) fn sign_in_obstacle(&self) -> Option<&'static str> {
        match (&self.person, &self.credential) {
            (None, _) => Some("unknown_user"),
            (Some(person), _) if !person.status.may_sign_in() => Some("not_active"),
            (Some(_), None) => Some("no_password"),
            (Some(_), Some(_)) => None,
        }
    }
}
