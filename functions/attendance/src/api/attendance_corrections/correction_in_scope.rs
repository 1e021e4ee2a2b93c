//! Correction whose employee is in the caller's scope, and the checks before a decision.

use std::sync::Arc;

use access::{ReadableFields, Relation};
use directory::Person;
use kernel::{Code, CorrectionId, Error, ErrorKind, Result};
use lambda::http::{Caller, LoadInScope};
use serde_json::{Value, json};

use crate::{
    api::Api,
    domain::correction::{ConflictOfInterest, Correction, CorrectionStatus},
    messages,
    store::Stored,
};

/// Correction, its employee, and the fields that the caller may read.
pub struct CorrectionInScope {
    pub(crate) stored: Stored<Correction>,
    pub(crate) person: Arc<Person>,
    pub(crate) fields: ReadableFields,
}

impl LoadInScope<Api> for CorrectionInScope {
    type Id = CorrectionId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: CorrectionId) -> Result<Self> {
        let stored = api.store.get_correction(id).await?;
        let employee = stored.value.employee_id;
        // Employees see their own corrections, although only others decide them.
        if employee == caller.id() {
            return Ok(Self {
                stored,
                person: caller.shared_person(),
                fields: caller.readable_fields(Relation::Oneself),
            });
        }
        match caller.person_in_scope(employee).await {
            Ok((person, fields)) => Ok(Self { stored, person, fields }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found(messages::correction())),
            Err(error) => Err(error),
        }
    }
}

/// Checks that the caller may decide the correction: neither its subject nor its requester, and only while it is
/// pending.
///
/// # Errors
/// 403 `self_approval` or `own_request`; 409 `already_decided` with the decision.
pub(crate) fn require_may_decide(caller: &Caller, correction: &Correction) -> Result<()> {
    match correction.conflict_of_interest(caller.id()) {
        Some(ConflictOfInterest::Subject) => return Err(Error::new(Code::SelfApproval, messages::own_attendance())),
        Some(ConflictOfInterest::Requester) => return Err(Error::new(Code::OwnRequest, messages::own_correction())),
        None => {}
    }
    let detail = match correction.status {
        CorrectionStatus::Pending => return Ok(()),
        CorrectionStatus::Approved => messages::correction_approved(),
        CorrectionStatus::Rejected => messages::correction_rejected(),
    };
    Err(Error::new(Code::AlreadyDecided, detail).with_current_state(decision_summary(correction)))
}

/// Status, person and time of the decision, for the `current` of a refusal.
fn decision_summary(correction: &Correction) -> Value {
    json!({
        "id": correction.id,
        "status": correction.status,
        "approved_by": correction.approved_by,
        "approved_at": correction.approved_at,
        "rejected_by": correction.rejected_by,
        "rejected_at": correction.rejected_at,
    })
}
