//! What a single field must look like, before any rule looks at it.

use garde::Result;
use kernel::Minutes;
use lambda::http::field::ensure;
pub(crate) use lambda::http::field::{date, not_null, nullable, site, validate_reason};

use crate::domain::name::search_key;

/// No name or title is longer, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 100;

/// A name of a person: 1 to 100 characters of any script, without control characters.
pub(crate) fn name(text: &str, _: &()) -> Result {
    let text = text.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    ensure(fits && !search_key(text).is_empty(), "1 to 100 characters, among them a letter or digit")
}

/// A beginning of a name to search by.
pub(crate) fn prefix(text: &str, _: &()) -> Result {
    ensure(text.chars().count() <= NAME_CHARS_MAX, "at most 100 characters")
}

/// An e-mail address: the usual form, at most 254 characters.
pub(crate) fn email(text: &str, _: &()) -> Result {
    let text = text.trim();
    let fits = text.len() <= 254 && text.split_once('@').is_some_and(|(local, host)| is_local(local) && is_host(host));
    ensure(fits, "an e-mail address such as jane.doe@example.com")
}

fn is_local(local: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(sign))
}

fn is_host(host: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |part: &str| {
        (1..=63).contains(&part.len()) && part.bytes().all(sign) && !part.starts_with('-') && !part.ends_with('-')
    };
    host.contains('.') && host.split('.').all(label)
}

/// A telephone number, as people write them: at least three digits.
pub(crate) fn phone(text: &str, _: &()) -> Result {
    let text = text.trim();
    let sign = |c: char| c.is_ascii_digit() || " +-().x/".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    ensure(text.len() <= 32 && digits >= 3 && text.chars().all(sign), "3 to 32 digits, blanks and + - ( ) . / x")
}

/// An employee code: never an e-mail address, because people sign in with either.
pub(crate) fn code(text: &str, _: &()) -> Result {
    let text = text.trim();
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ensure((1..=32).contains(&text.len()) && text.bytes().all(sign), "1 to 32 letters, digits and - _ .")
}

/// A zone's name is looked up later; this only keeps the lookup short.
pub(crate) fn zone(text: &str, _: &()) -> Result {
    ensure((1..=64).contains(&text.len()), "an IANA zone such as Europe/Berlin")
}

/// Full-time equivalent in basis points.
pub(crate) fn fte_bp(value: &u16, _: &()) -> Result {
    ensure((1..=10_000).contains(value), "1 to 10000 basis points; 10000 is full time")
}

/// Length of a standard day.
pub(crate) fn day_minutes(value: &Minutes, _: &()) -> Result {
    ensure((1..=Minutes::CIVIL_DAY.0).contains(&value.0), "1 to 1440 minutes")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_fields_look_like() {
        type Rule = fn(&str, &()) -> Result;
        let table: [(Rule, &[&str], &[&str]); 6] = [
            (name, &["J", "Núñez-Ortega", "王", " Ann "], &["", "  ", "--", "a\u{0}b", "\n"]),
            (
                email,
                &["a@b.co", "john.doe+x@mail.example-site.com", "O'Brien@example.org"],
                &[
                    "",
                    "a",
                    "@b.co",
                    "a@",
                    "a@b",
                    "a@b..c",
                    "a b@c.de",
                    "a@-b.co",
                    "a..b@c.de",
                    ".a@b.co",
                    "a@b@c.de",
                    "ä@b.co",
                ],
            ),
            (phone, &["555-0123", "+49 (30) 1234/56"], &["", "12", "call me", "+49 30 äöü 123"]),
            (code, &["E-001", "dev_7"], &["", "a b", "a@b", "x123456789012345678901234567890123"]),
            (site, &["berlin", "new-york-2"], &["", "Berlin", "a b", "a/b"]),
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
        ];
        for (rule, good, bad) in table {
            for text in good {
                assert!(rule(text, &()).is_ok(), "{text:?}");
            }
            for text in bad {
                assert!(rule(text, &()).is_err(), "{text:?}");
            }
        }
        assert!(name(&"x".repeat(100), &()).is_ok());
        assert!(name(&"x".repeat(101), &()).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_rule_panic(text in ".{0,120}") {
            for rule in [name, email, phone, code, site, validate_reason, prefix, zone] {
                drop(rule(&text, &()));
            }
        }
    }
}
