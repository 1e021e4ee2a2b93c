//! The published keys: read from the auth table at init, again when they age or when a token names an unknown one.

use std::sync::{Arc, PoisonError, RwLock};

use access::{Bearer, KeySet, TokenError};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use store::{CursorCipher, Key, Table, from_item};

/// Keys older than this are read again.
const KEYS_MAX_AGE: SignedDuration = SignedDuration::from_mins(5);
/// An unknown key id makes us look again, but not more often than this.
const UNKNOWN_KEY_REFRESH_MIN: SignedDuration = SignedDuration::from_secs(10);

/// Where the published keys are.
pub fn key() -> Key {
    Key::new("KEYS", "KEYS")
}

/// The item that `auth-job-refresh-jwks` keeps and every function reads.
#[derive(Clone, Serialize, Deserialize)]
pub struct PublishedKeys {
    /// The keys that tokens are verified with.
    #[serde(flatten)]
    pub set: KeySet,
    /// 32 bytes in base64 that cursors are sealed with; technical, so never published.
    #[serde(rename = "_cursor_key")]
    pub cursor_key: String,
}

#[derive(Clone)]
struct CachedKeys {
    set: Arc<KeySet>,
    sealer: Arc<CursorCipher>,
    read_at: Timestamp,
}

/// The keys as this function knows them.
#[derive(Clone)]
pub struct KeyRing {
    table: Table,
    loaded: Arc<RwLock<Option<CachedKeys>>>,
}

impl KeyRing {
    /// A ring without keys yet.
    pub fn new(table: Table) -> Self {
        Self { table, loaded: Arc::default() }
    }

    /// Reads the keys.
    ///
    /// # Errors
    /// 503 when they cannot be read or were never published.
    pub async fn refresh(&self, now: Timestamp) -> Result<()> {
        let item = self.table.get(&key()).await?;
        let item = item.ok_or_else(|| Error::unavailable("no keys published: run auth-job-refresh-jwks once"))?;
        let published: PublishedKeys = from_item(item)?;
        let cursor_key = STANDARD.decode(&published.cursor_key).map_err(Error::internal)?;
        let loaded = CachedKeys {
            set: Arc::new(published.set),
            sealer: Arc::new(CursorCipher::new(&cursor_key)?),
            read_at: now,
        };
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = Some(loaded);
        Ok(())
    }

    fn loaded(&self) -> Option<CachedKeys> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys, read again when they are older than five minutes; old ones stay good while the table is away.
    async fn current(&self, now: Timestamp) -> Result<CachedKeys> {
        let known = self.loaded();
        let fresh = known.as_ref().is_some_and(|known| now.duration_since(known.read_at) < KEYS_MAX_AGE);
        if !fresh {
            let read = self.refresh(now).await;
            if let (Err(error), None) = (&read, &known) {
                return Err(error.clone());
            }
        }
        self.loaded().ok_or_else(|| Error::unavailable("no keys"))
    }

    /// Verifies a token.
    ///
    /// # Errors
    /// The outer error is ours (503), the inner one the token's.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<std::result::Result<Bearer, TokenError>> {
        let known = self.current(now).await?;
        match known.set.verify(token, now) {
            Err(TokenError::UnknownKey) if now.duration_since(known.read_at) >= UNKNOWN_KEY_REFRESH_MIN => {
                self.refresh(now).await?;
                Ok(self.current(now).await?.set.verify(token, now))
            }
            verdict => Ok(verdict),
        }
    }

    /// The keys as they were last read.
    pub async fn key_set(&self, now: Timestamp) -> Result<Arc<KeySet>> {
        Ok(self.current(now).await?.set)
    }

    /// What cursors are sealed with.
    pub async fn cursor_cipher(&self, now: Timestamp) -> Result<Arc<CursorCipher>> {
        Ok(self.current(now).await?.sealer)
    }
}
