//! A leave request before it is stored, as the rules evaluate it.

use jiff::civil::Date;
use kernel::LeaveId;

use super::Portions;

/// Leave that a person requests or simulates.
#[derive(Debug, Clone)]
pub struct ProposedLeave<'a> {
    /// Id of a request that is stored already; its own days and minutes are then left out of the checks.
    pub leave_id: Option<LeaveId>,
    /// Code of the leave type, such as `annual`.
    pub leave_type: &'a str,
    /// First day, inclusive.
    pub first: Date,
    /// Last day, inclusive.
    pub last: Date,
    /// Days between them that do not count, because the request gave them back, as to leave that interrupts it.
    pub returned: &'a [Date],
    /// Requested parts of the first and the last day.
    pub portions: Portions,
    /// Whether the request has an attachment.
    pub attachment: bool,
    /// Date of the request at the person's site.
    pub today: Date,
}
