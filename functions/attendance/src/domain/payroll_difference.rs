//! Changes of settled days after their month was closed: what the month goes on to report, and the difference that is posted
//! in the open period. Pure.

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Origin, RequestId, RunId};
use policy::attendance::{ChangedInput, DayStatus};
use serde::{Deserialize, Serialize};

use super::{
    day::Day, month_totals::Month, payroll_figures::PayrollFigures, payroll_period::is_closed, settled_day::DayChange,
    settled_figures::SettledFigures,
};

/// The item `PAYROLL#<site>#<yyyy-mm>`, `<date>#<employee>#<version>`: change of a day after its month was closed. It is never
/// changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayrollDifference {
    /// Month in which the difference is posted: the open one at the time of the change.
    pub period: Month,
    /// Code of the employee's site when the day was first settled.
    pub site: String,
    /// Department of the employee when the day was first settled.
    pub department_id: DepartmentId,
    pub employee_id: EmployeeId,
    /// Date of the day, in a month before `period`.
    pub date: Date,
    /// Status before; absent if the day was not settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status_before: Option<DayStatus>,
    pub status_after: DayStatus,
    /// Figures before the change; all 0 if the day was not settled.
    pub before: PayrollFigures,
    pub after: PayrollFigures,
    /// Inputs that changed.
    pub causes: Vec<ChangedInput>,
    /// Run that derived the day; absent if a single change did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run: Option<RunId>,
    /// Request that caused the change.
    pub request_id: RequestId,
    pub posted_at: Timestamp,
}

impl PayrollDifference {
    /// Figures after minus figures before; all 0 if only the status changed.
    pub fn difference(&self) -> PayrollFigures {
        &self.after - &self.before
    }
}

/// Settled day to be written, with the difference to be posted; `None` in an open month, and if neither the status nor a
/// figure of the payroll changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedDay {
    pub day: Day,
    pub difference: Option<PayrollDifference>,
}

/// Prepares the write of a changed day at a site whose last closed month is `closed_through`; `None` if no month is closed.
///
/// In a closed month, the first change of the outcome stores the figures before it as the reported ones. Each change of the
/// status or of a payroll figure is posted as a difference to the figures before it, so that reported figures and differences
/// add up to the current ones.
pub fn post_change(
    change: &DayChange,
    closed_through: Option<Month>,
    run: Option<RunId>,
    origin: &Origin,
) -> PostedDay {
    let DayChange { day, before, causes, .. } = change;
    let unposted = || PostedDay { day: day.clone(), difference: None };
    let Some(closed_through) = closed_through.filter(|last| is_closed(Month::of(day.date), Some(*last))) else {
        return unposted();
    };
    let after = day.settled_figures();
    if after == *before {
        return unposted();
    }
    let reported = Some(day.reported.clone().unwrap_or_else(|| before.clone()));
    let (figures_before, figures_after) = (PayrollFigures::from(before), PayrollFigures::from(&after));
    let status_before = status_of(before);
    let differs = figures_before != figures_after || status_before != status_of(&after);
    let settled = day.home.as_ref().zip(status_of(&after)).filter(|_| differs);
    let difference = settled.map(|(home, status_after)| PayrollDifference {
        period: closed_through.next(),
        site: home.site.clone(),
        department_id: home.department_id,
        employee_id: day.employee_id,
        date: day.date,
        status_before,
        status_after,
        before: figures_before,
        after: figures_after,
        causes: causes.clone(),
        run,
        request_id: origin.request_id.clone(),
        posted_at: origin.at,
    });
    PostedDay { day: Day { reported, ..day.clone() }, difference }
}

fn status_of(settled: &SettledFigures) -> Option<DayStatus> {
    settled.outcome.as_ref().map(|outcome| outcome.status)
}

#[cfg(test)]
#[path = "payroll_difference_tests.rs"]
mod tests;
