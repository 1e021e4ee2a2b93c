//! The published keys, and the circuit breaker towards the outside identity provider.

use kernel::{Code, Error, Origin, Result};
use lambda::{breaker::Breaker, keys::PublishedKeys};
use store::{Key, Write, from_item, version_of};

use super::AuthStore;

fn breaker_key() -> Key {
    Key::new("BREAKER#jwks", "BREAKER")
}

impl AuthStore {
    /// The published keys and their version, as they stand.
    pub async fn get_published_keys(&self) -> Result<Option<(PublishedKeys, u64)>> {
        let Some(item) = self.table.get_consistent(&lambda::keys::key()).await? else { return Ok(None) };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Publishes keys in place of those that were read. Says nothing on the bus: keys are public and derived.
    ///
    /// # Errors
    /// 409 when another run was faster.
    pub async fn update_published_keys(&self, origin: &Origin, keys: &PublishedKeys, over: Option<u64>) -> Result<()> {
        let write = match over {
            Some(version) => Write::replace(lambda::keys::key(), keys, version),
            None => Write::create(lambda::keys::key(), keys),
        };
        let refused = |_, _| Error::new(Code::Busy, "Another run has just published keys.");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.map_condition(refused))
    }

    /// The circuit breaker, as it stands.
    pub async fn breaker(&self) -> Result<Breaker> {
        Ok(self.table.get_consistent(&breaker_key()).await?.map(from_item).transpose()?.unwrap_or_default())
    }

    /// Remembers what came of the calls. Two runs at once may overwrite each other: a count is lost, no key.
    pub async fn update_breaker(&self, origin: &Origin, breaker: &Breaker) -> Result<()> {
        let write = Write::put(breaker_key(), breaker);
        self.table
            .commit(origin, write)
            .await
            .map(drop)
            .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("no condition")))
    }
}
