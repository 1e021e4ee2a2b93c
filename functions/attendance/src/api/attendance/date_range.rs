//! Periods and pages of days, as the lists of this service take them.

use jiff::{Span, civil::Date};
use kernel::{Error, Limit, Page, Result};
use store::{Sealer, View};

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

/// One page of days that were read whole, the newest first.
///
/// # Errors
/// 400 for a cursor that does not open.
pub(crate) fn page<T>(
    days: Vec<T>,
    date: impl Fn(&T) -> Date,
    limit: Limit,
    cursor: Option<&str>,
    (sealer, view): (&Sealer, &View),
) -> Result<Page<T>> {
    let before = cursor.map(|cursor| sealer.open(view, cursor)).transpose()?;
    let mut rest = days.into_iter().filter(|day| before.as_ref().is_none_or(|before| date(day).to_string() < *before));
    let items: Vec<T> = rest.by_ref().take(usize::from(limit.get())).collect();
    let more = rest.next().is_some();
    let last = items.last().filter(|_| more).map(|day| date(day).to_string());
    let next_cursor = last.map(|last| sealer.seal(view, &last)).transpose()?;
    Ok(Page { items, next_cursor })
}
