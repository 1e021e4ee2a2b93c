//! What every part of Muster speaks of: ids, minutes, money, pages, actors, origins and errors.
//!
//! Knows how these are written, parsed and compared. Never knows AWS, HTTP, a clock, the environment or a service's rules.

mod code;
mod error;
mod id;
mod id_generator;
mod minutes;
mod money;
mod origin;
mod page;
mod timestamp;

pub use code::Code;
pub use error::{Error, ErrorKind, FieldError};
pub use id::{
    AssignmentId, AttendanceId, AuditId, BulkId, CorrectionId, DelegationId, DepartmentId, EmployeeId, EventId,
    ExportId, FeedId, InvalidId, JobRoleId, LeaveId, NotificationId, PolicyId, PunchId, RequestId, ResetId, RosterId,
    RunId, SessionId, SubscriptionId, TrainingId, ViolationId, id_schemas,
};
pub use id_generator::IdGenerator;
pub use minutes::Minutes;
pub use money::{Currency, InvalidCurrency, Money};
pub use origin::{Actor, Origin};
pub use page::{Page, PageLimit};
pub use timestamp::to_sortable_text;

/// The result of anything that can be refused.
pub type Result<T> = std::result::Result<T, Error>;
