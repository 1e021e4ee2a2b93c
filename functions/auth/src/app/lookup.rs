//! Whom a login name stands for. A name that nobody has costs the same reads as any other.

use std::sync::Arc;

use directory::{Directory, Person};
use jiff::Timestamp;
use kernel::{EmployeeId, Result};

use crate::store::{Credential, Store};

/// Who is looked up in place of nobody: an id that is never given out.
const NOBODY: EmployeeId = EmployeeId::new(uuid::Uuid::nil());

/// What stands behind a login name.
pub(crate) struct Found {
    /// The person, whatever their status.
    pub(crate) person: Option<Arc<Person>>,
    /// The credential with its version.
    pub(crate) credential: Option<(Credential, u64)>,
}

/// Looks up a name: one read for the name, then two at once.
pub(crate) async fn by_login(store: &Store, directory: &Directory, name: &str, now: Timestamp) -> Result<Found> {
    let id = directory.by_login(name).await?.unwrap_or(NOBODY);
    let (person, credential) = tokio::try_join!(directory.person(id, now), store.credential(id))?;
    Ok(Found { person, credential })
}

impl Found {
    /// The person, if they may sign in.
    pub(crate) fn who_may_sign_in(&self) -> Option<&Arc<Person>> {
        self.person.as_ref().filter(|person| person.status.may_sign_in())
    }

    /// For the audit trail only: why a sign-in with this name cannot succeed, whatever the password.
    pub(crate) fn obstacle(&self) -> Option<&'static str> {
        match (&self.person, &self.credential) {
            (None, _) => Some("unknown_user"),
            (Some(person), _) if !person.status.may_sign_in() => Some("not_active"),
            (Some(_), None) => Some("no_password"),
            (Some(_), Some(_)) => None,
        }
    }
}
