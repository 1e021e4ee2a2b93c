//! Range of the dates that policies and calendars accept.

use jiff::civil::Date;

/// Whether a date lies in the years 1900 to 2200.
pub(crate) fn is_in_date_range(date: Date) -> bool {
    (1900..=2200).contains(&date.year())
}
