//! `POST /api/v1/notification-templates/{template}/preview`: renders a template. Writes nothing.

use axum::extract::State;
use garde::Validate;
use kernel::Error;
use lambda::http::{Caller, Json, Path, Problem, Valid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::{
        builtin_templates::TemplateName,
        context::TemplateContext,
        language::Language,
        template::{RenderedTemplate, render, sample_context},
    },
    messages,
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_PREVIEW, post(handle), Api);

/// Version of a template to render, and the values that it is rendered with.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TemplatePreviewRequest {
    /// Language of the template. Default: `en`.
    #[serde(default)]
    pub language: Language,
    /// Version of the template; 0 is the built-in version. Default: the current version.
    #[schema(maximum = 4_294_967_295_u32)]
    pub version: Option<u32>,
    /// Values that the template is rendered with. Default: example values.
    #[garde(inner(custom(fields::check_context_values)))]
    #[schema(value_type = Option<TemplateContext>)]
    pub context: Option<Map<String, Value>>,
}

/// Rendered template with its version.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplatePreview {
    /// Name of the template.
    pub template: TemplateName,
    /// Language of the template.
    pub language: Language,
    /// Version that was rendered.
    pub version: u32,
    /// Rendered title, text and HTML part.
    #[serde(flatten)]
    pub rendered: RenderedTemplate,
}

/// Renders a template with example values or a given context.
///
/// It writes and sends nothing.
#[utoipa::path(post, path = "/api/v1/notification-templates/{template}/preview",
    operation_id = "notification-templates-preview", tag = "notification templates",
    params(("template" = TemplateName, Path, description = "Name of the template.")),
    request_body = TemplatePreviewRequest,
    responses(
        (status = 200, body = TemplatePreview, description = "Rendered template."),
        (status = 404, description = "`not_found`: no template has this name, or the template has no such version."),
        (status = 422, description = "`invalid`: the template cannot be rendered with this context.")))]
pub async fn handle(
    State(api): State<Api>,
    _caller: Caller,
    Path(template): Path<TemplateName>,
    Valid(Json(body)): Valid<Json<TemplatePreviewRequest>>,
) -> Result<axum::Json<TemplatePreview>, Problem> {
    let language = body.language;
    let version = match body.version {
        Some(version) => api.store.get_template_version(template, language, version).await?,
        None => api.store.current_or_builtin_template(template, language).await?.value,
    };
    let context = body.context.map_or_else(sample_context, Value::Object);
    let rendered = render(&version.source, language, &context).map_err(|fault| {
        Error::invalid("/context", "template_broken", messages::template_part(fault.part, fault.cause))
    })?;
    Ok(axum::Json(TemplatePreview { template, language, version: version.version, rendered }))
}
