//! Checks of the site and the days of a recount.

use jiff::{Timestamp, civil::Date};
use kernel::{Error, Result};
use policy::{Calendar, PolicySet};

use crate::messages;

/// Latest calendar version of a site; 422 if it has none.
pub(super) fn published_calendar<'a>(book: &'a PolicySet, site: &str) -> Result<&'a Calendar> {
    book.calendar(site).ok_or_else(|| Error::invalid("/site", "no_calendar", messages::calendar_to_publish(site)))
}

/// 422 for a first day that is over everywhere on earth; a day that is over only at the site passes.
pub(super) fn check_first_day(from: Date, at: Timestamp) -> Result<()> {
    if from < directory::earliest_date_anywhere(at) {
        return Err(Error::invalid("/from", "history", messages::recount_of_the_past()));
    }
    Ok(())
}
