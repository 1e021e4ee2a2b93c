//! Published keys, and the circuit breaker of the external identity provider.

use kernel::{Code, Error, Origin, Result};
use lambda::{breaker::Breaker, published_keys::PublishedKeys};
use store::{Key, Write, from_item, version_of};

use super::AuthStore;
use crate::messages;

fn breaker_key() -> Key {
    Key::new("BREAKER#jwks", "BREAKER")
}

impl AuthStore {
    /// Published keys with their version, read consistently; `None` if none are published yet.
    pub async fn find_published_keys(&self) -> Result<Option<(PublishedKeys, u64)>> {
        let Some(item) = self.table.get_consistent(&lambda::published_keys::published_keys_key()).await? else {
            return Ok(None);
        };
        let version = version_of(&item);
        Ok(Some((from_item(item)?, version)))
    }

    /// Stores the published keys if the stored ones still have the version that was read; with `None`, if none are stored.
    /// Publishes no event, because keys are public and derived.
    ///
    /// # Errors
    /// 409 `busy`: another run has stored keys since they were read.
    pub async fn put_published_keys_if_unchanged(
        &self,
        origin: &Origin,
        keys: &PublishedKeys,
        read_version: Option<u64>,
    ) -> Result<()> {
        let write = match read_version {
            Some(version) => Write::replace(lambda::published_keys::published_keys_key(), keys, version),
            None => Write::create(lambda::published_keys::published_keys_key(), keys),
        };
        let busy = |_, _| Error::new(Code::Busy, messages::keys_published_meanwhile());
        self.table.commit(origin, write).await.map(drop).map_err(|failed| failed.map_condition(busy))
    }

    /// Circuit breaker of the identity provider, read consistently; closed if none is stored.
    pub async fn get_breaker_or_closed(&self) -> Result<Breaker> {
        Ok(self.table.get_consistent(&breaker_key()).await?.map(from_item).transpose()?.unwrap_or_default())
    }

    /// Overwrites the circuit breaker of the identity provider. Concurrent runs may overwrite each other, which loses a
    /// count but no key.
    pub async fn put_breaker(&self, origin: &Origin, breaker: &Breaker) -> Result<()> {
        let write = Write::put(breaker_key(), breaker);
        self.table
            .commit(origin, write)
            .await
            .map(drop)
            .map_err(|failed| failed.map_condition(|_, _| Error::internal("the write has no condition")))
    }
}
