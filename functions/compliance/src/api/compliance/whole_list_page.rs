//! Pages of lists that are read whole, because every service reads them whole: policies and calendars.

use kernel::{Limit, Page, Result};
use store::{Sealer, View};

/// One page of items that are sorted by a key of their own.
///
/// # Errors
/// 400 for a cursor that does not open.
pub(crate) fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    limit: Limit,
    cursor: Option<&str>,
    (sealer, view): (&Sealer, &View),
) -> Result<Page<T>> {
    let after = cursor.map(|cursor| sealer.open(view, cursor)).transpose()?;
    let wanted = usize::from(limit.get());
    let mut rest = items.into_iter().filter(|item| after.as_ref().is_none_or(|after| key(item) > *after));
    let page: Vec<T> = rest.by_ref().take(wanted).collect();
    let more = rest.next().is_some();
    let last = page.last().filter(|_| more).map(key);
    let next_cursor = last.map(|last| sealer.seal(view, &last)).transpose()?;
    Ok(Page { items: page, next_cursor })
}
