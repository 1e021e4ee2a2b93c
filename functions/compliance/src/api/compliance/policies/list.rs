//! `GET /api/v1/compliance/policies`: lists policies by subject, each as its latest version says, or the one of a day.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{Limit, Page};
use lambda::http::{Caller, Problem, Query, Valid};
use policy::{Kind, Policy};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::{Api, compliance::whole_list_page::page, fields, view::PolicyView};
use crate::domain::policies::{by_policy, in_force};

lambda::endpoint!(COMPLIANCE_POLICIES_LIST, get(handle), Api);

/// Which policies.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of this kind.
    pub kind: Option<Kind>,
    /// Those that apply on this day, each with the version that does; otherwise the latest version of every policy.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub effective_on: Option<Date>,
    /// About this: `leave:annual`, `training:fire-safety`, `attendance`.
    #[garde(inner(custom(fields::subject)))]
    pub subject: Option<String>,
    /// 1 to 100 policies, 25 unless told.
    #[serde(default)]
    #[param(value_type = Option<u16>)]
    pub limit: Limit,
    /// Where the last page ended.
    pub cursor: Option<String>,
}

/// Lists policies.
#[utoipa::path(get, path = "/api/v1/compliance/policies", operation_id = "compliance-policies-list", tag = "compliance",
    params(Filter),
    responses((status = 200, body = Page<PolicyView>), (status = 400, description = "A cursor that does not open")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<axum::Json<Page<PolicyView>>, Problem> {
    let Filter { kind, effective_on, subject, limit, cursor } = filter;
    let question = format!("{}?{kind:?}&{effective_on:?}&{subject:?}", access::COMPLIANCE_POLICIES_LIST.name);
    let view = caller.view(question);
    let (sealer, all) = tokio::try_join!(api.sealer(caller.origin().at), api.store.policies())?;
    let shown = by_policy(&all).into_values().filter_map(|versions| match effective_on {
        Some(day) => in_force(&versions, day),
        None => versions.last().copied(),
    });
    let wanted = |policy: &&Policy| {
        kind.is_none_or(|kind| policy.kind() == kind)
            && subject.as_ref().is_none_or(|subject| policy.subject() == *subject)
    };
    let mut policies: Vec<Policy> = shown.filter(wanted).cloned().collect();
    policies.sort_by_cached_key(place);
    let page = page(policies, place, limit, cursor.as_deref(), (&sealer, &view))?;
    Ok(axum::Json(page.map(PolicyView::from)))
}

/// By subject, then in the order in which they were made.
fn place(policy: &Policy) -> String {
    format!("{}#{}", policy.subject(), policy.reference.policy_id)
}
