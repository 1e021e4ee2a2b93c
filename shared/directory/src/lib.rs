//! The read view of people: status, site, zone, manager, contract and roles of everybody, for every service.
//!
//! The service `employees` keeps the items true; everybody else may only read them, one `GetItem` a person, cached for
//! seconds. Knows where a person's item is and what it says. Never knows pay, a private address, or how to write.

mod directory;
pub mod members;
mod person;
pub mod shards;
mod time_zone;

pub use directory::{Directory, code_claim_key, email_claim_key, person_key};
pub use person::{ContractTerms, EmploymentStatus, EmploymentType, Person, person_of};
pub use time_zone::{earliest_date_anywhere, today_in, zone_or_utc};
