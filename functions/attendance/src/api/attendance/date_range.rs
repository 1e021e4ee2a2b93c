//! Date ranges of the lists of this service.

use jiff::{Span, civil::Date};
use kernel::{Error, Result};

use crate::{messages, store::DAYS_MAX};

/// Length of a date range without `from`, in days.
const DAYS_DEFAULT: i64 = 31;

/// The date `days` days after `date`; before it if negative.
pub(crate) fn add_days(date: Date, days: i64) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// Date range of a list, at most 366 days. Default for `to`: today, or `from` if that is later. Default for `from`: 30
/// days before `to`.
///
/// # Errors
/// 422 at `to` for a reversed or too long range.
pub(crate) fn period_or_default(from: Option<Date>, to: Option<Date>, today: Date) -> Result<(Date, Date)> {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    let from = from.unwrap_or_else(|| add_days(to, 1 - DAYS_DEFAULT));
    check_date_range(("query:to", from, to), DAYS_MAX)?;
    Ok((from, to))
}

/// Checks that a date range is not reversed and has at most `days_max` days.
///
/// # Errors
/// 422 `invalid_range` or `too_long` at `pointer`, which is that of the last day.
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
