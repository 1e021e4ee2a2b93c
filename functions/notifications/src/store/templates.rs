//! Templates: the current version per language, and all earlier versions. Versions are never changed.

use events::{EventType, Fact};
use jiff::Timestamp;
use kernel::{Actor, EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::{Key, Query, Write, from_item, put_if_unchanged, read_stored};
use utoipa::ToSchema;

use super::{NotificationStore, Stored};
use crate::{
    domain::{
        builtin_templates::{self, TemplateName},
        language::Language,
        template::TemplateSource,
    },
    messages,
};

const VERSIONS_MAX: usize = 1000;

/// Version of a template in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TemplateVersion {
    /// Name of the template.
    pub template: TemplateName,
    /// Language of the version.
    pub language: Language,
    /// Version, counted from 1; 0 is the built-in version.
    pub version: u32,
    /// Source of the title, text and HTML part.
    #[serde(flatten)]
    pub source: TemplateSource,
    /// Author of the version; absent for the built-in version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<EmployeeId>, nullable = false)]
    pub created_by: Option<Actor>,
    /// Time at which the version was created; absent for the built-in version.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = DateTime, nullable = false)]
    pub created_at: Option<Timestamp>,
}

fn template_partition(template: TemplateName) -> String {
    format!("TEMPLATE#{template}")
}

fn current_template_key(template: TemplateName, language: Language) -> Key {
    Key::new(template_partition(template), language.as_str())
}

fn template_version_key(template: TemplateName, language: Language, version: u32) -> Key {
    Key::new(template_partition(template), format!("{language}#{version:06}"))
}

fn builtin_version(template: TemplateName, language: Language) -> TemplateVersion {
    let source = builtin_templates::builtin_source(template, language);
    TemplateVersion { template, language, version: 0, source, created_by: None, created_at: None }
}

impl NotificationStore {
    /// Current version of a template; the built-in one with version 0 if no other was created. The read is not consistent.
    pub async fn current_or_builtin_template(
        &self,
        template: TemplateName,
        language: Language,
    ) -> Result<Stored<TemplateVersion>> {
        let item = self.table.get(&current_template_key(template, language)).await?;
        let builtin = || Stored { value: builtin_version(template, language), version: 0 };
        Ok(item.map(read_stored).transpose()?.unwrap_or_else(builtin))
    }

    /// One version of a template.
    ///
    /// # Errors
    /// 404 `not_found` if the version does not exist.
    pub async fn get_template_version(
        &self,
        template: TemplateName,
        language: Language,
        version: u32,
    ) -> Result<TemplateVersion> {
        if version == 0 {
            return Ok(builtin_version(template, language));
        }
        let item = self.table.get_consistent(&template_version_key(template, language, version)).await?;
        item.map(from_item).transpose()?.ok_or_else(|| Error::not_found(messages::template_version()))
    }

    /// All versions of a template, the oldest first, which is the built-in one.
    pub async fn list_template_versions(
        &self,
        template: TemplateName,
        language: Language,
    ) -> Result<Vec<TemplateVersion>> {
        let mut versions = vec![builtin_version(template, language)];
        let query = Query::partition(template_partition(template)).begins_with(&format!("{language}#")).consistent();
        for item in self.table.query_all(query, VERSIONS_MAX).await? {
            versions.push(from_item(item)?);
        }
        Ok(versions)
    }

    /// Current versions of all templates in all languages, by name and language.
    pub async fn list_templates(&self) -> Result<Vec<TemplateVersion>> {
        let all = || {
            TemplateName::ALL.iter().flat_map(|name| Language::ALL.into_iter().map(move |language| (*name, language)))
        };
        let keys: Vec<_> = all().map(|(name, language)| current_template_key(name, language)).collect();
        let items = self.table.get_many(&keys).await?;
        let stored = items.into_iter().map(from_item).collect::<Result<Vec<TemplateVersion>>>()?;
        let current = |(name, language)| {
            let newer = stored.iter().find(|version| version.template == name && version.language == language);
            newer.cloned().unwrap_or_else(|| builtin_version(name, language))
        };
        Ok(all().map(current).collect())
    }

    /// Adds the next version of a template, makes it the current one, and returns its number.
    ///
    /// # Errors
    /// 412 `stale` if another version was added since `before` was read.
    pub async fn create_template_version(
        &self,
        origin: &Origin,
        before: &Stored<TemplateVersion>,
        next: &TemplateVersion,
    ) -> Result<u64> {
        let current = put_if_unchanged(current_template_key(next.template, next.language), next, before.version);
        let entity = format!("{}.{}", next.template, next.language);
        let fact = Fact::new(EventType::NotificationTemplateUpdated, "NotificationTemplate", entity);
        let version =
            Write::create(template_version_key(next.template, next.language, next.version), next).joins_lead_event();
        let committed = self.table.transact(origin, vec![current.publishes(fact), version]).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::version_mismatch()))?;
        Ok(before.version + 1)
    }
}
