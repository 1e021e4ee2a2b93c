//! What single fields look like in every service, before any rule looks at them; and how absence and null are told apart.

use garde::{Error, Result};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

/// No reason and no comment is longer, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Refuses with a sentence what does not hold.
///
/// # Errors
/// The sentence.
pub fn ensure(holds: bool, otherwise: &str) -> Result {
    if holds { Ok(()) } else { Err(Error::new(otherwise)) }
}

/// One line of text, neither blank nor longer than so many characters.
pub fn is_single_line(text: &str, chars_max: usize) -> bool {
    (1..=chars_max).contains(&text.trim().chars().count()) && !text.chars().any(char::is_control)
}

/// Why something was done, or what was said to it.
///
/// # Errors
/// Blank, too long, or with control characters.
pub fn validate_reason(text: &str, _: &()) -> Result {
    let fits = (1..=REASON_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(|c| c.is_control() && c != '\n'), "1 to 500 characters")
}

/// A date that calendars agree on.
///
/// # Errors
/// Before 1900 or after 2200.
pub fn date(value: &Date, _: &()) -> Result {
    ensure((1900..=2200).contains(&value.year()), "a date between 1900 and 2200")
}

/// A work site: a slug.
///
/// # Errors
/// Anything else.
pub fn site(text: &str, _: &()) -> Result {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure((1..=40).contains(&text.len()) && text.bytes().all(sign), "1 to 40 of a-z, 0-9 and -")
}

/// Reads a field that may be left out but not be null.
pub fn not_null<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> std::result::Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads a field where null clears and leaving out keeps.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fields_look_like() {
        type Rule = fn(&str, &()) -> Result;
        let table: [(Rule, &[&str], &[&str]); 2] = [
            (site, &["berlin", "new-york-2"], &["", "Berlin", "a b", "a/b"]),
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
        ];
        for (rule, good, bad) in table {
            assert!(good.iter().all(|text| rule(text, &()).is_ok()), "{good:?}");
            assert!(bad.iter().all(|text| rule(text, &()).is_err()), "{bad:?}");
        }
        assert!(validate_reason(&"x".repeat(500), &()).is_ok() && validate_reason(&"x".repeat(501), &()).is_err());
        assert!(
            is_single_line("a b", 3)
                && !is_single_line("a\nb", 3)
                && !is_single_line("abcd", 3)
                && !is_single_line(" ", 3)
        );
    }
}
