//! `GET /api/v1/attendance/runs/{run_id}`: progress of a run, with the days it changed and the reasons.

use access::Role;
use axum::extract::State;
use kernel::{Error, Page, RunId};
use lambda::http::{Caller, PageQuery, Paged, Path, Problem, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{AttendanceDifference, AttendanceRunView};
use crate::{api::Api, messages};

lambda::endpoint!(ATTENDANCE_RUNS_GET, get(handle), Api);

/// Attendance run with the days that it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceRunDetails {
    /// Progress of the run.
    #[serde(flatten)]
    pub run: AttendanceRunView,
    /// One page of the days whose figures changed, or would change in a dry run. Nightly runs list only days that were
    /// settled before. Kept for 90 days; absent for administrators, who see no attendance data.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub differences: Option<Page<AttendanceDifference>>,
}

/// Returns an attendance run with the days that it changed.
#[utoipa::path(get, path = "/api/v1/attendance/runs/{run_id}", operation_id = "attendance-runs-get", tag = "attendance runs",
    params(("run_id" = RunId, Path, description = "Id of the attendance run."), PageQuery),
    responses((status = 200, body = AttendanceRunDetails, description = "Attendance run, with one page of its differences."),
        (status = 404, description = "`not_found`: no run has this id.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RunId>,
    Paged { page, .. }: Paged,
) -> Result<Versioned<AttendanceRunDetails>, Problem> {
    let run = api.store.find_run(id).await?.ok_or_else(|| Error::not_found(messages::run()))?;
    let view = AttendanceRunView::from(&run.value);
    // Administrators see the progress of a run, but no attendance data.
    if !(caller.roles().has(Role::Hr) || caller.roles().has(Role::Auditor)) {
        return Ok(Versioned(run.version, AttendanceRunDetails { run: view, differences: None }));
    }
    let differences = Some(api.store.list_run_differences(id, &page).await?.map(AttendanceDifference::from));
    Ok(Versioned(run.version, AttendanceRunDetails { run: view, differences }))
}
