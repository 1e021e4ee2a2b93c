//! `GET /api/v1/departments`: lists departments by name; the tree is in their `parent_id`.

use axum::extract::State;
use garde::Validate;
use kernel::{DepartmentId, Page};
use lambda::http::{PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::DepartmentView;
use crate::api::{Api, fields};

lambda::endpoint!(DEPARTMENTS_LIST, get(handle), Api);

/// Which departments.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Those directly within this department.
    pub parent: Option<DepartmentId>,
    /// Beginning of the name; case and accents do not matter.
    #[garde(inner(custom(fields::prefix)))]
    pub name: Option<String>,
}

/// Lists departments.
#[utoipa::path(get, path = "/api/v1/departments", operation_id = "departments-list", tag = "departments",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<DepartmentView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<DepartmentView>>, Problem> {
    Ok(axum::Json(
        api.store.list_departments(filter.parent, filter.name.as_deref(), &page).await?.map(DepartmentView::from),
    ))
}
