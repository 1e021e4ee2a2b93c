//! What is asked, and how often in comparison.

use access::Operation;
use events::EventType;

/// A kind of request, named by its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
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

/// What somebody does in an ordinary month: 44 punches, 120 reads, 12 writes. A check-in stands for whatever punch is their next.
pub(crate) const MIX: [(Kind, u64); 10] = [
    (Kind::CheckIn, 44),
    (Kind::AskForLeave, 3),
    (Kind::MarkRead, 6),
    (Kind::ChangePerson, 3),
    (Kind::ReadPerson, 20),
    (Kind::ListPeople, 20),
    (Kind::ReadMonth, 20),
    (Kind::ReadBalances, 20),
    (Kind::ReadInbox, 20),
    (Kind::ReadUnread, 20),
];

/// The punches of somebody, one after the other, again and again.
pub(crate) const PUNCHES: [Kind; 4] = [Kind::CheckIn, Kind::BreakStart, Kind::BreakEnd, Kind::CheckOut];

/// Requests of one person that wait for each other, as nobody sends the next before the answer to the last: punches, requests for leave,
/// and changes of their record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Queue {
    Clock,
    Leave,
    Record,
}

impl Kind {
    /// All of them, writes first.
    pub(crate) const ALL: [Self; 13] = [
        Self::CheckIn,
        Self::BreakStart,
        Self::BreakEnd,
        Self::CheckOut,
        Self::AskForLeave,
        Self::MarkRead,
        Self::ChangePerson,
        Self::ReadPerson,
        Self::ListPeople,
        Self::ReadMonth,
        Self::ReadBalances,
        Self::ReadInbox,
        Self::ReadUnread,
    ];

    /// The endpoint.
    pub(crate) const fn operation(self) -> &'static Operation {
        match self {
            Self::CheckIn => &access::ATTENDANCE_CHECK_IN,
            Self::BreakStart => &access::ATTENDANCE_BREAK_START,
            Self::BreakEnd => &access::ATTENDANCE_BREAK_END,
            Self::CheckOut => &access::ATTENDANCE_CHECK_OUT,
            Self::AskForLeave => &access::LEAVES_CREATE,
            Self::MarkRead => &access::NOTIFICATIONS_MARK_READ,
            Self::ChangePerson => &access::EMPLOYEES_UPDATE,
            Self::ReadPerson => &access::EMPLOYEES_GET,
            Self::ListPeople => &access::EMPLOYEES_LIST,
            Self::ReadMonth => &access::ATTENDANCE_MONTHLY,
            Self::ReadBalances => &access::LEAVE_BALANCES_GET,
            Self::ReadInbox => &access::NOTIFICATIONS_LIST,
            Self::ReadUnread => &access::NOTIFICATIONS_UNREAD,
        }
    }

    /// Whether it changes something.
    pub(crate) fn writes(self) -> bool {
        self.operation().method != access::Method::Get
    }

    /// What it waits in, where it does.
    pub(crate) const fn queue(self) -> Option<Queue> {
        match self {
            Self::CheckIn | Self::BreakStart | Self::BreakEnd | Self::CheckOut => Some(Queue::Clock),
            Self::AskForLeave => Some(Queue::Leave),
            Self::ChangePerson => Some(Queue::Record),
            Self::MarkRead
            | Self::ReadPerson
            | Self::ListPeople
            | Self::ReadMonth
            | Self::ReadBalances
            | Self::ReadInbox
            | Self::ReadUnread => None,
        }
    }

    /// The event that says so, where one does: that somebody has read a notification is nobody else's business.
    pub(crate) const fn event(self) -> Option<EventType> {
        match self {
            Self::CheckIn => Some(EventType::AttendanceCheckedIn),
            Self::BreakStart => Some(EventType::AttendanceBreakStarted),
            Self::BreakEnd => Some(EventType::AttendanceBreakEnded),
            Self::CheckOut => Some(EventType::AttendanceCheckedOut),
            Self::AskForLeave => Some(EventType::LeaveRequestCreated),
            Self::ChangePerson => Some(EventType::EmployeeUpdated),
            Self::MarkRead
            | Self::ReadPerson
            | Self::ListPeople
            | Self::ReadMonth
            | Self::ReadBalances
            | Self::ReadInbox
            | Self::ReadUnread => None,
        }
    }
}
