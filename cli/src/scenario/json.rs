//! Access to JSON values by pointer, and checks of expected members.

use serde_json::Value;

/// Value at a JSON pointer; null if it is missing.
pub fn at<'a>(of: &'a Value, pointer: &str) -> &'a Value {
    of.pointer(pointer).unwrap_or(&Value::Null)
}

/// Text at a JSON pointer; empty if it is missing or no text.
pub fn text<'a>(of: &'a Value, pointer: &str) -> &'a str {
    at(of, pointer).as_str().unwrap_or_default()
}

/// Entries of the array at a JSON pointer; empty if it is missing or no array.
pub fn array<'a>(of: &'a Value, pointer: &str) -> &'a [Value] {
    at(of, pointer).as_array().map(Vec::as_slice).unwrap_or_default()
}

pub fn id_of(record: &Value) -> &str {
    text(record, "/id")
}

/// Checks the members that `expected` names, at any depth; other members may have any value, null equals missing, and
/// arrays must be equal.
pub fn expect_fields(of: &Value, expected: Value) -> Result<(), String> {
    first_difference(of, &expected, "").map_or(Ok(()), |difference| Err(format!("{difference}: {of}")))
}

fn first_difference(found: &Value, expected: &Value, pointer: &str) -> Option<String> {
    match expected {
        Value::Object(members) => {
            let mut members = members.iter();
            members.find_map(|(name, expected)| {
                first_difference(found.get(name).unwrap_or(&Value::Null), expected, &format!("{pointer}/{name}"))
            })
        }
        _ => (found != expected).then(|| format!("{pointer} is {found} instead of {expected}")),
    }
}

/// The named members of an object; any other value unchanged.
pub(crate) fn pick_members(of: &Value, names: &[&str]) -> Value {
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
        let error = expect_fields(&found, json!({"new_values": {"status": "approved"}})).unwrap_err();
        assert!(error.starts_with("/new_values/status is \"pending\" instead of \"approved\": {"), "{error}");
        assert!(expect_fields(&found, json!({"id": {"of": "x"}})).is_err(), "a text has no members");
    }
}
