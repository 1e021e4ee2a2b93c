//! `GET /api/v1/departments`: lists departments by name; `parent_id` gives the tree.

use axum::extract::State;
use garde::Validate;
use kernel::{DepartmentId, Page};
use lambda::http::{PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::DepartmentView;
use crate::api::{Api, fields};

lambda::endpoint!(DEPARTMENTS_LIST, get(handle), Api);

/// Filter of the department list; all parameters must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct DepartmentsQuery {
    /// Only the direct sub-departments of this department.
    pub parent: Option<DepartmentId>,
    /// Beginning of the name, at most 100 characters. Case and accents are ignored.
    #[garde(inner(custom(fields::validate_name_prefix)))]
    #[param(max_length = 100)]
    pub name: Option<String>,
}

/// Lists departments, sorted by name.
#[utoipa::path(get, path = "/api/v1/departments", operation_id = "departments-list", tag = "departments",
    params(DepartmentsQuery, PageQuery),
    responses(
        (status = 200, body = Page<DepartmentView>, description = "One page of departments, sorted by name."),
        (status = 400, description = "`invalid_cursor`: the cursor belongs to another list, filter or caller.")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<DepartmentsQuery>,
) -> Result<axum::Json<Page<DepartmentView>>, Problem> {
    Ok(axum::Json(
        api.store.list_departments(filter.parent, filter.name.as_deref(), &page).await?.map(DepartmentView::from),
    ))
}
