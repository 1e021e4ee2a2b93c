//! Format checks of single fields.

use garde::Result;
use jiff::civil::Date;
use kernel::{Minutes, YEARS};
pub(crate) use lambda::http::validators::validate_date as date;
use lambda::http::validators::{ensure, is_nonblank_line};

use crate::messages;

/// Longest name of a policy or course, in characters.
const NAME_CHARS_MAX: usize = 100;
/// Longest comment, in characters.
const COMMENT_CHARS_MAX: usize = 1_000;
/// Longest search text or certificate reference, in characters.
const REFERENCE_CHARS_MAX: usize = 200;
/// Most violation codes in a list.
const CODES_MAX: usize = 50;
/// Most employees to whom one request assigns a training: each takes two of the 100 items of a transaction.
pub(crate) const PEOPLE_MAX: usize = 45;

/// Checks the name of a policy or a course: one line of 1 to 100 characters.
pub(crate) fn check_policy_or_course_name(text: &str, _: &()) -> Result {
    ensure(is_nonblank_line(text, NAME_CHARS_MAX), messages::one_line(NAME_CHARS_MAX))
}

/// Checks the reference to a certificate (an id, a number or an address): one line of 1 to 200 characters.
pub(crate) fn check_certificate_reference(text: &str, _: &()) -> Result {
    ensure(is_nonblank_line(text, REFERENCE_CHARS_MAX), messages::one_line(REFERENCE_CHARS_MAX))
}

/// Checks a policy subject or leave type to search for: one line of 1 to 200 characters.
pub(crate) fn check_search_text(text: &str, _: &()) -> Result {
    ensure(is_nonblank_line(text, REFERENCE_CHARS_MAX), messages::one_line(REFERENCE_CHARS_MAX))
}

/// Checks a comment on a violation: 1 to 1,000 characters on one or more lines.
pub(crate) fn check_violation_comment(text: &str, _: &()) -> Result {
    let fits = (1..=COMMENT_CHARS_MAX).contains(&text.trim().chars().count());
    ensure(fits && !text.chars().any(|c| c.is_control() && c != '\n'), messages::comment(COMMENT_CHARS_MAX))
}

/// Checks the number and length of violation codes; [`policy::Policy::validate`] checks that they exist.
pub(crate) fn check_violation_codes(codes: &[String], _: &()) -> Result {
    ensure(
        codes.len() <= CODES_MAX && codes.iter().all(|code| is_nonblank_line(code, NAME_CHARS_MAX)),
        messages::violation_codes(CODES_MAX),
    )
}

/// Checks that a range of dates in a query does not end before it starts.
pub(crate) fn check_date_range(from: Option<Date>, to: Option<Date>) -> kernel::Result<()> {
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(kernel::Error::invalid("query:to", "ends_before_it_begins", messages::to_before_from()))
        }
        _ => Ok(()),
    }
}

/// Checks the year of a calendar: 1900 to 2200.
pub(crate) fn check_calendar_year(value: &i16, _: &()) -> Result {
    ensure(YEARS.contains(value), messages::year_range())
}

/// Checks the minutes of a day: 0 to 1500. A day has 25 hours when the clock goes back.
pub(crate) fn check_minutes_per_day(value: &Minutes, _: &()) -> Result {
    ensure_minutes(*value, 25 * 60)
}

/// Checks the minutes of a week: 0 to 10140. A week has 169 hours when the clock goes back.
pub(crate) fn check_minutes_per_week(value: &Minutes, _: &()) -> Result {
    ensure_minutes(*value, 7 * 24 * 60 + 60)
}

/// Checks the minutes of rest between two days of work: 0 to those of a leap year.
pub(crate) fn check_rest_minutes(value: &Minutes, _: &()) -> Result {
    ensure_minutes(*value, 366 * 24 * 60)
}

fn ensure_minutes(value: Minutes, most: i64) -> Result {
    ensure((0..=most).contains(&value.0), messages::minutes_range(most))
}

/// Checks the number of employees to whom a training is assigned: 1 to 45.
pub(crate) fn check_training_employees<T>(people: &[T], _: &()) -> Result {
    ensure((1..=PEOPLE_MAX).contains(&people.len()), messages::employees_range(PEOPLE_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_formats_are_checked() {
        for (rule, good, bad) in [
            (
                check_policy_or_course_name as fn(&str, &()) -> Result,
                vec!["Annual leave", "ü"],
                vec!["", "  ", "a\nb", "a\u{0}"],
            ),
            (check_violation_comment, vec!["seen\nand said"], vec!["", " ", "a\u{7}"]),
            (check_certificate_reference, vec!["https://example.com/c/1"], vec!["", "a\tb"]),
        ] {
            for text in good {
                assert!(rule(text, &()).is_ok(), "{text:?}");
            }
            for text in bad {
                assert!(rule(text, &()).is_err(), "{text:?}");
            }
        }
        assert!(check_policy_or_course_name(&"x".repeat(100), &()).is_ok());
        assert!(check_policy_or_course_name(&"x".repeat(101), &()).is_err());
        assert!(check_violation_comment(&"x".repeat(1_001), &()).is_err());
    }
}
