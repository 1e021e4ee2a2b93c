//! API representation of a compensatory credit.

use access::{FieldGroup, ReadableFields};
use jiff::{Timestamp, civil::Date};
use kernel::{CreditId, EmployeeId, Minutes, PolicyId};
use policy::attendance::DayKind;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::credit::{Credit, CreditStatus};

/// Compensatory credit for the work of one employee on a day off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CreditView {
    /// Id of the credit.
    pub id: CreditId,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Day of the work, on which its shift begins.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Kind of that day; `work` if its work reached into a rest day or holiday.
    pub day_kind: DayKind,
    /// Status of the credit.
    pub status: CreditStatus,
    /// Code of the leave type.
    pub leave_type: String,
    /// Minutes of the day's work that were on a rest day or holiday.
    pub worked_minutes: Minutes,
    /// Share of the worked minutes that is credited, in basis points.
    #[schema(minimum = 1, maximum = 100_000)]
    pub share_bp: u32,
    /// Minutes of leave that the day earns by its policy, whether they are posted or not.
    pub earned_minutes: Minutes,
    /// Minutes of leave that are posted for the day, corrections included.
    pub granted_minutes: Minutes,
    /// Minutes that wait for a decision: negative if posted minutes are to be taken back, 0 unless pending.
    pub open_minutes: Minutes,
    /// Last day on which the credit may be taken; null without an expiry, and before minutes are posted.
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
    /// Overtime policy of the day.
    pub policy_id: PolicyId,
    /// Version of that policy, from 1.
    #[schema(minimum = 1)]
    pub policy_version: u32,
    /// Time at which the credit was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Id of the employee who approved the last proposal that was decided; null if it was rejected or nobody decided. It
    /// stays while a new proposal is pending.
    pub approved_by: Option<EmployeeId>,
    /// Time of that approval; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// Comment of that approver; null without one, or if the caller may not read reasons.
    pub comments: Option<String>,
    /// Id of the employee who rejected the last proposal that was decided; null if it was approved or nobody decided. It
    /// stays while a new proposal is pending.
    pub rejected_by: Option<EmployeeId>,
    /// Time of that rejection; null without one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rejected_at: Option<Timestamp>,
    /// Reason of that rejection; null without one, or if the caller may not read reasons.
    pub rejected_reason: Option<String>,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl CreditView {
    /// Credit with the fields that the caller may read.
    pub fn of(credit: Credit, fields: ReadableFields) -> Self {
        let words = |words: Option<String>| words.filter(|_| fields.may_read(FieldGroup::PrivateText));
        let is_pending = credit.status == CreditStatus::Pending;
        Self {
            id: credit.id,
            employee_id: credit.employee_id,
            date: credit.date,
            day_kind: credit.day_kind,
            status: credit.status,
            open_minutes: if is_pending { credit.open_minutes() } else { Minutes::ZERO },
            leave_type: credit.leave_type,
            worked_minutes: credit.worked_minutes,
            share_bp: credit.share_bp,
            earned_minutes: credit.earned_minutes,
            granted_minutes: credit.granted_minutes,
            expires_on: credit.expires_on,
            policy_id: credit.policy.policy_id,
            policy_version: credit.policy.policy_version,
            created_at: credit.created_at,
            approved_by: credit.approved_by,
            approved_at: credit.approved_at,
            comments: words(credit.comments),
            rejected_by: credit.rejected_by,
            rejected_at: credit.rejected_at,
            rejected_reason: words(credit.rejected_reason),
            updated_at: credit.updated_at,
        }
    }
}
