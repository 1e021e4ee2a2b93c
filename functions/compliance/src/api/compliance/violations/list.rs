//! `GET /api/v1/compliance/violations`: lists violations, the newest first.
//!
//! Without `employee_id`, managers see those of their people, and who leads nobody sees their own.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page, PolicyId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ViolationView;
use crate::{
    api::{Api, compliance::people_in_reach::Listed, fields},
    store::ViolationFilter,
};

lambda::endpoint!(COMPLIANCE_VIOLATIONS_LIST, get(handle), Api);

/// Which violations.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this person.
    pub employee_id: Option<EmployeeId>,
    /// Of this policy, whatever its version.
    pub policy_id: Option<PolicyId>,
    /// Detected on this day (UTC) or later.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Detected on this day (UTC) or earlier.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Whether somebody has acknowledged them.
    pub acknowledged: Option<bool>,
}

/// Lists violations.
#[utoipa::path(get, path = "/api/v1/compliance/violations", operation_id = "compliance-violations-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<ViolationView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "The person is not there, or not visible"),
        (status = 422, description = "The range ends before it begins")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<ViolationView>>, Problem> {
    let Filter { employee_id, policy_id: policy, from, to, acknowledged } = filter;
    fields::check_date_range(from, to)?;
    let listed = Listed::to(&caller, employee_id).await?;
    let wanted = ViolationFilter { employee: listed.employee, manager: listed.manager, policy, from, to, acknowledged };
    let mut page = api.store.violations(&wanted, &page).await?;
    listed.retain_reached(&caller, &mut page, |breach| breach.employee_id).await?;
    Ok(axum::Json(page.map(ViolationView::from)))
}
