//! The circuit breakers towards the providers, one for each channel, shared by all workers.

use kernel::{Origin, Result};
use lambda::breaker::Breaker;
use store::{Key, Refusal, Write, from_item, version_of};

use super::Store;
use crate::domain::notification::Channel;

fn breaker_key(channel: Channel) -> Key {
    Key::new(format!("BREAKER#{channel}"), "BREAKER")
}

impl Store {
    /// The breaker of a channel and its version, as they stand; version 0 where nothing has failed yet.
    pub async fn breaker(&self, channel: Channel) -> Result<(Breaker, u64)> {
        match self.table.get_fresh(&breaker_key(channel)).await? {
            Some(item) => {
                let version = version_of(&item);
                Ok((from_item(item)?, version))
            }
            None => Ok((Breaker::default(), 0)),
        }
    }

    /// Changes a breaker from the version that was read. False where somebody else was faster.
    pub async fn keep_breaker(&self, origin: &Origin, channel: Channel, breaker: &Breaker, over: u64) -> Result<bool> {
        let write = match over {
            0 => Write::create(breaker_key(channel), breaker),
            version => Write::replace(breaker_key(channel), breaker, version),
        };
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(true),
            Err(Refusal::Condition { .. }) => Ok(false),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }
}
