//! `GET /api/v1/compliance/policies`: lists policies by subject, in their latest version or in the version of a day.

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
    domain::policies::{group_by_policy, version_in_force},
};

lambda::endpoint!(COMPLIANCE_POLICIES_LIST, get(handle), Api);

/// Filter of the policy list; all given values must match.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only policies of this kind. Default: all kinds.
    pub kind: Option<PolicyKind>,
    /// Only policies that apply on this day, each in the version of that day. Default: all, in their latest version,
    /// even if it has not begun or has ended.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub effective_on: Option<Date>,
    /// Only policies with exactly this subject, such as `leave:annual`, `training:Fire safety` or `attendance`.
    /// Default: all.
    #[garde(inner(custom(fields::check_search_text)))]
    #[param(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub subject: Option<String>,
}

/// Lists policies, sorted by subject.
///
/// The subject is the kind, for some kinds followed by a colon and the leave type, the course or the records.
#[utoipa::path(get, path = "/api/v1/compliance/policies", operation_id = "compliance-policies-list", tag = "compliance",
    params(Filter, PageQuery),
    responses((status = 200, description = "One page of policies, sorted by subject.", body = Page<PolicyView>)))]
pub async fn handle(
    State(api): State<Api>,
    Paged { filter, page }: Paged<Filter>,
) -> Result<axum::Json<Page<PolicyView>>, Problem> {
    let Filter { kind, effective_on, subject } = filter;
    let all = api.store.list_all_policy_versions().await?;
    let versions = group_by_policy(&all).into_values().filter_map(|versions| match effective_on {
        Some(day) => version_in_force(&versions, day),
        None => versions.last().copied(),
    });
    let matches = |policy: &&Policy| {
        kind.is_none_or(|kind| policy.kind() == kind)
            && subject.as_ref().is_none_or(|subject| policy.subject() == *subject)
    };
    let mut policies: Vec<Policy> = versions.filter(matches).cloned().collect();
    policies.sort_by_cached_key(subject_sort_key);
    Ok(axum::Json(page.page_of_all(policies, subject_sort_key, Order::Ascending)?.map(PolicyView::from)))
}

/// Sort key that orders policies by subject, then by time of creation.
fn subject_sort_key(policy: &Policy) -> String {
    format!("{}#{}", policy.subject(), policy.reference.policy_id)
}
