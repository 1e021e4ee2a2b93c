//! What day it is for somebody: at their site, not at ours.

use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{Error, Result};

/// The day at a person's site.
///
/// # Errors
/// Internal, for a zone that nobody knows: `employees` refuses those.
pub fn today(person: &Person, at: Timestamp) -> Result<Date> {
    at.in_tz(&person.time_zone)
        .map(|there| there.date())
        .map_err(|error| Error::internal(format!("{}: {error}", person.time_zone)))
}
