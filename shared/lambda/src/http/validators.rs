//! Validators of single fields for `garde`, and deserialisers that tell a missing field from null.

use garde::{Error, Result};
use jiff::civil::Date;
use kernel::{Message, Minutes, YEARS};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::messages;

/// Maximum length of a reason or comment, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Maximum number of nested levels of free-form values. DynamoDB stores 32 levels, some of which the item itself takes.
const LEVELS_MAX: usize = 16;

/// Result of a validator: `message` is the error if `holds` is false.
///
/// # Errors
/// `message`, a sentence that says what would be right.
pub fn ensure(holds: bool, message: Message) -> Result {
    if holds { Ok(()) } else { Err(Error::new(message.localized())) }
}

/// Whether a text is a single line that has 1 to `chars_max` characters, not counting the spaces around it.
pub fn is_nonblank_line(text: &str, chars_max: usize) -> bool {
    (1..=chars_max).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}

/// Validates a reason or comment: 1 to 500 characters, not counting the spaces around it. Line breaks (`\n`) are allowed.
///
/// # Errors
/// A blank or too long text, or one with other control characters.
pub fn validate_reason(text: &str, _: &()) -> Result {
    let fits = (1..=REASON_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(|c| c.is_control() && c != '\n'), messages::reason())
}

/// Validates that a date lies in the years 1900 to 2200.
///
/// # Errors
/// Any other date.
pub fn validate_date(value: &Date, _: &()) -> Result {
    ensure(YEARS.contains(&value.year()), messages::date_range())
}

/// Validates the code of a site: `^[a-z0-9-]{1,40}$`. The site need not exist.
///
/// # Errors
/// Any other text.
pub fn validate_site_code(text: &str, _: &()) -> Result {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure((1..=40).contains(&text.len()) && text.bytes().all(is_allowed), messages::site_code())
}

/// Validates the name of a time zone: 1 to 64 characters. It is looked up later.
///
/// # Errors
/// Any other text.
pub fn validate_time_zone(text: &str, _: &()) -> Result {
    ensure((1..=64).contains(&text.len()), messages::time_zone_format())
}

/// Validates a full-time equivalent: 1 to 10000 basis points.
///
/// # Errors
/// Any other number.
pub fn validate_fte_bp(value: &u16, _: &()) -> Result {
    ensure((1..=10_000).contains(value), messages::fte_range())
}

/// Validates a standard working day: 1 to 1440 minutes.
///
/// # Errors
/// Any other number.
pub fn validate_day_minutes(value: &Minutes, _: &()) -> Result {
    ensure((1..=Minutes::CIVIL_DAY.0).contains(&value.0), messages::working_day_range())
}

/// Validates that free-form values have at most 16 nested levels, the first included.
///
/// # Errors
/// More levels.
pub fn validate_levels(values: &Map<String, Value>, _: &()) -> Result {
    fn fits(value: &Value, levels: usize) -> bool {
        match value {
            Value::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
            Value::Object(members) => levels > 0 && members.values().all(|member| fits(member, levels - 1)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
        }
    }
    ensure(values.values().all(|value| fits(value, LEVELS_MAX - 1)), messages::levels(LEVELS_MAX))
}

/// Deserialises an optional field that must not be null. With `#[serde(default)]`, a missing field is `None`.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Deserialises an optional field that null clears: null is `Some(None)`. With `#[serde(default)]`, a missing field is `None`.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn free_form_values_have_at_most_sixteen_levels() {
        let nested = |count: usize| {
            let inner =
                (1..count).fold(json!(1), |inner, nth| if nth % 2 == 0 { json!([inner]) } else { json!({"x": inner}) });
            Map::from_iter([("first".to_owned(), inner)])
        };
        assert!(
            validate_levels(&nested(1), &()).is_ok()
                && validate_levels(&nested(16), &()).is_ok()
                && validate_levels(&nested(17), &()).is_err()
        );
    }

    #[test]
    fn validators_accept_and_reject_as_documented() {
        type Rule = fn(&str, &()) -> Result;
        let table: [(Rule, &[&str], &[&str]); 2] = [
            (validate_site_code, &["berlin", "new-york-2"], &["", "Berlin", "a b", "a/b"]),
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
        ];
        for (rule, good, bad) in table {
            assert!(good.iter().all(|text| rule(text, &()).is_ok()), "{good:?}");
            assert!(bad.iter().all(|text| rule(text, &()).is_err()), "{bad:?}");
        }
        assert!(validate_reason(&"x".repeat(500), &()).is_ok() && validate_reason(&"x".repeat(501), &()).is_err());
        assert!(
            is_nonblank_line("a b", 3)
                && !is_nonblank_line("a\nb", 3)
                && !is_nonblank_line("abcd", 3)
                && !is_nonblank_line(" ", 3)
        );
    }
}
