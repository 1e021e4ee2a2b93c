//! `GET /api/v1/attendance/runs/{run_id}`: how far a run is, and what it changed and why.

use access::Role;
use axum::extract::State;
use kernel::{Error, Page, RunId};
use lambda::http::{Caller, PageQuery, Paged, Path, Problem, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::AttendanceRunView;
use crate::{api::Api, domain::run_result::Difference};

lambda::endpoint!(ATTENDANCE_RUNS_GET, get(handle), Api);

/// A run with what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttendanceRunDetails {
    /// The run.
    #[serde(flatten)]
    pub run: AttendanceRunView,
    /// Days that came out differently, or would; of a nightly run, those that were settled before. For HR and auditors only. Kept for
    /// 90 days.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub differences: Option<Page<Difference>>,
}

/// Reads a run.
#[utoipa::path(get, path = "/api/v1/attendance/runs/{run_id}", operation_id = "attendance-runs-get", tag = "attendance runs",
    params(("run_id" = RunId, Path), PageQuery),
    responses((status = 200, body = AttendanceRunDetails), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Not there")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<RunId>,
    Paged { page, .. }: Paged,
) -> Result<Versioned<AttendanceRunDetails>, Problem> {
    let run = api.store.run(id).await?.ok_or_else(|| Error::not_found("run"))?;
    let view = AttendanceRunView::from(&run.value);
    // Whoever runs the system sees that it runs, not when whom was late.
    if !(caller.roles().has(Role::Hr) || caller.roles().has(Role::Auditor)) {
        return Ok(Versioned(run.version, AttendanceRunDetails { run: view, differences: None }));
    }
    let differences = Some(api.store.differences(id, &page).await?);
    Ok(Versioned(run.version, AttendanceRunDetails { run: view, differences }))
}
