//! Notification preferences.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use store::{from_item, is_technical_attribute, put_if_unchanged, version_of};

use super::{NotificationStore, Stored, person_key};
use crate::domain::preference::Preferences;

const SK: &str = "PREFERENCES";

impl NotificationStore {
    /// Preferences of a person; the defaults with version 0 if none are stored.
    pub async fn preferences_or_defaults(&self, person: EmployeeId) -> Result<Stored<Preferences>> {
        let Some(mut item) = self.table.get_consistent(&person_key(person, SK)).await? else {
            return Ok(Stored { value: Preferences::initial(), version: 0 });
        };
        let version = version_of(&item);
        // `Preferences` refuses unknown fields, so the technical attributes must be removed.
        item.retain(|name, _| !is_technical_attribute(name));
        Ok(Stored { value: from_item(item)?, version })
    }

    /// Stores preferences if the stored ones still have this version (0: none are stored). Returns the new version.
    ///
    /// # Errors
    /// 412 `stale` if they have changed since.
    pub async fn save_preferences(
        &self,
        origin: &Origin,
        person: EmployeeId,
        preferences: &Preferences,
        version: u64,
    ) -> Result<u64> {
        let key = person_key(person, SK);
        let fact = Fact::new(EventType::NotificationPreferencesChanged, "NotificationPreferences", person);
        let committed = self.table.commit(origin, put_if_unchanged(key, preferences, version).publishes(fact)).await;
        committed
            .map(|committed| committed.version)
            .map_err(|refusal| refusal.map_condition(|_, _| Error::version_mismatch()))
    }
}
