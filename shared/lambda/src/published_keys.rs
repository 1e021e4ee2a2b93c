//! Published keys for tokens and cursors. They are read from the auth table at init, when they are older than five minutes,
//! and when a token names an unknown key.

use std::sync::{Arc, PoisonError, RwLock};

use access::{Bearer, KeySet, TokenError};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Error, Result};
use serde::{Deserialize, Serialize};
use store::{CursorCipher, Key, Table, from_item};

/// Maximum age of the cached keys.
const KEYS_MAX_AGE: SignedDuration = SignedDuration::from_mins(5);
/// Age of the cached keys from which an unknown key id causes another read.
const UNKNOWN_KEY_REFRESH_AGE: SignedDuration = SignedDuration::from_secs(10);

/// Primary key of the item with the published keys.
pub fn published_keys_key() -> Key {
    Key::new("KEYS", "KEYS")
}

/// Item with the published keys. `auth-job-refresh-jwks` writes it, and every function reads it.
#[derive(Clone, Serialize, Deserialize)]
pub struct PublishedKeys {
    /// Keys that verify tokens.
    #[serde(flatten)]
    pub set: KeySet,
    /// Key of the cursor cipher: 32 bytes in base64. The attribute is technical, so it is never published.
    #[serde(rename = "_cursor_key")]
    pub cursor_key: String,
}

#[derive(Clone)]
struct CachedKeys {
    set: Arc<KeySet>,
    cipher: Arc<CursorCipher>,
    read_at: Timestamp,
}

/// Cached published keys of a function. Clones share the cache.
#[derive(Clone)]
pub struct KeyRing {
    table: Table,
    cached: Arc<RwLock<Option<CachedKeys>>>,
}

impl KeyRing {
    /// Empty cache; the keys are read at the first use.
    pub fn new(table: Table) -> Self {
        Self { table, cached: Arc::default() }
    }

    /// Reads the published keys into the cache.
    ///
    /// # Errors
    /// 503 if they cannot be read or were never published.
    pub async fn refresh(&self, now: Timestamp) -> Result<()> {
        let item = self.table.get(&published_keys_key()).await?;
        let item = item.ok_or_else(|| Error::unavailable("no keys published: run auth-job-refresh-jwks once"))?;
        let published: PublishedKeys = from_item(item)?;
        let cursor_key = STANDARD.decode(&published.cursor_key).map_err(Error::internal)?;
        let keys = CachedKeys {
            set: Arc::new(published.set),
            cipher: Arc::new(CursorCipher::new(&cursor_key)?),
            read_at: now,
        };
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = Some(keys);
        Ok(())
    }

    fn cached(&self) -> Option<CachedKeys> {
        self.cached.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Cached keys, read again after five minutes. While they cannot be read again, the old keys remain valid.
    async fn current_keys(&self, now: Timestamp) -> Result<CachedKeys> {
        let cached = self.cached();
        let is_current = cached.as_ref().is_some_and(|cached| now.duration_since(cached.read_at) < KEYS_MAX_AGE);
        if !is_current {
            let read = self.refresh(now).await;
            if let (Err(error), None) = (&read, &cached) {
                return Err(error.clone());
            }
        }
        self.cached().ok_or_else(|| Error::unavailable("no keys"))
    }

    /// Verifies an access token. An unknown key id causes the keys to be read again if they are older than ten seconds.
    ///
    /// # Errors
    /// Outer error: 503, the keys cannot be read. Inner error: the token is invalid.
    pub async fn verify(&self, token: &str, now: Timestamp) -> Result<std::result::Result<Bearer, TokenError>> {
        let cached = self.current_keys(now).await?;
        match cached.set.verify(token, now) {
            Err(TokenError::UnknownKey) if now.duration_since(cached.read_at) >= UNKNOWN_KEY_REFRESH_AGE => {
                self.refresh(now).await?;
                Ok(self.current_keys(now).await?.set.verify(token, now))
            }
            verified => Ok(verified),
        }
    }

    /// Keys that verify tokens. They are older than five minutes only while they cannot be read again.
    pub async fn key_set(&self, now: Timestamp) -> Result<Arc<KeySet>> {
        Ok(self.current_keys(now).await?.set)
    }

    /// Cipher of list cursors, from the same item.
    pub async fn cursor_cipher(&self, now: Timestamp) -> Result<Arc<CursorCipher>> {
        Ok(self.current_keys(now).await?.cipher)
    }
}
