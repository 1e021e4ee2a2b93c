//! Reads of people for every service: status, site, time zone, manager, contract and access roles.
//!
//! The service `employees` maintains the items. All other services only read them: one `GetItem` per person, cached for
//! seconds. A service that lists people keeps its own copy of them, maintained from events; see [`members`].
//!
//! This crate knows where the item of a person is and what it contains. It knows no pay, no private contact data, and no
//! way to change a person. Reads fail with 503 `unavailable`.

mod contract;
mod directory;
mod local_time;
pub mod members;
mod person;
pub mod shards;
mod terms;
mod time_zone;

pub use contract::{ContractTerms, EmploymentType};
pub use directory::{Directory, code_claim_key, email_claim_key, person_key};
pub use local_time::{TimeOfDay, TimeRange};
pub use person::{EmploymentStatus, Person, person_after};
pub use terms::{DatedTerms, PatternDay, WorkPattern, position_in_cycle};
pub use time_zone::{earliest_date_anywhere, today_in, zone_or_utc};
