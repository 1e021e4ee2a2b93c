//! `GET /api/v1/attendance-corrections`: lists corrections, the newest first.

use access::{Relation, Scope};
use axum::extract::State;
use garde::Validate;
use kernel::{EmployeeId, Error, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::CorrectionView;
use crate::{
    api::Api,
    domain::correction::{Correction, CorrectionStatus},
    store::CorrectionFilter,
};

lambda::endpoint!(ATTENDANCE_CORRECTIONS_LIST, get(handle), Api);

/// Which corrections; everything that is given must hold.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this person. Without it, those who lead or keep records see the corrections of others.
    pub employee_id: Option<EmployeeId>,
    /// With this status. Not given, it is all of one person's, and of others those that wait.
    pub status: Option<CorrectionStatus>,
}

/// Lists corrections. HR and auditors see everybody's; managers those of the people who report to them directly, and with
/// `employee_id` those of anybody below them; everybody else their own.
#[utoipa::path(get, path = "/api/v1/attendance-corrections", operation_id = "attendance-corrections-list",
    tag = "attendance corrections",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<CorrectionView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "Somebody who is out of the caller's reach")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<CorrectionView>>, Problem> {
    let (wanted, relation) = scope(&caller, &filter).await?;
    let page = api.store.corrections(&wanted, &page).await?;
    let shown = |correction: Correction| {
        let own = correction.employee_id == caller.id();
        let fields = caller.readable_fields(if own { Relation::Oneself } else { relation });
        CorrectionView::of(correction, fields).in_list()
    };
    Ok(axum::Json(page.map(shown)))
}

/// Whose corrections the caller's grant allows, and what those people are to the caller.
async fn scope(caller: &Caller, filter: &Filter) -> Result<(CorrectionFilter, Relation), Error> {
    let grant = caller.grant();
    let wanted = CorrectionFilter { status: filter.status, ..CorrectionFilter::default() };
    let of = |employee| CorrectionFilter { employee: Some(employee), ..wanted };
    match filter.employee_id {
        Some(id) if id == caller.id() => Ok((of(id), Relation::Oneself)),
        Some(id) => {
            caller.reach(id).await?;
            Ok((of(id), if grant.includes(Scope::All) { Relation::Other } else { Relation::Report }))
        }
        None if grant.includes(Scope::All) => Ok((wanted, Relation::Other)),
        None if grant.includes(Scope::Reports) => {
            Ok((CorrectionFilter { manager: Some(caller.id()), ..wanted }, Relation::Report))
        }
        None => Ok((of(caller.id()), Relation::Oneself)),
    }
}
