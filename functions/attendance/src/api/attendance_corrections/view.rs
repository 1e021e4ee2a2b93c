//! Corrections: what is shown of one, who reaches it, and what stands in the way of a decision.

use std::sync::Arc;

use access::{FieldGroup, Fields, Relation};
use directory::Person;
use jiff::{Timestamp, civil::Date};
use kernel::{CorrectionId, EmployeeId, Error, Kind, PunchId, Result};
use lambda::http::Caller;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::api::{Api, attendance::view::PunchView};
use crate::domain::correction::{Addition, Correction, CorrectionStatus, Partial};

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
    pub fn of(correction: Correction, fields: Fields) -> Self {
        let words = |words: Option<String>| words.filter(|_| fields.may_read(FieldGroup::Leave));
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

/// Whose day a correction is about, and what the caller may read of it.
///
/// # Errors
/// 404 where the caller does not reach them.
pub(crate) async fn corrected(caller: &Caller, correction: &Correction) -> Result<(Arc<Person>, Fields)> {
    // Whoever it is about may know that it is there, also where only others may decide.
    let hidden = |error: Error| if error.kind() == Kind::NotFound { Error::not_found("correction") } else { error };
    if correction.employee_id == caller.id() {
        return Ok((caller.person_shared(), caller.fields(Relation::Own)));
    }
    caller.reach(correction.employee_id).await.map_err(hidden)
}

/// Lets pass who may decide: neither the one whose day it is nor the one who asked, and only while it waits.
///
/// # Errors
/// 403 `self_approval` or `own_request`; 409 `already_decided` with the decision that stands.
pub(crate) fn may_decide(caller: &Caller, correction: &Correction) -> Result<()> {
    let forbidden = |code, detail: &str| Err(Error::new(Kind::Forbidden, code, detail));
    match correction.partial(caller.id()) {
        Some(Partial::Subject) => forbidden("self_approval", "Nobody decides about their own attendance."),
        Some(Partial::Requester) => {
            forbidden("own_request", "Somebody else must decide about what you have asked for.")
        }
        None if correction.status == CorrectionStatus::Pending => Ok(()),
        None => Err(already_decided(correction)),
    }
}

/// The decision that stands, for those who come too late.
fn already_decided(correction: &Correction) -> Error {
    let detail = format!("The correction is {} already.", correction.status.word());
    Error::conflict("already_decided", detail).current(standing(correction))
}

fn standing(correction: &Correction) -> Value {
    json!({
        "id": correction.id,
        "status": correction.status,
        "approved_by": correction.approved_by,
        "approved_at": correction.approved_at,
        "rejected_by": correction.rejected_by,
        "rejected_at": correction.rejected_at,
    })
}
