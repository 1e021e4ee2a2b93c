//! `GET /api/v1/compliance/violations`: lists violations, newest first.
//!
//! Without `employee_id`, managers see the violations of their reports, and other employees their own.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Page, PolicyId};
use lambda::http::{Caller, PageQuery, Paged, Problem};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ViolationView;
use crate::{
    api::{Api, compliance::people_in_scope::ListScope, fields},
    store::ViolationFilter,
};

lambda::endpoint!(COMPLIANCE_VIOLATIONS_LIST, get(handle), Api);

/// Filter of the violation list; all given values must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only violations of this employee. Default: everybody for HR, administrators and auditors, the direct reports for
    /// managers, and otherwise the caller.
    pub employee_id: Option<EmployeeId>,
    /// Only violations of this policy, in any version. Default: all policies.
    pub policy_id: Option<PolicyId>,
    /// Only violations that were detected on this day in UTC or later.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Only violations that were detected on this day in UTC or earlier; not before `from`.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// True for acknowledged violations only, false for the others only. Default: both.
    pub acknowledged: Option<bool>,
}

/// Lists violations, newest first.
///
/// HR, administrators and auditors see all violations. Managers see those of their direct reports, and with
/// `employee_id` those of any report or their own. Others see their own.
#[utoipa::path(get, path = "/api/v1/compliance/violations", operation_id = "compliance-violations-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, description = "One page of violations, newest first.", body = Page<ViolationView>),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<ViolationView>>, Problem> {
    let Filter { employee_id, policy_id: policy, from, to, acknowledged } = filter;
    fields::check_date_range(from, to)?;
    let scope = ListScope::for_caller(&caller, employee_id).await?;
    let filter = ViolationFilter { employee: scope.employee, manager: scope.manager, policy, from, to, acknowledged };
    let mut page = api.store.list_violations(&filter, &page).await?;
    scope.retain_in_scope(&caller, &mut page, |violation| violation.employee_id).await?;
    Ok(axum::Json(page.map(ViolationView::from)))
}
