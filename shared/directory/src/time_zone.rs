//! What day it is for a person: at their site, not at ours.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};

/// A zone by its name; UTC when nobody knows it, which a stored record's never is.
pub fn zone_or_utc(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The civil day of an instant in a zone.
pub fn today_in(name: &str, at: Timestamp) -> Date {
    at.to_zoned(zone_or_utc(name)).date()
}

/// The day where it is earliest on earth.
pub fn earliest_date_anywhere(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(offset(-12))).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn today_is_where_somebody_works() {
        let at = "2024-05-10T23:30:00Z".parse().unwrap();
        let there = ["Europe/Berlin", "America/New_York"].map(|zone| today_in(zone, at));
        assert_eq!(there, [date(2024, 5, 11), date(2024, 5, 10)]);
    }
}
