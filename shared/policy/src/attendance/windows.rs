//! From when until when punches belong to a day. Rule 12.
//!
//! A day with shifts is open from so long before its first shift until so long after its last one. Where two such windows overlap they are
//! cut at the end of the earlier day's shifts, or where the later day's window opens if that comes after it: no window ever grows. Where even
//! the shifts overlap, they are cut at the beginning of the later one. A day without shifts has what its neighbours leave of the civil day.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::Minutes;

/// A window reaches no further than so many days from its date: a shift of 24 hours that begins just before midnight, and 12 hours after it;
/// one more for the changes of a clock.
const REACH_DAYS: i32 = 3;

/// The window of a day with shifts before it is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct PunchWindow {
    pub(super) opens: Timestamp,
    /// The first shift begins.
    pub(super) begins: Timestamp,
    /// The last shift ends.
    pub(super) ends: Timestamp,
    pub(super) closes: Timestamp,
}

impl PunchWindow {
    /// A civil day.
    pub(super) const fn civil(from: Timestamp, to: Timestamp) -> Self {
        Self { opens: from, begins: from, ends: to, closes: to }
    }

    /// Where it closes before a later one, and where that one opens after it.
    fn boundary_with(&self, later: &Self) -> (Timestamp, Timestamp) {
        if self.closes <= later.opens {
            return (self.closes, later.opens);
        }
        let cut = if self.ends <= later.begins { self.ends.max(later.opens) } else { later.begins };
        (cut, cut)
    }
}

/// A date so many days later.
pub(super) fn add_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

/// An instant so many minutes later.
pub(super) fn add_minutes(at: Timestamp, by: Minutes) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(by.0.saturating_mul(60))).unwrap_or(at)
}

/// From when until when punches belong to a day: `own` is its window, none on a day without shifts; `of` that of the day so many days away.
pub(super) fn cut_windows(
    own: Option<PunchWindow>,
    civil: PunchWindow,
    of: impl Fn(i32) -> Option<PunchWindow>,
) -> (Timestamp, Timestamp) {
    let before = (1..=REACH_DAYS).find_map(|days| of(-days));
    let after = (1..=REACH_DAYS).find_map(of);
    if let Some(own) = own {
        let opens = before.map_or(own.opens, |before| before.boundary_with(&own).1);
        let closes = after.map_or(own.closes, |after| own.boundary_with(&after).0);
        return (opens, closes);
    }
    let (closed, open) = match (before, after) {
        (Some(before), Some(after)) => {
            let (closed, open) = before.boundary_with(&after);
            (Some(closed), Some(open))
        }
        (before, after) => (before.map(|before| before.closes), after.map(|after| after.opens)),
    };
    let opens = closed.map_or(civil.opens, |closed| closed.clamp(civil.opens, civil.closes));
    let closes = open.map_or(civil.closes, |open| open.clamp(opens, civil.closes));
    (opens, closes)
}
