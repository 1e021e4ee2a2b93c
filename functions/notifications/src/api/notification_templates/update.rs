//! `PUT /api/v1/notification-templates/{template}`: creates a new version of a template in one language. Publishes
//! `notification.template_updated`.

use axum::extract::State;
use garde::Validate;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::{
        builtin_templates::TemplateName,
        language::Language,
        template::{TemplateSource, check_template},
    },
    store::TemplateVersion,
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_UPDATE, put(handle), Api);

/// Source of a new template version.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewTemplateVersion {
    /// Language of the new version.
    pub language: Language,
    /// Source of the title: one line of 1 to 500 characters.
    #[garde(custom(fields::check_title_source))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x08\x0a-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0a-\x1f\x7f-\x9f]*$"
    )]
    pub title: String,
    /// Source of the text part: 1 to 10,000 characters.
    #[garde(custom(fields::check_text_source))]
    #[schema(
        min_length = 1,
        max_length = 10_000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    pub text: String,
    /// Source of the HTML part: 1 to 15,000 characters. Default: generated from the text.
    #[garde(inner(custom(fields::check_html_source)))]
    #[schema(
        min_length = 1,
        max_length = 15_000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    pub html: Option<String>,
}

/// Creates a new version of a template.
///
/// Each call creates a version, even of the same source; with `If-Match`, a repetition is refused. New notifications use it
/// at once. The template is first rendered with example values and without values, and refused if that fails.
#[utoipa::path(put, path = "/api/v1/notification-templates/{template}", operation_id = "notification-templates-update",
    tag = "notification templates",
    params(("template" = TemplateName, Path, description = "Name of the template."), IfMatch),
    request_body = NewTemplateVersion,
    responses(
        (status = 200, body = TemplateVersion, description = "New current version."),
        (status = 404, description = "`not_found`: no template has this name."),
        (status = 412, description = "`stale`: another version was created after the template was read."),
        (status = 422, description = "`invalid`: a part of the template cannot be rendered; the pointer names the part, the detail the line.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(template): Path<TemplateName>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<NewTemplateVersion>>,
) -> Result<Versioned<TemplateVersion>, Problem> {
    let origin = caller.origin();
    let before = api.store.current_or_builtin_template(template, body.language).await?;
    if_match.require(before.version)?;
    let source = TemplateSource { title: body.title, text: body.text, html: body.html };
    check_template(&source, body.language)?;
    let next = TemplateVersion {
        template,
        language: body.language,
        version: before.value.version.saturating_add(1),
        source,
        created_by: Some(origin.actor.clone()),
        created_at: Some(origin.at),
    };
    let version = api.store.create_template_version(origin, &before, &next).await?;
    Ok(Versioned(version, next))
}
