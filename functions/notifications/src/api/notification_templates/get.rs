//! `GET /api/v1/notification-templates/{template}`: reads a template in one language, with all its versions.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Path, Problem, Query, Valid, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::Api,
    domain::{builtin_templates::TemplateName, language::Language},
    messages,
    store::TemplateVersion,
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_GET, get(handle), Api);

/// Query of one template.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// Language of the template. Default: `en`.
    #[serde(default)]
    #[param(value_type = Option<Language>)]
    pub language: Language,
}

/// Template in one language, with all its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateView {
    /// Current version of the template.
    #[serde(flatten)]
    pub current: TemplateVersion,
    /// All versions of the template in the language, from the built-in one to the current one.
    pub versions: Vec<TemplateVersion>,
}

/// Returns a template in one language, with all its versions.
#[utoipa::path(get, path = "/api/v1/notification-templates/{template}", operation_id = "notification-templates-get",
    tag = "notification templates",
    params(("template" = TemplateName, Path, description = "Name of the template."), TemplateQuery),
    responses(
        (status = 200, body = TemplateView, description = "Template with all its versions."),
        (status = 404, description = "`not_found`: no template has this name.")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(template): Path<TemplateName>,
    Valid(Query(query)): Valid<Query<TemplateQuery>>,
) -> Result<Versioned<TemplateView>, Problem> {
    let versions = api.store.list_template_versions(template, query.language).await?;
    let current = versions.last().cloned().ok_or_else(|| Error::not_found(messages::template()))?;
    Ok(Versioned(u64::from(current.version), TemplateView { current, versions }))
}
