//! Optimistic writes: values with the version they were read at, and the result of a write that others may win.

use kernel::Result;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Write,
    item::{Item, Key, from_item, version_of},
};

/// Value of an item with the version that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// Deserialised value of the item.
    pub value: T,
    /// Version of the item when it was read; 0 if it is not stored yet.
    pub version: u64,
}

/// Result of an optimistic write.
#[derive(Debug)]
pub enum Race<T> {
    /// The write was applied.
    Won(T),
    /// Another write was first. Nothing was written; read again and repeat the decision.
    Lost,
}

impl<T> Race<T> {
    /// Race with the value converted if it is won.
    #[must_use]
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Race<U> {
        match self {
            Self::Won(value) => Race::Won(view(value)),
            Self::Lost => Race::Lost,
        }
    }

    /// Value of a won race, or `state` as the error of a lost one, for the next attempt.
    pub fn won_or<S>(self, state: S) -> std::result::Result<T, S> {
        match self {
            Self::Won(value) => Ok(value),
            Self::Lost => Err(state),
        }
    }

    /// Race with another value if it is won.
    #[must_use]
    pub fn replace_won<U>(self, value: U) -> Race<U> {
        match self {
            Self::Won(_) => Race::Won(value),
            Self::Lost => Race::Lost,
        }
    }
}

/// Deserialises an item and keeps its version.
pub fn read_stored<T: DeserializeOwned>(item: Item) -> Result<Stored<T>> {
    let version = version_of(&item);
    Ok(Stored { value: from_item(item)?, version })
}

/// Write that stores the item if it still has the version that was read, or does not exist yet if that is 0. The condition
/// fails if another write was first.
pub fn put_if_unchanged(key: Key, body: &impl Serialize, read_version: u64) -> Write {
    if read_version == 0 { Write::create(key, body) } else { Write::replace(key, body, read_version) }
}
