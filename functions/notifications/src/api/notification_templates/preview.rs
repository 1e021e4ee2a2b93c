//! `POST /api/v1/notification-templates/{template}/preview`: shows what a template would say. Writes nothing.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Json, Path, Problem, Valid};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::{
        language::Language,
        template::{RenderedTemplate, render, sample_context},
    },
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_PREVIEW, post(handle), Api);

/// What to fill which version with.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TemplatePreviewRequest {
    /// The language; English unless told.
    #[serde(default)]
    pub language: Language,
    /// The version; the current one unless told, 0 for the one that ships.
    pub version: Option<u32>,
    /// What to fill it with; an example unless told.
    #[garde(inner(custom(fields::context)))]
    #[schema(value_type = Option<Object>)]
    pub context: Option<serde_json::Map<String, Value>>,
}

/// What a template would say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplatePreview {
    /// The template.
    pub template: String,
    /// The language.
    pub language: Language,
    /// The version.
    pub version: u32,
    /// Its words.
    #[serde(flatten)]
    pub words: RenderedTemplate,
}

/// Shows what a template would say.
#[utoipa::path(post, path = "/api/v1/notification-templates/{template}/preview",
    operation_id = "notification-templates-preview", tag = "notification-templates",
    params(("template" = String, Path)),
    request_body = TemplatePreviewRequest,
    responses(
        (status = 200, body = TemplatePreview),
        (status = 404, description = "No template has this name, or no such version"),
        (status = 422, description = "It cannot be filled with this")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(name): Path<String>,
    Valid(Json(wanted)): Valid<Json<TemplatePreviewRequest>>,
) -> Result<axum::Json<TemplatePreview>, Problem> {
    let language = wanted.language;
    let version = match wanted.version {
        Some(version) => api.store.template_version(&name, language, version).await?,
        None => api.store.template(&name, language).await?.value,
    };
    let context = wanted.context.map_or_else(sample_context, Value::Object);
    let words = render(&version.source, language, &context).map_err(|broken| {
        Error::invalid("/context", "template_broken", format!("{}: {}", broken.part, broken.detail))
    })?;
    Ok(axum::Json(TemplatePreview { template: name, language, version: version.version, words }))
}
