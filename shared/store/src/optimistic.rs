//! What was read with the version it was read at, and what is written in place of it.

use kernel::Result;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Write,
    item::{Item, Key, from_item, version_of},
};

/// A value with the version it was read at; 0 where there was none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// What was read.
    pub value: T,
    /// Its version.
    pub version: u64,
}

/// What came of a change that others may have been faster at.
#[derive(Debug)]
pub enum Race<T> {
    /// It is done.
    Won(T),
    /// Something that it was judged by has changed meanwhile: read again, judge again.
    Lost,
}

impl<T> Race<T> {
    /// The same attempt with what was done seen differently.
    #[must_use]
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Race<U> {
        match self {
            Self::Won(value) => Race::Won(view(value)),
            Self::Lost => Race::Lost,
        }
    }

    /// What was done, or for a lost attempt what the next one goes on from.
    pub fn won_or<K>(self, known: K) -> std::result::Result<T, K> {
        match self {
            Self::Won(value) => Ok(value),
            Self::Lost => Err(known),
        }
    }

    /// The same attempt with something else done.
    #[must_use]
    pub fn map_won<U>(self, done: U) -> Race<U> {
        match self {
            Self::Won(_) => Race::Won(done),
            Self::Lost => Race::Lost,
        }
    }
}

/// Reads a typed value out of an item, with its version.
pub fn read_stored<T: DeserializeOwned>(item: Item) -> Result<Stored<T>> {
    let version = version_of(&item);
    Ok(Stored { value: from_item(item)?, version })
}

/// Stores an item in place of the version that was read, which may be none.
pub fn create_or_replace(key: Key, body: &impl Serialize, version: u64) -> Write {
    if version == 0 { Write::create(key, body) } else { Write::replace(key, body, version) }
}
