//! `GET /api/v1/leaves/recounts/{recount_id}`: progress of a recount, with the requests that it refused.

use axum::extract::State;
use kernel::{Error, RunId};
use lambda::http::{Path, Problem, Versioned};

use super::view::RecountView;
use crate::{api::Api, messages};

lambda::endpoint!(LEAVES_RECOUNTS_GET, get(handle), Api);

/// Returns a recount of booked leave, kept for 400 days.
#[utoipa::path(get, path = "/api/v1/leaves/recounts/{recount_id}", operation_id = "leaves-recounts-get", tag = "leaves",
    params(("recount_id" = RunId, Path, description = "Id of the recount.")),
    responses((status = 200, body = RecountView, description = "Recount with its progress."),
        (status = 404, description = "`not_found`: no recount has this id.")))]
pub async fn handle(State(api): State<Api>, Path(id): Path<RunId>) -> Result<Versioned<RecountView>, Problem> {
    let run = api.store.find_recount_run(id).await?.ok_or_else(|| Error::not_found(messages::recount()))?;
    Ok(Versioned(run.version, RecountView::from(&run.value)))
}
