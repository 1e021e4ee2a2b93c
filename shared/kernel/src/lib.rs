//! What every part of Muster speaks of: ids, minutes, money, pages, actors, origins and errors.
//!
//! Knows how these are written, parsed and compared. Never knows AWS, HTTP, a clock, the environment or a service's rules.

mod actor;
mod code;
mod error;
mod id;
mod mint;
mod minutes;
mod money;
mod page;
mod time;

pub use actor::{Actor, Origin};
pub use code::Code;
pub use error::{Error, ErrorKind, FieldError};
pub use id::{
    AssignmentId, AttendanceId, AuditId, BulkId, CorrectionId, DelegationId, DepartmentId, EmployeeId, EventId,
    ExportId, FeedId, InvalidId, JobRoleId, LeaveId, NotificationId, PolicyId, PunchId, RequestId, ResetId, RosterId,
    RunId, SessionId, SubscriptionId, TrainingId, ViolationId,
};
pub use mint::IdGenerator;
pub use minutes::Minutes;
pub use money::{Currency, InvalidCurrency, Money};
pub use page::{Page, PageLimit};
pub use time::to_sortable_text;

/// The result of anything that can be refused.
pub type Result<T> = std::result::Result<T, Error>;
