//! What people want to hear.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use store::{create_or_replace, from_item, is_technical, version_of};

use super::{NotificationStore, Stored, person_key};
use crate::domain::preference::Preferences;

const SK: &str = "PREFERENCES";

impl NotificationStore {
    /// What somebody wants; version 0 is what everybody has who never said anything.
    pub async fn preferences(&self, person: EmployeeId) -> Result<Stored<Preferences>> {
        let Some(mut item) = self.table.get_consistent(&person_key(person, SK)).await? else {
            return Ok(Stored { value: Preferences::initial(), version: 0 });
        };
        let version = version_of(&item);
        // What people say is read strictly, and so is what they said.
        item.retain(|name, _| !is_technical(name));
        Ok(Stored { value: from_item(item)?, version })
    }

    /// Keeps what somebody wants, in place of the version that was read.
    ///
    /// # Errors
    /// 412 when it changed meanwhile; 503.
    pub async fn update_preferences(
        &self,
        origin: &Origin,
        person: EmployeeId,
        wants: &Preferences,
        version: u64,
    ) -> Result<u64> {
        let key = person_key(person, SK);
        let fact = Fact::new(EventType::NotificationPreferencesChanged, "NotificationPreferences", person);
        let committed = self.table.commit(origin, create_or_replace(key, wants, version).publishes(fact)).await;
        committed
            .map(|committed| committed.version)
            .map_err(|refusal| refusal.map_condition(|_, _| Error::version_mismatch()))
    }
}
