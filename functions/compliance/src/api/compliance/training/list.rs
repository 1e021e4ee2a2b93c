//! `GET /api/v1/compliance/training`: lists trainings, the first due first.
//!
//! Without `employee_id`, managers see those of their people, and who leads nobody sees their own.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Limit, Page};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Api, fields, view::TrainingView};
use crate::{domain::training::TrainingStatus, store::WantedTrainings};

lambda::endpoint!(COMPLIANCE_TRAINING_LIST, get(handle), Api);

/// Which trainings.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this person.
    pub employee_id: Option<EmployeeId>,
    /// `open` (and not late), `overdue` or `done`, as of today where the caller works.
    pub status: Option<TrainingStatus>,
    /// Due before this day.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub due_before: Option<Date>,
    /// 1 to 100 trainings, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists trainings.
#[utoipa::path(get, path = "/api/v1/compliance/training", operation_id = "compliance-training-list", tag = "compliance",
    params(Filter),
    responses((status = 200, body = Page<TrainingView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "The person is not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<Page<TrainingView>>, Problem> {
    let Filter { employee_id, status, due_before, limit, cursor } = filter;
    let at = caller.origin().at;
    let today = caller.person().today(at);
    let mut wanted = WantedTrainings { employee: employee_id, manager: None, status, due_before, today };
    match employee_id {
        Some(id) => drop(caller.reach(id).await?.0),
        None if caller.grant().has(Scope::All) => {}
        None if caller.grant().has(Scope::Reports) => wanted.manager = Some(caller.id()),
        None => wanted.employee = Some(caller.id()),
    }
    let view = caller.view(format!("{}?{wanted:?}", access::COMPLIANCE_TRAINING_LIST.name));
    let sealer = api.sealer(at).await?;
    let mut page = api.store.trainings(&wanted, limit, cursor.as_deref(), (&sealer, &view)).await?;
    if wanted.manager.is_some() {
        let reached = crate::api::in_reach(&caller, page.items.iter().map(|training| training.employee_id)).await?;
        page.items.retain(|training| reached.contains(&training.employee_id));
    }
    Ok(axum::Json(page.map(|training| TrainingView::of(training, today))))
}
