//! `GET /api/v1/compliance/policies`: lists policies by subject, each as its latest version says, or the one of a day.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::Page;
use lambda::http::{PageQuery, Paged, Problem};
use policy::{Policy, PolicyKind};
use serde::Deserialize;
use store::Order;
use utoipa::IntoParams;

use super::view::PolicyView;
use crate::{
    api::{Api, fields},
    domain::policies::{group_by_policy, in_force},
};

lambda::endpoint!(COMPLIANCE_POLICIES_LIST, get(handle), Api);

/// Which policies.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<PolicyKind>,
    /// Those that apply on this day, each with the version that does; otherwise the latest version of every policy.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub effective_on: Option<Date>,
    /// About this: `leave:annual`, `training:fire-safety`, `attendance`.
    #[garde(inner(custom(fields::subject)))]
    pub subject: Option<String>,
}

/// Lists policies.
#[utoipa::path(get, path = "/api/v1/compliance/policies", operation_id = "compliance-policies-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, body = Page<PolicyView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<PolicyView>>, Problem> {
    let Filter { kind, effective_on, subject } = filter;
    let all = api.store.list_policy_versions().await?;
    let shown = group_by_policy(&all).into_values().filter_map(|versions| match effective_on {
        Some(day) => in_force(&versions, day),
        None => versions.last().copied(),
    });
    let wanted = |policy: &&Policy| {
        kind.is_none_or(|kind| policy.kind() == kind)
            && subject.as_ref().is_none_or(|subject| policy.subject() == *subject)
    };
    let mut policies: Vec<Policy> = shown.filter(wanted).cloned().collect();
    policies.sort_by_cached_key(place);
    Ok(axum::Json(page.page_of_all(policies, place, Order::Ascending)?.map(PolicyView::from)))
}

/// By subject, then in the order in which they were made.
fn place(policy: &Policy) -> String {
    format!("{}#{}", policy.subject(), policy.reference.policy_id)
}
