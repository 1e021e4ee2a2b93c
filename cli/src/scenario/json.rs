//! Reading and checking JSON.

use serde_json::Value;

/// A value within; null where there is none.
pub fn at<'a>(of: &'a Value, pointer: &str) -> &'a Value {
    of.pointer(pointer).unwrap_or(&Value::Null)
}

/// A text within; empty where there is none.
pub fn text<'a>(of: &'a Value, pointer: &str) -> &'a str {
    at(of, pointer).as_str().unwrap_or_default()
}

/// The entries of an array within.
pub fn array<'a>(of: &'a Value, pointer: &str) -> &'a [Value] {
    at(of, pointer).as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Id of a record.
pub fn id_of(record: &Value) -> &str {
    text(record, "/id")
}

/// Insists on values: members that `expected` does not name may be anything, null is the same as missing.
pub fn expect_fields(of: &Value, expected: Value) -> Result<(), String> {
    difference(of, &expected, "").map_or(Ok(()), |difference| Err(format!("{difference}: {of}")))
}

fn difference(found: &Value, expected: &Value, pointer: &str) -> Option<String> {
    match expected {
        Value::Object(members) => {
            let mut members = members.iter();
            members.find_map(|(name, expected)| {
                difference(found.get(name).unwrap_or(&Value::Null), expected, &format!("{pointer}/{name}"))
            })
        }
        _ => (found != expected).then(|| format!("{pointer} is {found}, not {expected}")),
    }
}

/// Some members of an object.
pub(crate) fn part(of: &Value, names: &[&str]) -> Value {
    let named = names.iter().filter_map(|name| Some(((*name).to_owned(), of.get(*name)?.clone())));
    if of.is_object() { Value::Object(named.collect()) } else { of.clone() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_named_members_are_compared() {
        let found = json!({"id": "x", "new_values": {"status": "pending", "days": 2}});
        assert_eq!(expect_fields(&found, json!({"new_values": {"status": "pending"}, "old_values": null})), Ok(()));
        let refused = expect_fields(&found, json!({"new_values": {"status": "approved"}})).unwrap_err();
        assert!(refused.starts_with("/new_values/status is \"pending\", not \"approved\": {"), "{refused}");
        assert!(expect_fields(&found, json!({"id": {"of": "x"}})).is_err(), "a text has no members");
    }
}
