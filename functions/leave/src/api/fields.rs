//! Validators of single fields.

use std::collections::BTreeMap;

use directory::EmploymentStatus;
use garde::Result;
use jiff::civil::Date;
use kernel::Error;
use lambda::http::validators::ensure;
pub(crate) use lambda::http::validators::{
    not_null, nullable, validate_date as date, validate_day_minutes, validate_fte_bp, validate_reason,
    validate_site_code as site, validate_time_zone,
};

use crate::messages;

/// Longest name in characters.
const NAME_CHARS_MAX: usize = 60;
/// Most languages with a name of their own.
const LANGUAGES_MAX: usize = 20;

fn is_slug(text: &str, bytes_max: usize) -> bool {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=bytes_max).contains(&text.len()) && text.bytes().all(sign) && text.as_bytes().first() != Some(&b'-')
}

/// 422 at `pointer` if `to` is before `from`.
pub(crate) fn check_date_order(pointer: &str, from: Date, to: Date) -> kernel::Result<()> {
    let detail = messages::days_out_of_order();
    if to < from { Err(Error::invalid(pointer, "ends_before_it_begins", detail)) } else { Ok(()) }
}

/// 422 at `pointer` that names the status of an employee who may not take leave.
pub(crate) fn inactive_employee_error(pointer: &str, status: EmploymentStatus) -> Error {
    let status = match status {
        EmploymentStatus::Active => messages::active(),
        EmploymentStatus::OnLeave => messages::on_leave(),
        EmploymentStatus::Suspended => messages::suspended(),
        EmploymentStatus::Terminated => messages::terminated(),
    };
    Error::invalid(pointer, "not_active", messages::inactive_employee(status))
}

/// Validates the code of a leave type or site: 1 to 40 of `a-z`, `0-9` and `-`, not beginning with `-`.
pub(crate) fn validate_code(text: &str, _: &()) -> Result {
    ensure(is_slug(text, 40), messages::code_format())
}

/// Validates the form of a leave type in a request: a code or a name. Whether it exists is checked later.
pub(crate) fn validate_leave_type(text: &str, _: &()) -> Result {
    validate_name(text, &())
}

/// Validates the name of a leave type: 1 to 60 characters on one line.
pub(crate) fn validate_name(text: &str, _: &()) -> Result {
    let fits = (1..=NAME_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(char::is_control), messages::name_format(NAME_CHARS_MAX))
}

/// Validates the names of a leave type by language code: at most 20.
pub(crate) fn validate_names(names: &BTreeMap<String, String>, _: &()) -> Result {
    ensure(names.len() <= LANGUAGES_MAX, messages::languages_above(LANGUAGES_MAX))?;
    for (language, text) in names {
        let tag = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        ensure(tag, messages::language_format())?;
        validate_name(text, &())?;
    }
    Ok(())
}

/// Validates a colour such as `#2e7d32`.
pub(crate) fn validate_color(text: &str, _: &()) -> Result {
    let hex = text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
    ensure(hex, messages::color_format())
}

/// Validates the form of the id of a file in another system.
pub(crate) fn validate_attachment_id(text: &str, _: &()) -> Result {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    ensure((1..=128).contains(&text.len()) && text.bytes().all(sign), messages::attachment_format())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Rule = fn(&str, &()) -> Result;

    #[test]
    fn validators_accept_good_and_refuse_bad_texts() {
        let table: [(Rule, &[&str], &[&str]); 5] = [
            (validate_reason, &["moved\nhouse"], &["", " ", "a\u{7}"]),
            (validate_code, &["annual", "unpaid-2"], &["", "Annual", "a b", "-a", "ä"]),
            (validate_name, &["Annual leave", "Urlaub"], &["", " ", "a\nb"]),
            (validate_color, &["#2e7d32", "#FFFFFF"], &["", "red", "#fff", "#2e7d3g"]),
            (validate_attachment_id, &["file_018f"], &["", "a/b", "a b"]),
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
        assert!(validate_names(&named("de", "Urlaub"), &()).is_ok());
        assert!(validate_names(&named("DE", "Urlaub"), &()).is_err() && validate_names(&named("de", ""), &()).is_err());
    }

    proptest! {
        #[test]
        fn validators_never_panic(text in ".{0,120}") {
            for rule in [validate_reason as Rule, validate_code, validate_name, validate_color, validate_attachment_id] {
                drop(rule(&text, &()));
            }
        }
    }
}
