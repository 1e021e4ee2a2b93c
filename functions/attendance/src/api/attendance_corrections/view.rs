//! API representation of a correction.

use access::{FieldGroup, ReadableFields};
use jiff::{Timestamp, civil::Date};
use kernel::{CorrectionId, EmployeeId, PunchId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::attendance::view::PunchView,
    domain::correction::{Addition, Correction, CorrectionStatus},
};

/// Correction of an attendance day.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionView {
    /// Id of the correction.
    pub id: CorrectionId,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Status of the correction.
    pub status: CorrectionStatus,
    /// Reason of the request; null if the caller may not read reasons.
    pub reason: Option<String>,
    /// Ids of the wrong punches that the correction voids.
    pub void: Vec<PunchId>,
    /// Missing punches that the correction adds.
    pub add: Vec<Addition>,
    /// Punches of the day at the time of the request; absent in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<Vec<PunchView>>,
    /// Id of the employee who requested the correction.
    pub requested_by: EmployeeId,
    /// Time at which the correction was requested.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Id of the employee who approved the correction; null unless approved.
    pub approved_by: Option<EmployeeId>,
    /// Time of the approval; null unless approved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// Comment of the approver; null without one, or if the caller may not read reasons.
    pub comments: Option<String>,
    /// Id of the employee who rejected the correction; null unless rejected.
    pub rejected_by: Option<EmployeeId>,
    /// Time of the rejection; null unless rejected.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rejected_at: Option<Timestamp>,
    /// Reason of the rejection; null unless rejected, or if the caller may not read reasons.
    pub rejected_reason: Option<String>,
    /// Time of the last change.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl CorrectionView {
    /// Correction with the fields that the caller may read.
    pub fn of(correction: Correction, fields: ReadableFields) -> Self {
        let words = |words: Option<String>| words.filter(|_| fields.may_read(FieldGroup::PrivateText));
        Self {
            id: correction.id,
            employee_id: correction.employee_id,
            date: correction.date,
            status: correction.status,
            reason: words(Some(correction.reason)),
            void: correction.void,
            add: correction.add,
            original: Some(correction.original.iter().map(|punch| PunchView::of(punch, fields)).collect()),
            requested_by: correction.requested_by,
            created_at: correction.created_at,
            approved_by: correction.approved_by,
            approved_at: correction.approved_at,
            comments: words(correction.comments),
            rejected_by: correction.rejected_by,
            rejected_at: correction.rejected_at,
            rejected_reason: words(correction.rejected_reason),
            updated_at: correction.updated_at,
        }
    }

    /// The same correction without its original punches.
    #[must_use]
    pub fn without_original(self) -> Self {
        Self { original: None, ..self }
    }
}
