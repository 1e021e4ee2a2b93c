//! What a single field must look like, before any rule looks at it.

use std::collections::BTreeMap;

use garde::Result;
use jiff::civil::Date;
use kernel::Error;
use lambda::http::field::ensure;
pub(crate) use lambda::http::field::{date, not_null, nullable, validate_reason};

/// No name is longer, in characters.
const NAME_CHARS_MAX: usize = 60;
/// So many languages may have a name for a leave type.
const LANGUAGES_MAX: usize = 20;

fn is_slug(text: &str, length_max: usize) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=length_max).contains(&text.len()) && text.bytes().all(sign) && text.as_bytes().first() != Some(&b'-')
}

/// Refuses a last day before the first.
pub(crate) fn in_order(pointer: &str, from: Date, to: Date) -> kernel::Result<()> {
    let detail = "The last day is before the first.";
    if to < from { Err(Error::invalid(pointer, "ends_before_it_begins", detail)) } else { Ok(()) }
}

/// The code of a leave type: a slug.
pub(crate) fn code(text: &str, _: &()) -> Result {
    ensure(is_slug(text, 40), "1 to 40 of a-z, 0-9 and -, beginning with a letter or digit")
}

/// A leave type as people write it: its code or one of its names.
pub(crate) fn leave_type(text: &str, _: &()) -> Result {
    name(text, &())
}

pub(crate) fn name(text: &str, _: &()) -> Result {
    let fits = (1..=NAME_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(char::is_control), "1 to 60 characters")
}

/// Names by language.
pub(crate) fn names(names: &BTreeMap<String, String>, _: &()) -> Result {
    ensure(names.len() <= LANGUAGES_MAX, "at most 20 languages")?;
    for (language, text) in names {
        let tag = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        ensure(tag, "languages as ISO 639 codes, such as `de`")?;
        name(text, &())?;
    }
    Ok(())
}

/// A colour as the web writes it.
pub(crate) fn color(text: &str, _: &()) -> Result {
    let hex = text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    ensure(hex, "a colour such as #2e7d32")
}

/// The id of a file that another service keeps.
pub(crate) fn attachment_id(text: &str, _: &()) -> Result {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ensure((1..=128).contains(&text.len()) && text.bytes().all(sign), "1 to 128 letters, digits and - _ .")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rule = fn(&str, &()) -> Result;

    #[test]
    fn what_fields_look_like() {
        let table: [(Rule, &[&str], &[&str]); 5] = [
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
            (code, &["annual", "unpaid-2"], &["", "Annual", "a b", "-a", "ä"]),
            (name, &["Annual leave", "Urlaub"], &["", " ", "a\nb"]),
            (color, &["#2e7d32", "#FFFFFF"], &["", "red", "#fff", "#2e7d3g"]),
            (attachment_id, &["file_018f"], &["", "a/b", "a b"]),
        ];
        for (rule, good, bad) in table {
            for text in good {
                assert!(rule(text, &()).is_ok(), "{text:?}");
            }
            for text in bad {
                assert!(rule(text, &()).is_err(), "{text:?}");
            }
        }
        let named = |language: &str, text: &str| BTreeMap::from([(language.to_owned(), text.to_owned())]);
        assert!(names(&named("de", "Urlaub"), &()).is_ok());
        assert!(names(&named("DE", "Urlaub"), &()).is_err() && names(&named("de", ""), &()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_rule_panic(text in ".{0,120}") {
            for rule in [validate_reason as Rule, code, name, color, attachment_id] {
                drop(rule(&text, &()));
            }
        }
    }
}
