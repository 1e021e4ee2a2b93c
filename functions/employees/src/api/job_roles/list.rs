//! `GET /api/v1/job-roles`: lists job roles by title.

use axum::extract::State;
use garde::Validate;
use kernel::{Limit, Page};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Api, fields, view::JobRoleView};

lambda::endpoint!(JOB_ROLES_LIST, get(handle), Api);

/// Which job roles.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Beginning of the title; case and accents do not matter.
    #[garde(inner(custom(fields::prefix)))]
    pub title: Option<String>,
    /// 1 to 100 job roles, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists job roles.
#[utoipa::path(get, path = "/api/v1/job-roles", operation_id = "job-roles-list", tag = "job-roles",
    params(Filter),
    responses((status = 200, body = Page<JobRoleView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<Page<JobRoleView>>, Problem> {
    let Filter { title, limit, cursor } = filter;
    let view = caller.view(format!("{}?{title:?}", access::JOB_ROLES_LIST.name));
    let sealer = api.sealer(caller.origin().at).await?;
    let page = api.store.job_roles(title.as_deref(), limit, cursor.as_deref(), (&sealer, &view)).await?;
    Ok(axum::Json(page.map(JobRoleView::from)))
}
