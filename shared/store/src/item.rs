//! Items, keys and the attributes that mean something to the store itself.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use events::Stamp;
use kernel::{Error, Result};
use serde::{Serialize, de::DeserializeOwned};

/// A stored item.
pub type Item = HashMap<String, AttributeValue>;

/// The stamp: the event that the last stamped write published.
pub(crate) const EVENT: &str = "_event";
/// In a transaction, the id of the event that another item carries.
pub(crate) const EVENT_REF: &str = "_event_ref";
/// The id of the last write that publishes nothing.
pub(crate) const WRITE_ID: &str = "_quiet";
/// The sequence number of the item.
pub const VERSION: &str = "_version";
/// The TTL attribute, in seconds since 1970.
pub const TTL: &str = "expires_at";

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    /// A key of two parts.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn attributes(&self) -> Item {
        Item::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// Whether an attribute is the store's own business: a key, an index key, a stamp, a secret.
pub fn is_technical(name: &str) -> bool {
    matches!(name, "pk" | "sk") || name.starts_with('_') || name.starts_with("ix_")
}

/// Reads a typed value out of an item.
///
/// # Errors
/// An internal error that names the shape, never the content.
pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T> {
    serde_dynamo::from_item(item).map_err(|error| {
        Error::internal(format!("stored item does not read as {}: {error}", std::any::type_name::<T>()))
    })
}

/// Writes a value as one attribute.
///
/// # Errors
/// An internal error when the value has no DynamoDB form.
pub fn to_attribute<T: Serialize>(value: &T) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(value)
        .map_err(|error| Error::internal(format!("{} has no DynamoDB form: {error}", std::any::type_name::<T>())))
}

/// A text attribute, if it is there.
pub fn string_attribute<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// The sequence number of an item; 0 where none was written yet.
pub fn version_of(item: &Item) -> u64 {
    item.get(VERSION).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// The stamp on an item, if it reads as one.
pub fn stamp_of(item: &Item) -> Option<Stamp> {
    serde_dynamo::from_attribute_value(item.get(EVENT)?.clone()).ok()
}
