//! Absences: what of a request a calendar shows, and to whom.

use jiff::{ToSpan, civil::Date};

use crate::domain::request::{Request, RequestStatus};

/// How much of somebody's absence may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AbsenceVisibility {
    /// That they are away, once it is approved.
    DatesOnly,
    /// Also what kind of leave it is, and what still waits.
    WithLeaveType,
}

/// Days on which somebody is away, or asks to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Absence<'a> {
    pub request: &'a Request,
    /// First day that is shown.
    pub from: Date,
    /// Last day that is shown.
    pub to: Date,
    /// Whether kind and status may be seen.
    pub sight: AbsenceVisibility,
}

/// What of a request falls into `[from, to]` and may be seen so. A leave that was cut short is shown up to the day before the cut.
pub fn visible_absence(request: &Request, (from, to): (Date, Date), sight: AbsenceVisibility) -> Option<Absence<'_>> {
    let last = match request.status {
        RequestStatus::Approved => request.end_date,
        RequestStatus::Pending if sight >= AbsenceVisibility::WithLeaveType => request.end_date,
        RequestStatus::Cancelled => request.approved_at.and(request.cancelled_from)?.saturating_sub(1.day()),
        RequestStatus::Pending | RequestStatus::Rejected => return None,
    };
    let (first, last) = (request.start_date.max(from), last.min(to));
    (first <= last).then_some(Absence { request, from: first, to: last, sight })
}
