//! `GET /api/v1/job-roles`: lists job roles by title.

use axum::extract::State;
use garde::Validate;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::JobRoleView;
use crate::api::{Api, fields};

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
}

/// Lists job roles.
#[utoipa::path(get, path = "/api/v1/job-roles", operation_id = "job-roles-list", tag = "job-roles",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<JobRoleView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<JobRoleView>>, Problem> {
    Ok(axum::Json(api.store.job_roles(filter.title.as_deref(), &page).await?.map(JobRoleView::from)))
}
