//! Canonical JSON, so that equal values have equal hashes.
//!
//! It follows RFC 8785 (JCS): no white space, members sorted by the UTF-16 code units of their names, shortest escapes.
//! It is stricter in two points: numbers are 64-bit integers, because Muster stores no floating-point numbers
//! ([`stringify_non_integers`] turns those of external systems into text), and integers beyond 2^53 keep all their digits.

use serde_json::{Number, Value};

/// The value contains a number other than a 64-bit integer and has no canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number is not a 64-bit integer")]
pub struct NotCanonical;

/// Canonical text of a value.
///
/// # Errors
/// [`NotCanonical`] for a number other than a 64-bit integer.
pub fn canonical_text(value: &Value) -> Result<String, NotCanonical> {
    let mut text = String::new();
    write_canonical(value, &mut text)?;
    Ok(text)
}

fn write_canonical(value: &Value, text: &mut String) -> Result<(), NotCanonical> {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&integer_text(number).ok_or(NotCanonical)?),
        Value::String(string) => push_json_string(string, text),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_canonical(item, text)?;
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            text.push('{');
            for (at, (name, member)) in members.into_iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                push_json_string(name, text);
                text.push(':');
                write_canonical(member, text)?;
            }
            text.push('}');
        }
    }
    Ok(())
}

fn integer_text(number: &Number) -> Option<String> {
    number.as_i64().map(|n| n.to_string()).or_else(|| number.as_u64().map(|n| n.to_string()))
}

/// Appends a JSON string with its quotes (RFC 8785, 3.2.2.2).
fn push_json_string(string: &str, text: &mut String) {
    text.push('"');
    for c in string.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            c if c < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// Replaces numbers other than 64-bit integers by their text, at any depth: `6.5` becomes `"6.5"`.
pub fn stringify_non_integers(value: &mut Value) {
    match value {
        Value::Number(number) if integer_text(number).is_none() => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(stringify_non_integers),
        Value::Object(members) => members.values_mut().for_each(stringify_non_integers),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn members_sort_as_in_the_rfc_example() {
        // RFC 8785, 3.2.3.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
        });
        let text = canonical_text(&value).unwrap();
        let order =
            ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"].map(|name| text.find(name).unwrap());
        assert!(order.is_sorted(), "{text}");
    }

    #[test]
    fn strings_escape_as_in_the_rfc_example() {
        // RFC 8785, 3.2.2.2.
        let value = json!("\u{20ac}$\u{f}\u{a}A'\u{42}\u{22}\u{5c}\\\"\u{2f}");
        assert_eq!(canonical_text(&value).unwrap(), "\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"");
    }

    #[test]
    fn only_64_bit_integers_are_canonical() {
        assert_eq!(
            canonical_text(&json!([0, -1, i64::MIN, u64::MAX])).unwrap(),
            "[0,-1,-9223372036854775808,18446744073709551615]"
        );
        for text in ["1.0", "1e3", "0.5", "123456789012345678901234567890"] {
            let mut value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(canonical_text(&value), Err(NotCanonical), "{text}");
            stringify_non_integers(&mut value);
            assert!(value.is_string());
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(".{0,6}", inner, 0..5).prop_map(|members| members.into_iter().collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_text_round_trips(value in values()) {
            let text = canonical_text(&value).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &value);
            prop_assert_eq!(canonical_text(&read).unwrap(), text);
        }
    }
}
