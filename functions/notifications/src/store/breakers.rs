//! The circuit breakers towards the providers, one for each channel, shared by all workers.

use kernel::{Origin, Result};
use lambda::breaker::Breaker;
use store::{Key, create_or_replace, read_stored};

use super::{NotificationStore, won};
use crate::domain::channel::Channel;

fn breaker_key(channel: Channel) -> Key {
    Key::new(format!("BREAKER#{channel}"), "BREAKER")
}

impl NotificationStore {
    /// The breaker of a channel and its version, as they stand; version 0 where nothing has failed yet.
    pub async fn breaker(&self, channel: Channel) -> Result<(Breaker, u64)> {
        let item = self.table.get_consistent(&breaker_key(channel)).await?;
        let standing = item.map(read_stored::<Breaker>).transpose()?;
        Ok(standing.map_or_else(|| (Breaker::default(), 0), |standing| (standing.value, standing.version)))
    }

    /// Changes a breaker from the version that was read. False where somebody else was faster.
    pub async fn update_breaker(
        &self,
        origin: &Origin,
        channel: Channel,
        breaker: &Breaker,
        over: u64,
    ) -> Result<bool> {
        let write = create_or_replace(breaker_key(channel), breaker, over);
        won(self.table.commit(origin, write).await).map(|written| written.is_some())
    }
}
