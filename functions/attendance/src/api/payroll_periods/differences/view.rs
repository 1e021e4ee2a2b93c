//! API representation of a payroll difference, and the dates of a list.

use garde::Validate;
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, RequestId, RunId};
use lambda::http::validators;
use policy::attendance::{ChangedInput, DayStatus};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::{payroll_difference::PayrollDifference, payroll_figures::PayrollFigures};

/// Dates of the days of listed differences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct DifferencesQuery {
    /// Only differences of days from this date on. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Only differences of days up to this date. Default: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(validators::validate_date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

impl DifferencesQuery {
    /// First and last date, both included; `None` without a limit.
    ///
    /// # Errors
    /// 422 `invalid_range` at `to` for a reversed range.
    pub fn dates(&self) -> kernel::Result<(Option<Date>, Option<Date>)> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if to < from => {
                Err(kernel::Error::invalid("query:to", "invalid_range", crate::messages::to_before_from()))
            }
            dates => Ok(dates),
        }
    }
}

/// Change of an attendance day after its payroll period was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PayrollDifference)]
pub struct PayrollDifferenceView {
    /// Date of the attendance day, in a closed month.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Id of the employee's department when the day was first settled.
    pub department_id: DepartmentId,
    /// Status before the change; null if the day was not settled.
    pub status_before: Option<DayStatus>,
    /// Status after the change.
    pub status_after: DayStatus,
    /// Figures before the change: the reported ones, or those after the previous difference of the day.
    pub before: PayrollFigures,
    /// Figures after the change.
    pub after: PayrollFigures,
    /// Figures after the change minus those before it; all 0 if only the status changed.
    pub difference: PayrollFigures,
    /// Inputs that differ from the derivation before the change.
    pub causes: Vec<ChangedInput>,
    /// Run that derived the day again; null if a single change did.
    pub run_id: Option<RunId>,
    /// Id of the request that caused the change, as in the audit trail.
    #[schema(value_type = String)]
    pub request_id: RequestId,
    /// Time at which the difference was posted.
    #[schema(value_type = String, format = DateTime)]
    pub posted_at: Timestamp,
}

impl From<PayrollDifference> for PayrollDifferenceView {
    fn from(posted: PayrollDifference) -> Self {
        Self {
            date: posted.date,
            employee_id: posted.employee_id,
            department_id: posted.department_id,
            status_before: posted.status_before,
            status_after: posted.status_after,
            difference: posted.difference(),
            before: posted.before,
            after: posted.after,
            causes: posted.causes,
            run_id: posted.run,
            request_id: posted.request_id,
            posted_at: posted.posted_at,
        }
    }
}
