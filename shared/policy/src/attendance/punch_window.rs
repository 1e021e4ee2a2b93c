//! Punch windows of days. Rule 12 (docs/rules.md).
//!
//! The window of a day with shifts opens some minutes before its first shift and closes some minutes after its last
//! one. Two overlapping windows meet at the end of the earlier day's shifts, or at the opening of the later window if
//! that is after it: a window is never extended. If the shifts themselves overlap, the windows meet at the start of the
//! later one. A day without shifts has the part of its civil day that its neighbours leave.

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::Minutes;

/// Most days between a date and the end of its window: a shift of 24 hours that starts before midnight, 12 hours after
/// it, and one day for clock changes.
const REACH_DAYS: i32 = 3;

/// Punch window of a day before its neighbours cut it.
#[derive(Debug, Clone, Copy)]
pub(super) struct PunchWindow {
    pub(super) opens: Timestamp,
    /// Start of the first shift.
    pub(super) begins: Timestamp,
    /// End of the last shift.
    pub(super) ends: Timestamp,
    pub(super) closes: Timestamp,
}

impl PunchWindow {
    /// Window of a day without shifts: its civil day.
    pub(super) const fn civil(from: Timestamp, to: Timestamp) -> Self {
        Self { opens: from, begins: from, ends: to, closes: to }
    }

    /// Closing instant before a later window, and the opening instant of that window.
    fn boundary_with(&self, later: &Self) -> (Timestamp, Timestamp) {
        if self.closes <= later.opens {
            return (self.closes, later.opens);
        }
        let cut = if self.ends <= later.begins { self.ends.max(later.opens) } else { later.begins };
        (cut, cut)
    }
}

pub(super) fn add_days(date: Date, days: i32) -> Date {
    date.saturating_add(days.days())
}

pub(super) fn add_minutes(at: Timestamp, by: Minutes) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(by.0.saturating_mul(60))).unwrap_or(at)
}

/// Start and end of a day's punch window, cut by its neighbours. `own` is its uncut window, none without shifts; `civil`
/// is its civil day. `of` returns the uncut window of the day at an offset in days.
pub(super) fn cut_window(
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
