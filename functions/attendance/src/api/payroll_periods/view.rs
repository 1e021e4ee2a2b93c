//! API representation of payroll periods, and what is open in them.

use jiff::Timestamp;
use kernel::EmployeeId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{
        month_totals::Month,
        payroll_period::{IncompleteDay, PayrollClosing, PendingCorrection},
    },
    store::OpenItems,
};

/// Closed payroll period: a month of a site whose reports do not change any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PayrollClosingView {
    /// Month as `YYYY-MM`, such as `2026-11`.
    #[schema(value_type = String, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Month,
    /// Time at which the month was closed.
    #[schema(value_type = String, format = DateTime)]
    pub closed_at: Timestamp,
    /// Id of the person who closed it.
    pub closed_by: EmployeeId,
    /// Number of incomplete days at that time; 100 also means more.
    pub incomplete_days: usize,
    /// Number of pending corrections of days of the month at that time; 100 also means more.
    pub pending_corrections: usize,
}

impl From<PayrollClosing> for PayrollClosingView {
    fn from(closing: PayrollClosing) -> Self {
        let PayrollClosing { site: _, month, closed_at, closed_by, incomplete_days, pending_corrections } = closing;
        Self { month, closed_at, closed_by, incomplete_days, pending_corrections }
    }
}

/// Incomplete days and pending corrections of a payroll period, of employees at its site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PayrollOpenItems {
    /// Incomplete days, by date; at most 100.
    #[schema(max_items = 100)]
    pub incomplete_days: Vec<IncompleteDay>,
    /// Whether the month has incomplete days that are not listed.
    pub more_incomplete_days: bool,
    /// Pending corrections of days of the month, in the order of their requests; at most 100.
    #[schema(max_items = 100)]
    pub pending_corrections: Vec<PendingCorrection>,
    /// Whether the month may have pending corrections that are not listed.
    pub more_pending_corrections: bool,
}

impl PayrollOpenItems {
    pub fn of(days: OpenItems<IncompleteDay>, corrections: OpenItems<PendingCorrection>) -> Self {
        Self {
            incomplete_days: days.items,
            more_incomplete_days: days.more,
            pending_corrections: corrections.items,
            more_pending_corrections: corrections.more,
        }
    }
}
