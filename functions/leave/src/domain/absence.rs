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

/// Parts of a request within `[from, to]` that the viewer may see, in order; empty if there are none. Days that were
/// returned are left out: other leave that interrupts a request splits it into two absences.
pub fn visible_absences(
    request: &Request,
    (from, to): (Date, Date),
    visibility: AbsenceVisibility,
) -> Vec<Absence<'_>> {
    let shown_until = match request.status {
        RequestStatus::Approved => Some(request.end_date),
        RequestStatus::Pending if visibility >= AbsenceVisibility::WithLeaveType => Some(request.end_date),
        // Items of before contain leave that was cancelled on one of its days.
        RequestStatus::Cancelled => {
            request.approved_at.and(request.cancelled_from).map(|cancelled| cancelled.saturating_sub(1.day()))
        }
        RequestStatus::Pending | RequestStatus::Rejected => None,
    };
    let Some(last) = shown_until.map(|last| last.min(to)) else { return Vec::new() };
    let mut absences: Vec<Absence<'_>> = Vec::new();
    let requested = request.count.days.iter().map(|day| day.date).filter(|date| request.is_requested(*date));
    for date in requested.filter(|date| from <= *date && *date <= last) {
        match absences.last_mut() {
            Some(before) if before.to.tomorrow().is_ok_and(|next| next == date) => before.to = date,
            _ => absences.push(Absence { request, from: date, to: date, visibility }),
        }
    }
    absences
}
