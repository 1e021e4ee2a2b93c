//! `GET /api/v1/notification-templates`: lists all templates with their current versions.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::Api,
    domain::{builtin_templates::TemplateName, language::Language},
    store::TemplateVersion,
};

lambda::endpoint!(NOTIFICATION_TEMPLATES_LIST, get(handle), Api);

/// Current version of a template in one language.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateEntry {
    /// Name of the template.
    pub template: TemplateName,
    /// Language of the version.
    pub language: Language,
    /// Current version; 0 is the built-in version.
    pub version: u32,
    /// Source of the title, with its placeholders.
    pub title: String,
}

impl From<TemplateVersion> for TemplateEntry {
    fn from(from: TemplateVersion) -> Self {
        Self { template: from.template, language: from.language, version: from.version, title: from.source.title }
    }
}

/// Lists all templates in all languages, sorted by name and language.
#[utoipa::path(get, path = "/api/v1/notification-templates", operation_id = "notification-templates-list",
    tag = "notification templates",
    responses((status = 200, body = Page<TemplateEntry>, description = "All templates, on one page.")))]
pub async fn handle(State(api): State<Api>, _caller: Caller) -> Result<axum::Json<Page<TemplateEntry>>, Problem> {
    let templates = api.store.list_templates().await?;
    Ok(axum::Json(Page { items: templates.into_iter().map(TemplateEntry::from).collect(), next_cursor: None }))
}
