//! Absences: the part of a request that a calendar shows, depending on the viewer.

use jiff::{ToSpan, civil::Date};

use crate::domain::request::{Request, RequestStatus};

/// Details of an absence that a viewer may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AbsenceVisibility {
    /// Dates of approved absences only.
    DatesOnly,
    /// Also the leave type, and pending requests.
    WithLeaveType,
}

/// Days of one request on which its employee is absent, within the shown span.
#[derive(Debug, Clone, PartialEq)]
pub struct Absence<'a> {
    pub request: &'a Request,
    /// First day within the shown span.
    pub from: Date,
    /// Last day within the shown span.
    pub to: Date,
    pub visibility: AbsenceVisibility,
}

/// Part of a request within `[from, to]` that the viewer may see; `None` if there is no such day. A leave that was
/// cancelled after its first day ends on the day before the cancellation.
pub fn visible_absence(
    request: &Request,
    (from, to): (Date, Date),
    visibility: AbsenceVisibility,
) -> Option<Absence<'_>> {
    let last = match request.status {
        RequestStatus::Approved => request.end_date,
        RequestStatus::Pending if visibility >= AbsenceVisibility::WithLeaveType => request.end_date,
        RequestStatus::Cancelled => request.approved_at.and(request.cancelled_from)?.saturating_sub(1.day()),
        RequestStatus::Pending | RequestStatus::Rejected => return None,
    };
    let (first, last) = (request.start_date.max(from), last.min(to));
    (first <= last).then_some(Absence { request, from: first, to: last, visibility })
}
