//! What day it is for a person: at their site, not at ours.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A zone by its name; UTC when nobody knows it, which a stored record's never is.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The civil day of an instant in a zone.
pub fn today_in(name: &str, at: Timestamp) -> Date {
    at.to_zoned(zone(name)).date()
}
