//! `PUT /api/v1/notification-templates/{template}`: makes a new version of a template in one language. Publishes
//! `notification.template_updated`.

use axum::extract::State;
use garde::Validate;
use lambda::http::{Caller, IfMatch, Json, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    api::{Api, fields},
    domain::{
        language::Language,
        template::{TemplateSource, check},
    },
    store::TemplateVersion,
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_UPDATE, put(handle), Api);

/// The words of a new version.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewTemplateVersion {
    /// The language.
    pub language: Language,
    /// One line, 1 to 500 characters.
    #[garde(custom(fields::title_source))]
    pub title: String,
    /// The text part, 1 to 10,000 characters.
    #[garde(custom(fields::text_source))]
    pub text: String,
    /// The HTML part, up to 15,000 characters; it follows from the text when there is none.
    #[garde(inner(custom(fields::html_source)))]
    pub html: Option<String>,
}

/// Makes a new version of a template. It is tried out first: one that cannot be filled is not kept.
#[utoipa::path(put, path = "/api/v1/notification-templates/{template}", operation_id = "notification-templates-update",
    tag = "notification-templates",
    params(("template" = String, Path), ("If-Match" = Option<String>, Header, description = "ETag of the last read")),
    request_body = NewTemplateVersion,
    responses(
        (status = 200, body = TemplateVersion),
        (status = 404, description = "No template has this name"),
        (status = 412, description = "Another version was made since it was read"),
        (status = 422, description = "A part does not compile, or cannot be filled: the pointer names it, the detail the line")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(name): Path<String>,
    named: IfMatch,
    Valid(Json(body)): Valid<Json<NewTemplateVersion>>,
) -> Result<Versioned<TemplateVersion>, Problem> {
    let origin = caller.origin();
    let before = api.store.template(&name, body.language).await?;
    named.require(before.version)?;
    let source = TemplateSource { title: body.title, text: body.text, html: body.html };
    check(&source, body.language)?;
    let next = TemplateVersion {
        template: name,
        language: body.language,
        version: before.value.version.saturating_add(1),
        source,
        created_by: Some(origin.actor.clone()),
        created_at: Some(origin.at),
    };
    let version = api.store.create_template_version(origin, &before, &next).await?;
    Ok(Versioned(version, next))
}
