//! What is shown of a correction.

use access::{FieldGroup, ReadableFields};
use jiff::{Timestamp, civil::Date};
use kernel::{CorrectionId, EmployeeId, PunchId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::attendance::view::PunchView,
    domain::correction::{Addition, Correction, CorrectionStatus},
};

/// A correction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionView {
    /// Id.
    #[schema(value_type = String)]
    pub id: CorrectionId,
    /// Whose day.
    pub employee_id: EmployeeId,
    /// Which day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Where it stands.
    pub status: CorrectionStatus,
    /// Why. Hidden from those who may see the correction but not private words.
    pub reason: Option<String>,
    /// Punches that are wrong.
    #[schema(value_type = Vec<String>)]
    pub void: Vec<PunchId>,
    /// Punches that are missing.
    pub add: Vec<Addition>,
    /// The day's punches as they were when it was asked for. Left out in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<Vec<PunchView>>,
    /// Who asked.
    pub requested_by: EmployeeId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Who said yes.
    pub approved_by: Option<EmployeeId>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approved_at: Option<Timestamp>,
    /// What was said to it. Hidden as the reason is.
    pub comments: Option<String>,
    /// Who said no.
    pub rejected_by: Option<EmployeeId>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rejected_at: Option<Timestamp>,
    /// Why not. Hidden as the reason is.
    pub rejected_reason: Option<String>,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

impl CorrectionView {
    /// A correction as the owner of these rights sees it.
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

    /// The same in a list: without the punches as they were.
    #[must_use]
    pub fn in_list(self) -> Self {
        Self { original: None, ..self }
    }
}
