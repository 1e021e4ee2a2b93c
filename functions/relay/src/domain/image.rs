//! Images of items in the stream, and their publishable values.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_dynamo::AttributeValue;
use serde_json::{Map, Number, Value};

pub type Image = HashMap<String, AttributeValue>;

/// TTL attribute: it controls removal by DynamoDB and is no property of the entity.
const TTL: &str = store::TTL;

/// Publishable values of an image as a JSON object: all attributes but keys, those that begin with `_`, and the TTL.
pub fn public_values(image: &Image) -> Value {
    let open = image.iter().filter(|(name, _)| !store::is_technical_attribute(name) && *name != TTL);
    Value::Object(open.map(|(name, value)| (name.clone(), json_of_attribute(value))).collect())
}

/// Sorted names of the attributes that differ between two images. Technical attributes are included by name.
pub(crate) fn changed_attributes(old: Option<&Image>, new: Option<&Image>) -> Vec<String> {
    let empty = Image::new();
    let (old, new) = (old.unwrap_or(&empty), new.unwrap_or(&empty));
    let mut names: Vec<_> = old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    names.sort();
    names.dedup();
    names.into_iter().cloned().collect()
}

/// Removes secrets at any depth: members with a name that starts with `_`.
pub(crate) fn without_secrets(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let open = members.into_iter().filter(|(name, _)| !name.starts_with('_'));
            Value::Object(open.map(|(name, member)| (name, without_secrets(member))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(without_secrets).collect()),
        other => other,
    }
}

/// JSON form of an attribute, without members whose name starts with `_`. Binary values become base64.
fn json_of_attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Bool(value) => Value::Bool(*value),
        AttributeValue::S(text) => Value::String(text.clone()),
        AttributeValue::N(digits) => number_value(digits),
        AttributeValue::B(bytes) => Value::String(STANDARD.encode(bytes)),
        AttributeValue::L(items) => items.iter().map(json_of_attribute).collect(),
        AttributeValue::M(members) => {
            let open = members.iter().filter(|(name, _)| !name.starts_with('_'));
            Value::Object(open.map(|(name, member)| (name.clone(), json_of_attribute(member))).collect::<Map<_, _>>())
        }
        AttributeValue::Ss(texts) => sorted(texts).into_iter().map(|text| Value::String(text.clone())).collect(),
        AttributeValue::Ns(numbers) => sorted(numbers).into_iter().map(|digits| number_value(digits)).collect(),
        AttributeValue::Bs(blobs) => sorted(blobs).into_iter().map(|bytes| STANDARD.encode(bytes)).collect(),
    }
}

/// DynamoDB sets have no order; sorting makes events reproducible.
fn sorted<T: Ord>(set: &[T]) -> Vec<&T> {
    let mut items: Vec<_> = set.iter().collect();
    items.sort();
    items
}

/// Exact number: a JSON integer if it fits into 64 bits, else a text with its digits.
fn number_value(digits: &str) -> Value {
    let whole = digits.parse::<i64>().map(Number::from).or_else(|_| digits.parse::<u64>().map(Number::from));
    whole.map_or_else(|_| Value::String(digits.to_owned()), Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn image(pairs: &[(&str, AttributeValue)]) -> Image {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn public_values_exclude_technical_attributes() {
        let text = |text: &str| AttributeValue::S(text.to_owned());
        let nested = image(&[("city", text("Berlin")), ("_geocode", text("secret"))]);
        let shown = public_values(&image(&[
            ("pk", text("EMP#1")),
            ("sk", text("PROFILE")),
            ("ix_by_name_pk", text("x")),
            ("_event", text("x")),
            ("_password_hash", text("x")),
            ("expires_at", AttributeValue::N("1".into())),
            ("first_name", text("John")),
            ("fte_bp", AttributeValue::N("8000".into())),
            ("ratio", AttributeValue::N("0.1".into())),
            ("address", AttributeValue::M(nested)),
            ("tags", AttributeValue::Ss(vec!["b".into(), "a".into()])),
            ("photo", AttributeValue::B(vec![1, 2])),
            ("left", AttributeValue::Null(true)),
        ]));
        let expected = json!({"first_name": "John", "fte_bp": 8000, "ratio": "0.1", "address": {"city": "Berlin"},
            "tags": ["a", "b"], "photo": "AQI=", "left": null});
        assert_eq!(shown, expected);
    }

    #[test]
    fn changed_attributes_lists_only_differences() {
        let hash = |hash: &str| image(&[("_password_hash", AttributeValue::S(hash.into()))]);
        assert_eq!(changed_attributes(Some(&hash("a")), Some(&hash("b"))), ["_password_hash"]);
        assert!(changed_attributes(Some(&hash("a")), Some(&hash("a"))).is_empty());
        assert_eq!(changed_attributes(None, Some(&hash("a"))), ["_password_hash"]);
    }
}
