//! `GET /api/v1/compliance/violations`: lists violations, the newest first.
//!
//! Without `employee_id`, managers see those of their people, and who leads nobody sees their own.

use access::Scope;
use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Limit, Page, PolicyId};
use lambda::http::{Caller, Problem, Query, Valid};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Api, fields, view::ViolationView};
use crate::store::WantedViolations;

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
    /// 1 to 100 violations, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists violations.
#[utoipa::path(get, path = "/api/v1/compliance/violations", operation_id = "compliance-violations-list", tag = "compliance",
    params(Filter),
    responses((status = 200, body = Page<ViolationView>), (status = 400, description = "A cursor that does not open"),
        (status = 404, description = "The person is not there, or not visible"),
        (status = 422, description = "The range ends before it begins")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<Page<ViolationView>>, Problem> {
    let Filter { employee_id, policy_id, from, to, acknowledged, limit, cursor } = filter;
    fields::in_order(from, to)?;
    let mut wanted =
        WantedViolations { employee: employee_id, policy: policy_id, from, to, acknowledged, manager: None };
    match employee_id {
        Some(id) => drop(caller.reach(id).await?.0),
        None if caller.grant().has(Scope::All) => {}
        None if caller.grant().has(Scope::Reports) => wanted.manager = Some(caller.id()),
        None => wanted.employee = Some(caller.id()),
    }
    let view = caller.view(format!("{}?{wanted:?}", access::COMPLIANCE_VIOLATIONS_LIST.name));
    let sealer = api.sealer(caller.origin().at).await?;
    let mut page = api.store.violations(&wanted, limit, cursor.as_deref(), (&sealer, &view)).await?;
    if wanted.manager.is_some() {
        let reached = crate::api::in_reach(&caller, page.items.iter().map(|breach| breach.employee_id)).await?;
        page.items.retain(|breach| reached.contains(&breach.employee_id));
    }
    Ok(axum::Json(page.map(ViolationView::from)))
}
