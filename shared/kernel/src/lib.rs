//! Basic types of every part of Muster: ids, minutes, money, pages, actors, origins, errors, problem codes and messages.
//!
//! This crate knows their text forms, parsing and comparison. It knows no AWS, HTTP, clock, environment or service rule.

mod code;
mod error;
mod id;
mod id_generator;
mod message;
pub mod messages;
mod minutes;
mod money;
mod origin;
mod page;
mod timestamp;

pub use code::{Code, ErrorKind};
pub use error::{Error, FieldError};
pub use id::{
    AssignmentId, AttendanceId, AuditId, BulkId, CorrectionId, CreditId, DelegationId, DepartmentId, EmployeeId,
    EventId, ExportId, FeedId, InvalidId, JobRoleId, LeaveId, NotificationId, PolicyId, PunchId, RequestId, ResetId,
    RosterId, RunId, SessionId, SubscriptionId, TrainingId, ViolationId, id_schemas,
};
pub use id_generator::IdGenerator;
pub use message::{Argument, Language, Message, Texts};
pub use minutes::Minutes;
pub use money::{Currency, InvalidCurrency, Money};
pub use origin::{Actor, Origin};
pub use page::{Page, PageLimit};
pub use timestamp::to_sortable_text;

/// Allowed years of the dates in requests, policies and calendars.
pub const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// Result with the error type of all services.
pub type Result<T> = std::result::Result<T, Error>;
