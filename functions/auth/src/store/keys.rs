//! The published keys, and the circuit breaker towards the outside identity provider.

use kernel::{Error, Origin, Result};
use lambda::{breaker::Breaker, keys::Published};
use store::{Key, Write, from_item, version_of};

use super::Store;

fn breaker_key() -> Key {
    Key::new("BREAKER#jwks", "BREAKER")
}

impl Store {
    /// The published keys and their version, as they stand.
    pub async fn published(&self) -> Result<Option<(Published, u64)>> {
        let Some(item) = self.table.get_fresh(&lambda::keys::key()).await? else { return Ok(None) };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Publishes keys in place of those that were read. Says nothing on the bus: keys are public and derived.
    ///
    /// # Errors
    /// 409 when another run was faster.
    pub async fn publish(&self, origin: &Origin, keys: &Published, over: Option<u64>) -> Result<()> {
        let write = match over {
            Some(version) => Write::replace(lambda::keys::key(), keys, version),
            None => Write::create(lambda::keys::key(), keys),
        };
        let refused = |_, _| Error::conflict("busy", "Another run has just published keys.");
        self.table.commit(origin, write).await.map(drop).map_err(|refusal| refusal.or(refused))
    }

    /// The circuit breaker, as it stands.
    pub async fn breaker(&self) -> Result<Breaker> {
        Ok(self.table.get_fresh(&breaker_key()).await?.map(from_item).transpose()?.unwrap_or_default())
    }

    /// Remembers what came of the calls. Two runs at once may overwrite each other: a count is lost, no key.
    pub async fn keep_breaker(&self, origin: &Origin, breaker: &Breaker) -> Result<()> {
        let write = Write::put(breaker_key(), breaker);
        self.table
            .commit(origin, write)
            .await
            .map(drop)
            .map_err(|refusal| refusal.or(|_, _| Error::internal("no condition")))
    }
}
