//! `GET /api/v1/departments`: lists departments by name; the tree is in their `parent_id`.

use axum::extract::State;
use garde::Validate;
use kernel::{DepartmentId, Limit, Page};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Api, fields, view::DepartmentView};

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
    /// 1 to 100 departments, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists departments.
#[utoipa::path(get, path = "/api/v1/departments", operation_id = "departments-list", tag = "departments",
    params(Filter),
    responses((status = 200, body = Page<DepartmentView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<Page<DepartmentView>>, Problem> {
    let Filter { parent, name, limit, cursor } = filter;
    let view = caller.view(format!("{}?{parent:?}&{name:?}", access::DEPARTMENTS_LIST.name));
    let sealer = api.sealer(caller.origin().at).await?;
    let sealed = (sealer.as_ref(), &view);
    let page = api.store.departments(parent, name.as_deref(), limit, cursor.as_deref(), sealed).await?;
    Ok(axum::Json(page.map(DepartmentView::from)))
}
