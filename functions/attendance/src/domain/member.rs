//! A person as this service knows them: who they are, from the events of `employees`, and what they are assigned to.

use policy::Person;
use policy::attendance::Schedule;
use serde::{Deserialize, Serialize};

/// The item `EMP#<id>`, `MEMBER`. Two hands write it: events write `person` and `person_version`, assignments write `schedule`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub person: Person,
    /// The version of the person that says so; an older event changes nothing.
    pub person_version: u64,
    /// What the person is assigned to.
    #[serde(default)]
    pub schedule: Schedule,
}
