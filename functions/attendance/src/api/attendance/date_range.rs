//! Date ranges of the lists of this service.

use jiff::{Span, civil::Date};
use kernel::{Error, Result};

use crate::{messages, store::DAYS_MAX};

/// Days in a range without `from`.
const DAYS_DEFAULT: i64 = 31;

/// The date `days` days after `date`; before it if negative.
pub(crate) fn add_days(date: Date, days: i64) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// Date range of a list: 31 days up to today by default, at most 366 days.
///
/// # Errors
/// 422 at `to`.
pub(crate) fn period_or_default(from: Option<Date>, to: Option<Date>, today: Date) -> Result<(Date, Date)> {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    let from = from.unwrap_or_else(|| add_days(to, 1 - DAYS_DEFAULT));
    check_date_range(("query:to", from, to), DAYS_MAX)?;
    Ok((from, to))
}

/// Checks the order and the length of a date range.
///
/// # Errors
/// 422 at its last day.
pub(crate) fn check_date_range((pointer, from, to): (&str, Date, Date), days_max: usize) -> Result<()> {
    if to < from {
        return Err(Error::invalid(pointer, "invalid_range", messages::last_day_before_first()));
    }
    let longest = i64::try_from(days_max).unwrap_or(i64::MAX);
    if to > add_days(from, longest - 1) {
        return Err(Error::invalid(pointer, "too_long", messages::period_too_long(days_max)));
    }
    Ok(())
}
