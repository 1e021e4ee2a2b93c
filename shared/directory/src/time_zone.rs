//! Civil dates in the time zone of a site.

use jiff::{
    Timestamp,
    civil::Date,
    tz::{TimeZone, offset},
};

/// Time zone by its IANA name, or UTC for an unknown name. Stored records contain known names only.
pub fn zone_or_utc(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Civil date of an instant in a time zone, given by its IANA name; in UTC for an unknown name.
pub fn today_in(zone_name: &str, at: Timestamp) -> Date {
    at.to_zoned(zone_or_utc(zone_name)).date()
}

/// Earliest civil date on earth at an instant, which is the date at UTC-12.
pub fn earliest_date_anywhere(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::fixed(offset(-12))).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn today_depends_on_the_time_zone() {
        let at = "2024-05-10T23:30:00Z".parse().unwrap();
        let dates = ["Europe/Berlin", "America/New_York"].map(|zone| today_in(zone, at));
        assert_eq!(dates, [date(2024, 5, 11), date(2024, 5, 10)]);
    }
}
