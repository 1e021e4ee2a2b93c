//! `GET /api/v1/compliance/training`: lists trainings, the first due first.
//!
//! Without `employee_id`, managers see those of their people, and who leads nobody sees their own.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::TrainingView;
use crate::{
    api::{Api, compliance::people_in_reach::Listed, fields},
    domain::training::TrainingStatus,
    store::TrainingFilter,
};

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
}

/// Lists trainings.
#[utoipa::path(get, path = "/api/v1/compliance/training", operation_id = "compliance-training-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<TrainingView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "The person is not there, or not visible")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<TrainingView>>, Problem> {
    let Filter { employee_id, status, due_before } = filter;
    let today = caller.person().today(caller.origin().at);
    let listed = Listed::to(&caller, employee_id).await?;
    let wanted = TrainingFilter { employee: listed.employee, manager: listed.manager, status, due_before, today };
    let mut page = api.store.trainings(&wanted, &page.bound_to(today)).await?;
    listed.retain_reached(&caller, &mut page, |training| training.employee_id).await?;
    Ok(axum::Json(page.map(|training| TrainingView::of(training, today))))
}
