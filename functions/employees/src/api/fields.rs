//! Format checks of single fields. The patterns of the API schemas say the same.

use garde::Result;
use lambda::http::validators::ensure;
pub(crate) use lambda::http::validators::{
    not_null, nullable, validate_date as date, validate_day_minutes, validate_fte_bp, validate_reason,
    validate_site_code as site, validate_time_zone,
};

use crate::{domain::name::search_key, messages};

/// Longest name or title, in characters.
pub(crate) const NAME_CHARS_MAX: usize = 100;

/// Name or title: 1 to 100 characters of any script, at least one letter or digit, no control characters. White space
/// around it does not count.
pub(crate) fn validate_name(text: &str, _: &()) -> Result {
    let text = text.trim();
    let fits = (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    ensure(fits && !search_key(text).is_empty(), messages::name_format())
}

/// Beginning of a name or title to search for: at most 100 characters.
pub(crate) fn validate_name_prefix(text: &str, _: &()) -> Result {
    ensure(text.chars().count() <= NAME_CHARS_MAX, messages::name_prefix_length())
}

/// E-mail address of at most 254 characters, in ASCII, with a dot in the domain. White space around it does not count.
pub(crate) fn validate_email(text: &str, _: &()) -> Result {
    let text = text.trim();
    let fits = text.len() <= 254
        && text.split_once('@').is_some_and(|(local, host)| is_email_local_part(local) && is_host_name(host));
    ensure(fits, messages::email_format())
}

fn is_email_local_part(local: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    local.len() <= 64 && local.split('.').all(|part| !part.is_empty() && part.bytes().all(is_allowed))
}

fn is_host_name(host: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let label = |part: &str| {
        (1..=63).contains(&part.len()) && part.bytes().all(is_allowed) && !part.starts_with('-') && !part.ends_with('-')
    };
    host.contains('.') && host.split('.').all(label)
}

/// Phone number of at most 32 characters, with at least three digits.
pub(crate) fn validate_phone(text: &str, _: &()) -> Result {
    let text = text.trim();
    let is_allowed = |c: char| c.is_ascii_digit() || " +-().x/".contains(c);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    ensure(text.len() <= 32 && digits >= 3 && text.chars().all(is_allowed), messages::phone_format())
}

/// Employee code: 1 to 32 ASCII letters, digits, `-`, `_` and `.`. It never looks like an e-mail address, because
/// people sign in with either.
pub(crate) fn validate_employee_code(text: &str, _: &()) -> Result {
    let text = text.trim();
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ensure((1..=32).contains(&text.len()) && text.bytes().all(is_allowed), messages::employee_code_format())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formats_accept_valid_and_reject_invalid_text() {
        type Format = fn(&str, &()) -> Result;
        let table: [(Format, &[&str], &[&str]); 6] = [
            (validate_name, &["J", "Núñez-Ortega", "王", " Ann "], &["", "  ", "--", "a\u{0}b", "\n"]),
            (
                validate_email,
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
            (validate_phone, &["555-0123", "+49 (30) 1234/56"], &["", "12", "call me", "+49 30 äöü 123"]),
            (validate_employee_code, &["E-001", "dev_7"], &["", "a b", "a@b", "x123456789012345678901234567890123"]),
            (site, &["berlin", "new-york-2"], &["", "Berlin", "a b", "a/b"]),
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
        ];
        for (format, good, bad) in table {
            for text in good {
                assert!(format(text, &()).is_ok(), "{text:?}");
            }
            for text in bad {
                assert!(format(text, &()).is_err(), "{text:?}");
            }
        }
        assert!(validate_name(&"x".repeat(100), &()).is_ok());
        assert!(validate_name(&"x".repeat(101), &()).is_err());
    }

    proptest! {
        #[test]
        fn formats_accept_any_text_without_panic(text in ".{0,120}") {
            for format in [validate_name, validate_email, validate_phone, validate_employee_code, site, validate_reason, validate_name_prefix, validate_time_zone] {
                drop(format(&text, &()));
            }
        }
    }
}
