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

/// Filter of the job role list.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct JobRolesQuery {
    /// Beginning of the job role's title, at most 100 characters. Case and accents are ignored.
    #[garde(inner(custom(fields::validate_name_prefix)))]
    #[param(max_length = 100)]
    pub title: Option<String>,
}

/// Lists job roles, sorted by title.
#[utoipa::path(get, path = "/api/v1/job-roles", operation_id = "job-roles-list", tag = "job roles",
    params(JobRolesQuery, PageQuery),
    responses(
        (status = 200, body = Page<JobRoleView>, description = "One page of job roles, sorted by title."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller.")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<JobRolesQuery>,
) -> Result<axum::Json<Page<JobRoleView>>, Problem> {
    Ok(axum::Json(api.store.list_job_roles(filter.title.as_deref(), &page).await?.map(JobRoleView::from)))
}
