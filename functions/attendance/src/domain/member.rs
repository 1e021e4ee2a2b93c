//! Copy of a person in this service: data from the events of `employees`, and the schedule.

use policy::Person;
use policy::attendance::Schedule;
use serde::{Deserialize, Serialize};

/// The item `EMP#<id>`, `MEMBER`. Events write `person` and `person_version`; assignments write `schedule`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub person: Person,
    /// Version of the person's record; older events are ignored.
    pub person_version: u64,
    /// Shift assignments of the person.
    #[serde(default)]
    pub schedule: Schedule,
}
