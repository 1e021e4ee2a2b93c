//! Validators of single fields.

use garde::Result;
use lambda::http::validators::{ensure, is_nonblank_line};
pub(crate) use lambda::http::validators::{not_null, nullable, validate_date as date, validate_reason};

use crate::{
    domain::roster::{CYCLE_DAYS_MAX, SHIFTS_MAX},
    messages,
};

/// Maximum characters of a name.
const NAME_CHARS_MAX: usize = 60;
/// Maximum characters of a location or device.
const LINE_CHARS_MAX: usize = 120;
/// Maximum accuracy radius in metres.
const ACCURACY_M_MAX: f64 = 100_000.0;
/// Maximum length of a shift code, in bytes.
const CODE_BYTES_MAX: usize = 40;
/// Maximum number of fences of a site.
const FENCES_MAX: usize = 20;

/// Checks that a name is one line of at most 60 characters, and not blank.
pub(crate) fn validate_name(text: &str, _: &()) -> Result {
    ensure(is_nonblank_line(text, NAME_CHARS_MAX), messages::name_line(NAME_CHARS_MAX))
}

/// Checks the number of shifts of one day and the form of their codes, not whether they exist.
pub(crate) fn validate_shifts(codes: &[String], _: &()) -> Result {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let code = |text: &String| (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(allowed);
    ensure(codes.len() <= SHIFTS_MAX, messages::shifts_max(SHIFTS_MAX))?;
    ensure(codes.iter().all(code), messages::shift_code(CODE_BYTES_MAX))
}

/// Checks the number of days of a roster's cycle, and the form of its shift codes.
pub(crate) fn validate_cycle(days: &[Vec<String>], _: &()) -> Result {
    ensure((1..=CYCLE_DAYS_MAX).contains(&days.len()), messages::cycle_days(CYCLE_DAYS_MAX))?;
    days.iter().try_for_each(|day| validate_shifts(day, &()))
}

/// Checks the number of fences only.
pub(crate) fn validate_fence_count<T>(fences: &[T], _: &()) -> Result {
    ensure(fences.len() <= FENCES_MAX, messages::fences_max(FENCES_MAX))
}

/// Checks that a location or device is one line of at most 120 characters, and not blank.
pub(crate) fn validate_line(text: &str, _: &()) -> Result {
    ensure(is_nonblank_line(text, LINE_CHARS_MAX), messages::text_line(LINE_CHARS_MAX))
}

/// Text without surrounding white space; it may be empty.
pub(crate) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

/// Checks that an accuracy radius is 0 to 100000 metres.
pub(crate) fn validate_accuracy(metres: &f64, _: &()) -> Result {
    ensure((0.0..=ACCURACY_M_MAX).contains(metres), messages::accuracy())
}

pub(crate) fn validate_latitude(degrees: &f64, _: &()) -> Result {
    ensure((-90.0..=90.0).contains(degrees), messages::latitude())
}

pub(crate) fn validate_longitude(degrees: &f64, _: &()) -> Result {
    ensure((-180.0..=180.0).contains(degrees), messages::longitude())
}

/// Checks that the radius of a fence is 10 to 10000 metres.
pub(crate) fn validate_radius(metres: &u32, _: &()) -> Result {
    ensure((10..=10_000).contains(metres), messages::radius())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_validators_accept_only_documented_values() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert!(validate_shifts(&codes(&["early", "night-2"]), &()).is_ok() && validate_shifts(&[], &()).is_ok());
        assert!(validate_shifts(&codes(&["Early"]), &()).is_err() && validate_shifts(&codes(&[""]), &()).is_err());
        assert!(validate_shifts(&codes(&["a", "b", "c", "d", "e"]), &()).is_err());
        assert!(validate_cycle(&[], &()).is_err() && validate_cycle(&vec![Vec::new(); 57], &()).is_err());
        assert!(
            validate_cycle(&vec![codes(&["early"]); 56], &()).is_ok()
                && validate_cycle(&[codes(&["a b"])], &()).is_err()
        );
        assert!(validate_latitude(&-90.0, &()).is_ok() && validate_latitude(&90.000_001, &()).is_err());
        assert!(validate_longitude(&180.0, &()).is_ok() && validate_longitude(&-180.1, &()).is_err());
        assert!(
            validate_radius(&10, &()).is_ok()
                && validate_radius(&9, &()).is_err()
                && validate_radius(&10_001, &()).is_err()
        );
        assert!(
            validate_line("Gate 3 (north)", &()).is_ok()
                && validate_line("a\nb", &()).is_err()
                && validate_line(" ", &()).is_err()
        );
        assert!(
            validate_accuracy(&0.0, &()).is_ok()
                && validate_accuracy(&-1.0, &()).is_err()
                && validate_accuracy(&1e6, &()).is_err()
        );
        assert!(validate_name("Früh und spät", &()).is_ok() && validate_name(" ", &()).is_err());
    }
}
