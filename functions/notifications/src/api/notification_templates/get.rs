//! `GET /api/v1/notification-templates/{template}`: reads a template in one language, with all its versions.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Path, Problem, Query, Valid, Versioned};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{api::Api, domain::language::Language, store::TemplateVersion};

lambda::endpoint!(NOTIFICATION_TEMPLATES_GET, get(handle), Api);

/// In which language.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// English unless told.
    #[serde(default)]
    #[param(value_type = Option<Language>)]
    pub language: Language,
}

/// A template in one language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateView {
    /// The current version.
    #[serde(flatten)]
    pub current: TemplateVersion,
    /// Every version, the oldest first; none was ever edited.
    pub versions: Vec<TemplateVersion>,
}

/// Reads a template.
#[utoipa::path(get, path = "/api/v1/notification-templates/{template}", operation_id = "notification-templates-get",
    tag = "notification-templates",
    params(("template" = String, Path), Filter),
    responses((status = 200, body = TemplateView), (status = 404, description = "No template has this name")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(name): Path<String>,
    Valid(Query(filter)): Valid<Query<Filter>>,
) -> Result<Versioned<TemplateView>, Problem> {
    let versions = api.store.template_versions(&name, filter.language).await?;
    let current = versions.last().cloned().ok_or_else(|| Error::not_found("template"))?;
    Ok(Versioned(u64::from(current.version), TemplateView { current, versions }))
}
