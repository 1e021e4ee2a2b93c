//! Periods of days, as the lists of this service take them.

use jiff::{Span, civil::Date};
use kernel::{Error, Result};

use crate::store::DAYS_MAX;

/// So many days are listed unless told.
const DAYS_DEFAULT: i64 = 31;

/// A day so many days after another.
pub(crate) fn after(date: Date, days: i64) -> Date {
    date.saturating_add(Span::new().days(days))
}

/// The period that is asked for: the last 31 days unless told, at most 366.
///
/// # Errors
/// 422 at `to`.
pub(crate) fn period(from: Option<Date>, to: Option<Date>, today: Date) -> Result<(Date, Date)> {
    let to = to.unwrap_or_else(|| from.map_or(today, |from| from.max(today)));
    let from = from.unwrap_or_else(|| after(to, 1 - DAYS_DEFAULT));
    bounded(("query:to", from, to), DAYS_MAX)?;
    Ok((from, to))
}

/// Refuses a period that ends before it begins or has too many days.
///
/// # Errors
/// 422 at its last day.
pub(crate) fn bounded((pointer, from, to): (&str, Date, Date), days_max: usize) -> Result<()> {
    if to < from {
        return Err(Error::invalid(pointer, "invalid_range", "The last day is before the first."));
    }
    let longest = i64::try_from(days_max).unwrap_or(i64::MAX);
    if to > after(from, longest - 1) {
        return Err(Error::invalid(pointer, "too_long", format!("At most {days_max} days at once.")));
    }
    Ok(())
}
