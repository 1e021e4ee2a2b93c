//! Compensatory leave for work on rest days and holidays: rules 4 and 15 (docs/rules.md).

use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Handling of compensatory leave for work on a rest day or holiday.
///
/// - `none`: no leave is credited
/// - `propose`: the credit is proposed, and the manager or HR decides
/// - `grant`: the credit is posted without a decision
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CreditMode {
    /// No leave is credited.
    None,
    /// The credit is proposed, and the manager or HR decides.
    Propose,
    /// The credit is posted without a decision.
    Grant,
}

/// Compensatory leave for work on rest days and holidays (rule 15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestDayCredit {
    /// Handling of the credit.
    pub mode: CreditMode,
    /// Code of the leave type to which the leave is credited.
    #[schema(pattern = "^[a-z0-9_-]{1,50}$")]
    pub leave_type: String,
    /// Share of the worked minutes that is credited, in basis points, 1 to 100000; 15000 credits 90 minutes for an hour.
    #[schema(minimum = 1, maximum = 100_000)]
    pub share_bp: u32,
    /// Days after the day of the work up to which the credit may be taken, the last one included, 1 to 731. Default:
    /// `credit_expires_days` of the leave policy; without it, the credit does not expire.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(minimum = 1, maximum = 731)]
    pub expires_days: Option<u16>,
}

impl RestDayCredit {
    /// Minutes of leave for these worked minutes, rounded down; 0 for negative ones. The mode is not looked at.
    pub fn credited_minutes(&self, worked: Minutes) -> Minutes {
        Minutes(worked.0.max(0).saturating_mul(i64::from(self.share_bp)) / 10_000)
    }

    /// Last day on which the credit for the work of a day may be taken; `leave_policy_days` is `credit_expires_days` of the
    /// leave policy. None without an expiry.
    pub fn last_day(&self, worked_on: Date, leave_policy_days: Option<u16>) -> Option<Date> {
        let days = self.expires_days.or(leave_policy_days)?;
        Some(worked_on.saturating_add(i32::from(days).days()))
    }
}
