//! API representation of a recount.

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, LeaveId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::leaves::below_floor::BelowFloor,
    domain::recount_run::{RecountRun, RefusedRecount},
};

/// Recount of the booked leave of a site.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RecountView {
    /// Id of the recount.
    pub id: RunId,
    /// Code of the site whose calendar and shift plans count.
    pub site: String,
    /// First day that is recounted. Days before today at the site keep their count.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Reason for which balances may fall below their floor, except that of the requester; null if none may.
    pub override_reason: Option<String>,
    /// Time at which the recount was requested.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Timestamp,
    /// Employee who requested the recount.
    pub requested_by: EmployeeId,
    /// Time at which all requests were examined; null until then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Timestamp>,
    /// Number of pending and approved requests examined so far. Requests of other sites are examined, too, but not changed.
    pub examined: u32,
    /// Number of requests whose difference was posted so far.
    pub changed: u32,
    /// Number of requests that keep their count so far, because their balance would fall below the floor of its policy.
    pub refused: u32,
    /// Refused requests in the order in which they were examined, at most the first 100.
    #[schema(max_items = 100)]
    pub refusals: Vec<RefusedLeave>,
}

/// Leave request that keeps its count, because its balance would fall below the floor of its policy.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RefusedLeave {
    /// Id of the leave request.
    pub leave_id: LeaveId,
    /// Employee of the request.
    pub employee_id: EmployeeId,
    /// Balance that the difference would lead to.
    pub below_floor: BelowFloor,
}

impl From<&RecountRun> for RecountView {
    fn from(run: &RecountRun) -> Self {
        let (scope, progress) = (&run.scope, &run.progress);
        Self {
            id: run.id,
            site: scope.site.clone(),
            from: scope.from,
            override_reason: scope.override_reason.clone(),
            requested_at: run.requested_at,
            requested_by: run.requested_by,
            finished_at: run.finished_at,
            examined: progress.examined,
            changed: progress.changed,
            refused: progress.refused,
            refusals: progress.refusals.iter().cloned().map(RefusedLeave::from).collect(),
        }
    }
}

impl From<RefusedRecount> for RefusedLeave {
    fn from(refusal: RefusedRecount) -> Self {
        let RefusedRecount { leave_id, employee_id, on, lowest, floor } = refusal;
        Self { leave_id, employee_id, below_floor: BelowFloor { on, lowest, floor } }
    }
}
