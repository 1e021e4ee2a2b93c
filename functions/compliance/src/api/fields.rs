//! What a single field must look like, before any rule looks at it.

use garde::Result;
use jiff::civil::Date;
use kernel::Minutes;
pub(crate) use lambda::http::field::date;
use lambda::http::field::{ensure, is_single_line};

/// No name of a policy or course is longer, in characters.
const NAME_CHARS_MAX: usize = 100;
/// No comment is longer, in characters.
const COMMENT_CHARS_MAX: usize = 1_000;
/// Nothing to search by is longer, in characters.
const SUBJECT_CHARS_MAX: usize = 200;
/// No list of codes is longer.
const CODES_MAX: usize = 50;
/// So many people are assigned a training at once: each takes two items of a transaction, which holds 100.
pub(crate) const PEOPLE_MAX: usize = 45;

/// A name of a policy or a course.
pub(crate) fn name(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, NAME_CHARS_MAX), "1 to 100 characters")
}

/// Where a certificate is: an id, a number, an address.
pub(crate) fn reference(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, SUBJECT_CHARS_MAX), "1 to 200 characters")
}

/// A subject or a leave type to look for.
pub(crate) fn subject(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, SUBJECT_CHARS_MAX), "1 to 200 characters")
}

/// What somebody says to something.
pub(crate) fn comment(text: &str, _: &()) -> Result {
    let fits = (1..=COMMENT_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(|c| c.is_control() && c != '\n'), "1 to 1000 characters")
}

/// Codes of violations; which there are, the policy knows.
pub(crate) fn codes(codes: &[String], _: &()) -> Result {
    ensure(
        codes.len() <= CODES_MAX && codes.iter().all(|code| is_single_line(code, NAME_CHARS_MAX)),
        "at most 50 codes",
    )
}

/// A range that does not end before it begins.
pub(crate) fn check_date_range(from: Option<Date>, to: Option<Date>) -> kernel::Result<()> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(kernel::Error::invalid("query:to", "ends_before_it_begins", "The range ends before it begins."))
        }
        _ => Ok(()),
    }
}

/// A year that calendars agree on.
pub(crate) fn year(value: &i16, _: &()) -> Result {
    ensure((1900..=2200).contains(value), "a year between 1900 and 2200")
}

/// Time within a day; one whose clock goes back has 25 hours.
pub(crate) fn minutes_per_day(value: &Minutes, _: &()) -> Result {
    ensure((0..=25 * 60).contains(&value.0), "0 to 1500 minutes")
}

/// Time within a week.
pub(crate) fn minutes_per_week(value: &Minutes, _: &()) -> Result {
    ensure((0..=7 * 24 * 60 + 60).contains(&value.0), "0 to 10140 minutes")
}

/// Time between two days of work.
pub(crate) fn rest_minutes(value: &Minutes, _: &()) -> Result {
    ensure((0..=366 * 24 * 60).contains(&value.0), "0 to 527040 minutes")
}

/// Those who are assigned a training.
pub(crate) fn people<T>(people: &[T], _: &()) -> Result {
    ensure((1..=PEOPLE_MAX).contains(&people.len()), "1 to 45 people")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fields_look_like() {
        for (rule, good, bad) in [
            (name as fn(&str, &()) -> Result, vec!["Annual leave", "ü"], vec!["", "  ", "a\nb", "a\u{0}"]),
            (comment, vec!["seen\nand said"], vec!["", " ", "a\u{7}"]),
            (reference, vec!["https://example.com/c/1"], vec!["", "a\tb"]),
        ] {
            for text in good {
                assert!(rule(text, &()).is_ok(), "{text:?}");
            }
            for text in bad {
                assert!(rule(text, &()).is_err(), "{text:?}");
            }
        }
        assert!(name(&"x".repeat(100), &()).is_ok());
        assert!(name(&"x".repeat(101), &()).is_err());
        assert!(comment(&"x".repeat(1_001), &()).is_err());
    }
}
