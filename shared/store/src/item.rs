//! Items, keys and technical attributes.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;
use events::Stamp;
use kernel::{Error, Result};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// Item of a table: attribute values by name.
pub type Item = HashMap<String, AttributeValue>;

/// Attribute of the stamp: the event that the last write of the item publishes.
pub(crate) const EVENT: &str = "_event";
/// Attribute with the id of the event that another item of the same transaction publishes.
pub(crate) const EVENT_REF: &str = "_event_ref";
/// Attribute with the id of a write that publishes no event.
pub(crate) const WRITE_ID: &str = "_quiet";
/// Attribute of the version: 1 after the creation of the item, one more after each write that changes or replaces it.
pub const VERSION: &str = "_version";
/// TTL attribute, in seconds since 1970-01-01T00:00:00Z.
pub const TTL: &str = "expires_at";

/// Smallest magnitude of a number other than 0 that DynamoDB stores.
const MAGNITUDE_MIN: f64 = 1e-130;

/// Primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key of the item.
    pub pk: String,
    /// Sort key of the item.
    pub sk: String,
}

impl Key {
    /// Key from partition key and sort key.
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

/// Whether an attribute is technical and never published: a key, an index key, or one that begins with `_` (stamp, version,
/// secret).
pub fn is_technical_attribute(name: &str) -> bool {
    matches!(name, "pk" | "sk") || name.starts_with('_') || name.starts_with("ix_")
}

/// Deserialises an item; technical attributes are ignored unless `T` names them.
///
/// # Errors
/// 500 with the name of the type; the content is not logged.
pub fn from_item<T: DeserializeOwned>(item: Item) -> Result<T> {
    serde_dynamo::from_item(item).map_err(|error| {
        Error::internal(format!("stored item does not read as {}: {error}", std::any::type_name::<T>()))
    })
}

/// Serialises a value into one attribute. A number that is too small for DynamoDB becomes 0.
///
/// # Errors
/// 500 if the value has no DynamoDB form.
pub fn to_attribute<T: Serialize>(value: &T) -> Result<AttributeValue> {
    serde_dynamo::to_attribute_value(value)
        .map(without_underflow)
        .map_err(|error| Error::internal(format!("{} has no DynamoDB form: {error}", std::any::type_name::<T>())))
}

/// Value with 0 in place of each number too close to 0 for DynamoDB, such as a measured coordinate.
pub(crate) fn without_underflow(value: AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::N(number) if is_too_small(&number) => AttributeValue::N("0".to_owned()),
        AttributeValue::L(items) => AttributeValue::L(items.into_iter().map(without_underflow).collect()),
        AttributeValue::M(members) => {
            AttributeValue::M(members.into_iter().map(|(name, value)| (name, without_underflow(value))).collect())
        }
        other => other,
    }
}

fn is_too_small(number: &str) -> bool {
    number.contains(['.', 'e'])
        && number.parse::<f64>().is_ok_and(|number| number != 0.0 && number.abs() < MAGNITUDE_MIN)
}

/// Values of an item for an archive: all attributes but technical ones and the TTL. The names are sorted at every level, so
/// that an item always has the same text.
///
/// # Errors
/// 500 if the item has no JSON form.
pub fn archived_values(item: &Item) -> Result<Value> {
    let open = item.iter().filter(|(name, _)| !is_technical_attribute(name) && *name != TTL);
    let open: Item = open.map(|(name, value)| (name.clone(), value.clone())).collect();
    from_item(open).map(sorted)
}

/// The value with sorted names at every level.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<_, _> = members.into_iter().map(|(name, member)| (name, sorted(member))).collect();
            Value::Object(members.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        plain => plain,
    }
}

/// String attribute of an item; `None` if it is missing or no string.
pub fn string_attribute<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}

/// Version of an item; 0 if the attribute is missing.
pub fn version_of(item: &Item) -> u64 {
    item.get(VERSION).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok()).unwrap_or_default()
}

/// Stamp of an item (`_event`); `None` if its last write published no event, or the stamp cannot be read.
pub fn stamp_of(item: &Item) -> Option<Stamp> {
    serde_dynamo::from_attribute_value(item.get(EVENT)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archived_item_has_sorted_names_and_no_technical_attribute() {
        let body = serde_json::json!({"b": {"y": 1, "x": [{"d": 2.5, "c": null}]}, "a": "text"});
        let mut item: Item = serde_dynamo::to_item(&body).unwrap();
        for name in ["pk", "sk", EVENT, WRITE_ID, VERSION, "ix_by_member_pk", TTL] {
            item.insert(name.to_owned(), AttributeValue::S("1".to_owned()));
        }
        let text = archived_values(&item).unwrap().to_string();
        assert_eq!(text, r#"{"a":"text","b":{"x":[{"c":null,"d":2.5}],"y":1}}"#);
    }

    #[test]
    fn numbers_too_small_for_dynamo_become_zero() {
        let number = |value: f64| to_attribute(&value).unwrap().as_n().unwrap().clone();
        for tiny in [f64::MIN_POSITIVE, -f64::MIN_POSITIVE, 9.9e-131, -9.9e-131] {
            assert_eq!(number(tiny), "0");
        }
        for stored in [1e-130, -1e-130, 0.5, 13.413_215, 1e125] {
            assert_eq!(number(stored).parse(), Ok(stored));
        }
        let nested = to_attribute(&BTreeMap::from([("fences", vec![(1, f64::MIN_POSITIVE)])])).unwrap();
        assert_eq!(nested, to_attribute(&BTreeMap::from([("fences", vec![(1, 0)])])).unwrap());
    }
}
