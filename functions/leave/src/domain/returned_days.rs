//! Days of a request that were returned: rule 10 (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reason why days of a request were returned.
///
/// - `cancelled`: the employee or HR took them back
/// - `employment_ended`: they lie after the last day of the employment
/// - `interrupted`: other leave, such as sick leave, takes their place
/// - `moved`: HR moved the leave to other dates
/// - `not_between`: they are days off that no longer lie between the request and adjoining leave
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReturnReason {
    /// The employee or HR took the days back.
    Cancelled,
    /// The days lie after the last day of the employment.
    EmploymentEnded,
    /// Other leave, such as sick leave, takes the place of the days.
    Interrupted,
    /// HR moved the leave to other dates.
    Moved,
    /// Days off no longer lie between the request and adjoining leave.
    NotBetween,
}

/// Days of a leave request that were returned at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReturnedDays {
    /// First of the returned days.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last of the returned days. With `not_between`, days from `from` to `to` that lay in the request itself stay.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Minutes that came back to the balance; 0 if the days counted nothing.
    pub minutes: Minutes,
    /// Reason of the return.
    pub reason: ReturnReason,
    /// Time of the return.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Employee who cancelled, moved or interrupted the leave; absent if the end of the employment or a change of adjoining
    /// leave returned the days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<EmployeeId>,
    /// Id of the request that takes the place of the days (`interrupted`), or of the adjoining request that ended or changed
    /// (`not_between`); otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub leave_id: Option<LeaveId>,
}

/// Reason why days of a request cannot be returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotReturnable {
    /// The request is rejected or cancelled.
    Decided,
    /// The request has none of the days.
    NoDays,
    /// Days before and after them would stay.
    Inside,
}
