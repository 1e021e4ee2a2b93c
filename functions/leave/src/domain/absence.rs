//! Absences: what of a request a calendar shows, and to whom.

use jiff::{ToSpan, civil::Date};

use crate::domain::request::{Request, Status};

/// How much of somebody's absence may be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// That they are away, once it is approved.
    Days,
    /// Also what kind of leave it is, and what still waits.
    Kind,
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
    pub sight: Sight,
}

/// What of a request falls into `[from, to]` and may be seen so. A leave that was cut short is shown up to the day before the cut.
pub fn seen(request: &Request, (from, to): (Date, Date), sight: Sight) -> Option<Absence<'_>> {
    let last = match request.status {
        Status::Approved => request.end_date,
        Status::Pending if sight >= Sight::Kind => request.end_date,
        Status::Cancelled => request.approved_at.and(request.cancelled_from)?.saturating_sub(1.day()),
        Status::Pending | Status::Rejected => return None,
    };
    let (first, last) = (request.start_date.max(from), last.min(to));
    (first <= last).then_some(Absence { request, from: first, to: last, sight })
}
