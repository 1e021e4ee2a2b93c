//! Kinds of requests and their shares.

use access::Operation;
use events::EventType;

/// Kind of request; each stands for one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RequestKind {
    CheckIn,
    BreakStart,
    BreakEnd,
    CheckOut,
    AskForLeave,
    MarkRead,
    ChangePerson,
    ReadPerson,
    ListPeople,
    ReadMonth,
    ReadBalances,
    ReadInbox,
    ReadUnread,
}
use RequestKind::*;

/// Requests of one employee in an ordinary month: 44 punches, 120 reads and 12 other writes. `CheckIn` stands for the employee's next
/// punch, whichever it is.
pub(crate) const REQUEST_MIX: [(RequestKind, u64); 10] = [
    (CheckIn, 44),
    (AskForLeave, 3),
    (MarkRead, 6),
    (ChangePerson, 3),
    (ReadPerson, 20),
    (ListPeople, 20),
    (ReadMonth, 20),
    (ReadBalances, 20),
    (ReadInbox, 20),
    (ReadUnread, 20),
];

/// Repeating sequence of an employee's punches.
pub(crate) const PUNCHES: [RequestKind; 4] = [CheckIn, BreakStart, BreakEnd, CheckOut];

/// Requests of one employee that are sent one after another, as a client does: punches, leave requests, and changes of the employee
/// record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RequestSequence {
    Clock,
    Leave,
    Record,
}

impl RequestKind {
    /// Operation, sequence and audited event of a kind. Marking a notification as read is not audited.
    const fn properties(self) -> (&'static Operation, Option<RequestSequence>, Option<EventType>) {
        use RequestSequence::{Clock, Leave, Record};
        match self {
            CheckIn => (&access::ATTENDANCE_CHECK_IN, Some(Clock), Some(EventType::AttendanceCheckedIn)),
            BreakStart => (&access::ATTENDANCE_BREAK_START, Some(Clock), Some(EventType::AttendanceBreakStarted)),
            BreakEnd => (&access::ATTENDANCE_BREAK_END, Some(Clock), Some(EventType::AttendanceBreakEnded)),
            CheckOut => (&access::ATTENDANCE_CHECK_OUT, Some(Clock), Some(EventType::AttendanceCheckedOut)),
            AskForLeave => (&access::LEAVES_CREATE, Some(Leave), Some(EventType::LeaveRequestCreated)),
            MarkRead => (&access::NOTIFICATIONS_MARK_READ, None, None),
            ChangePerson => (&access::EMPLOYEES_UPDATE, Some(Record), Some(EventType::EmployeeUpdated)),
            ReadPerson => (&access::EMPLOYEES_GET, None, None),
            ListPeople => (&access::EMPLOYEES_LIST, None, None),
            ReadMonth => (&access::ATTENDANCE_MONTHLY, None, None),
            ReadBalances => (&access::LEAVE_BALANCES_GET, None, None),
            ReadInbox => (&access::NOTIFICATIONS_LIST, None, None),
            ReadUnread => (&access::NOTIFICATIONS_UNREAD, None, None),
        }
    }

    pub(crate) const fn operation(self) -> &'static Operation {
        self.properties().0
    }

    pub(crate) const fn sequence(self) -> Option<RequestSequence> {
        self.properties().1
    }

    pub(crate) const fn audited_event(self) -> Option<EventType> {
        self.properties().2
    }

    pub(crate) fn writes(self) -> bool {
        self.operation().method != access::Method::Get
    }
}
