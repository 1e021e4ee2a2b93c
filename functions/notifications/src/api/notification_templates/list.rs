//! `GET /api/v1/notification-templates`: lists all templates with their current versions.

use axum::extract::State;
use kernel::Page;
use lambda::http::{Caller, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{api::Api, domain::language::Language, store::TemplateVersion};

lambda::endpoint!(NOTIFICATION_TEMPLATES_LIST, get(handle), Api);

/// A template in one language, as it is now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TemplateEntry {
    /// The name.
    pub template: String,
    /// The language.
    pub language: Language,
    /// The current version; 0 is the one that ships.
    pub version: u32,
    /// Its title, unfilled.
    pub title: String,
}

impl From<TemplateVersion> for TemplateEntry {
    fn from(from: TemplateVersion) -> Self {
        Self { template: from.template, language: from.language, version: from.version, title: from.source.title }
    }
}

/// Lists templates, by name and language. There are as many as there are, on one page.
#[utoipa::path(get, path = "/api/v1/notification-templates", operation_id = "notification-templates-list",
    tag = "notification-templates",
    responses((status = 200, body = Page<TemplateEntry>)))]
pub async fn handle(State(api): State<Api>, _caller: Caller) -> Result<axum::Json<Page<TemplateEntry>>, Problem> {
    let templates = api.store.templates().await?;
    Ok(axum::Json(Page { items: templates.into_iter().map(TemplateEntry::from).collect(), next_cursor: None }))
}
