//! Templates: the current version of each language, and every version before. None is ever edited.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Actor, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::{Key, Query, Write, create_or_replace, from_item, read_stored};
use utoipa::ToSchema;

use super::{NotificationStore, Stored};
use crate::domain::{builtin_templates, language::Language, template::TemplateSource};

const VERSIONS_MAX: usize = 1000;

/// One version of a template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateVersion {
    /// The template's name.
    pub template: String,
    /// The language.
    pub language: Language,
    /// From 1; 0 is the one that ships.
    pub version: u32,
    /// The words.
    #[serde(flatten)]
    pub source: TemplateSource,
    /// Who wrote it; nobody wrote what ships.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>)]
    pub created_by: Option<Actor>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
}

fn pk(template: &str) -> String {
    format!("TEMPLATE#{template}")
}

fn current_key(template: &str, language: Language) -> Key {
    Key::new(pk(template), language.as_str())
}

fn version_key(template: &str, language: Language, version: u32) -> Key {
    Key::new(pk(template), format!("{language}#{version:06}"))
}

/// Version 0.
fn shipped(template: &str, language: Language) -> Result<TemplateVersion> {
    let source = builtin_templates::source(template, language).ok_or_else(|| Error::not_found("template"))?;
    Ok(TemplateVersion {
        template: template.to_owned(),
        language,
        version: 0,
        source,
        created_by: None,
        created_at: None,
    })
}

impl NotificationStore {
    /// The current version in this language.
    ///
    /// # Errors
    /// 404 for a template that does not ship; 503.
    pub async fn template(&self, template: &str, language: Language) -> Result<Stored<TemplateVersion>> {
        let shipped = shipped(template, language)?;
        let item = self.table.get(&current_key(template, language)).await?;
        item.map(read_stored).transpose().map(|found| found.unwrap_or(Stored { value: shipped, version: 0 }))
    }

    /// One version in this language.
    ///
    /// # Errors
    /// 404; 503.
    pub async fn template_version(&self, template: &str, language: Language, version: u32) -> Result<TemplateVersion> {
        if version == 0 {
            return shipped(template, language);
        }
        let item = self.table.get_consistent(&version_key(template, language, version)).await?;
        item.map(from_item).transpose()?.ok_or_else(|| Error::not_found("version of this template"))
    }

    /// Every version of a template in one language, the oldest first.
    ///
    /// # Errors
    /// 404 for a template that does not ship; 503.
    pub async fn template_versions(&self, template: &str, language: Language) -> Result<Vec<TemplateVersion>> {
        let mut versions = vec![shipped(template, language)?];
        let query = Query::partition(pk(template)).begins_with(&format!("{language}#")).consistent();
        for item in self.table.query_all(query, VERSIONS_MAX).await? {
            versions.push(from_item(item)?);
        }
        Ok(versions)
    }

    /// The current version of every template in every language, by name and language.
    pub async fn templates(&self) -> Result<Vec<TemplateVersion>> {
        let all = || {
            builtin_templates::NAMES
                .iter()
                .flat_map(|name| Language::ALL.into_iter().map(move |language| (*name, language)))
        };
        let keys: Vec<_> = all().map(|(name, language)| current_key(name, language)).collect();
        let items = self.table.get_many(&keys).await?;
        let written = items.into_iter().map(from_item).collect::<Result<Vec<TemplateVersion>>>()?;
        let current = |(name, language)| {
            let newer = written.iter().find(|one| one.template == name && one.language == language);
            newer.cloned().map_or_else(|| shipped(name, language), Ok)
        };
        all().map(current).collect()
    }

    /// Makes the next version of a template: the current one, and one that stays.
    ///
    /// # Errors
    /// 412 when another one was made meanwhile; 503.
    pub async fn create_template_version(
        &self,
        origin: &Origin,
        before: &Stored<TemplateVersion>,
        next: &TemplateVersion,
    ) -> Result<u64> {
        let key = current_key(&next.template, next.language);
        let current = create_or_replace(key, next, before.version);
        let entity = format!("{}.{}", next.template, next.language);
        let fact = Fact::new(EventType::NotificationTemplateUpdated, "NotificationTemplate", entity);
        let kept = Write::create(version_key(&next.template, next.language, next.version), next).joins_lead_event();
        let committed = self.table.transact(origin, vec![current.publishes(fact), kept]).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::version_mismatch()))?;
        Ok(before.version + 1)
    }
}
