//! A correction whose person the caller reaches, and what stands in the way of a decision.

use std::sync::Arc;

use access::{ReadableFields, Relation};
use directory::Person;
use kernel::{Code, CorrectionId, Error, ErrorKind, Result};
use lambda::http::{Caller, Reach};
use serde_json::{Value, json};

use crate::{
    api::Api,
    domain::correction::{ConflictOfInterest, Correction, CorrectionStatus},
    store::Stored,
};

/// A correction, its person, and what the caller may read of them.
pub struct ReachedCorrection {
    pub(crate) stored: Stored<Correction>,
    pub(crate) person: Arc<Person>,
    pub(crate) fields: ReadableFields,
}

impl Reach<Api> for ReachedCorrection {
    type Id = CorrectionId;

    async fn reach(api: &Api, caller: &Caller, id: CorrectionId) -> Result<Self> {
        let stored = api.store.correction(id).await?;
        let employee = stored.value.employee_id;
        // The person may know of the correction, also where only others may decide.
        if employee == caller.id() {
            return Ok(Self {
                stored,
                person: caller.person_shared(),
                fields: caller.readable_fields(Relation::Oneself),
            });
        }
        match caller.reach(employee).await {
            Ok((person, fields)) => Ok(Self { stored, person, fields }),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::not_found("correction")),
            Err(error) => Err(error),
        }
    }
}

/// Lets pass who may decide: neither the one whose day it is nor the one who asked, and only while it waits.
///
/// # Errors
/// 403 `self_approval` or `own_request`; 409 `already_decided` with the decision that stands.
pub(crate) fn require_may_decide(caller: &Caller, correction: &Correction) -> Result<()> {
    let forbidden = |code, detail: &str| Err(Error::new(code, detail));
    match correction.conflict_of_interest(caller.id()) {
        Some(ConflictOfInterest::Subject) => {
            forbidden(Code::SelfApproval, "Nobody decides about their own attendance.")
        }
        Some(ConflictOfInterest::Requester) => {
            forbidden(Code::OwnRequest, "Somebody else must decide about what you have asked for.")
        }
        None if correction.status == CorrectionStatus::Pending => Ok(()),
        None => Err(already_decided(correction)),
    }
}

/// The decision that stands, for those who come too late.
fn already_decided(correction: &Correction) -> Error {
    let detail = format!("The correction is {} already.", correction.status.as_str());
    Error::new(Code::AlreadyDecided, detail).with_current_state(standing(correction))
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
