//! Circuit breakers of the providers, one per channel, shared by all workers.

use kernel::{Origin, Result};
use lambda::breaker::Breaker;
use store::{Key, put_if_unchanged, read_stored};

use super::{NotificationStore, none_if_condition_failed};
use crate::domain::channel::Channel;

fn breaker_key(channel: Channel) -> Key {
    Key::new(format!("BREAKER#{channel}"), "BREAKER")
}

impl NotificationStore {
    /// Breaker of a channel and its version; a closed one with version 0 if no call has failed yet.
    pub async fn get_breaker_or_closed(&self, channel: Channel) -> Result<(Breaker, u64)> {
        let item = self.table.get_consistent(&breaker_key(channel)).await?;
        let stored = item.map(read_stored::<Breaker>).transpose()?;
        Ok(stored.map_or_else(|| (Breaker::default(), 0), |stored| (stored.value, stored.version)))
    }

    /// Stores a breaker if the stored one still has this version (0: none is stored); false if another worker was faster.
    pub async fn put_breaker_if_unchanged(
        &self,
        origin: &Origin,
        channel: Channel,
        breaker: &Breaker,
        version: u64,
    ) -> Result<bool> {
        let write = put_if_unchanged(breaker_key(channel), breaker, version);
        none_if_condition_failed(self.table.commit(origin, write).await).map(|written| written.is_some())
    }
}
