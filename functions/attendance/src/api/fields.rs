//! Validators of single fields.

use garde::Result;
use lambda::http::validators::{ensure, is_single_line};
pub(crate) use lambda::http::validators::{not_null, nullable, validate_date as date, validate_reason};

use crate::{
    domain::roster::{CYCLE_DAYS_MAX, SHIFTS_MAX},
    messages,
};

/// Maximum characters of a name.
const NAME_CHARS_MAX: usize = 60;
/// Maximum characters of a place or device.
const LINE_CHARS_MAX: usize = 120;
/// Maximum accuracy radius in metres.
const ACCURACY_M_MAX: f64 = 100_000.0;
/// Maximum length of a shift code.
const CODE_BYTES_MAX: usize = 40;
/// Maximum number of fences of a site.
const FENCES_MAX: usize = 20;

pub(crate) fn name(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, NAME_CHARS_MAX), messages::name_line(NAME_CHARS_MAX))
}

/// Shift codes of one day.
pub(crate) fn shifts(codes: &[String], _: &()) -> Result {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let code = |text: &String| (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(allowed);
    ensure(codes.len() <= SHIFTS_MAX, messages::shifts_max(SHIFTS_MAX))?;
    ensure(codes.iter().all(code), messages::shift_code(CODE_BYTES_MAX))
}

/// Days of a roster's cycle.
pub(crate) fn cycle(days: &[Vec<String>], _: &()) -> Result {
    ensure((1..=CYCLE_DAYS_MAX).contains(&days.len()), messages::cycle_days(CYCLE_DAYS_MAX))?;
    days.iter().try_for_each(|day| shifts(day, &()))
}

pub(crate) fn fences<T>(fences: &[T], _: &()) -> Result {
    ensure(fences.len() <= FENCES_MAX, messages::fences_max(FENCES_MAX))
}

/// Place or device as one line of text.
pub(crate) fn single_line(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, LINE_CHARS_MAX), messages::text_line(LINE_CHARS_MAX))
}

/// Text without surrounding white space.
pub(crate) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

pub(crate) fn accuracy(metres: &f64, _: &()) -> Result {
    ensure((0.0..=ACCURACY_M_MAX).contains(metres), messages::accuracy())
}

pub(crate) fn latitude(degrees: &f64, _: &()) -> Result {
    ensure((-90.0..=90.0).contains(degrees), messages::latitude())
}

pub(crate) fn longitude(degrees: &f64, _: &()) -> Result {
    ensure((-180.0..=180.0).contains(degrees), messages::longitude())
}

pub(crate) fn radius(metres: &u32, _: &()) -> Result {
    ensure((10..=10_000).contains(metres), messages::radius())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_validators_accept_only_documented_values() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert!(shifts(&codes(&["early", "night-2"]), &()).is_ok() && shifts(&[], &()).is_ok());
        assert!(shifts(&codes(&["Early"]), &()).is_err() && shifts(&codes(&[""]), &()).is_err());
        assert!(shifts(&codes(&["a", "b", "c", "d", "e"]), &()).is_err());
        assert!(cycle(&[], &()).is_err() && cycle(&vec![Vec::new(); 57], &()).is_err());
        assert!(cycle(&vec![codes(&["early"]); 56], &()).is_ok() && cycle(&[codes(&["a b"])], &()).is_err());
        assert!(latitude(&-90.0, &()).is_ok() && latitude(&90.000_001, &()).is_err());
        assert!(longitude(&180.0, &()).is_ok() && longitude(&-180.1, &()).is_err());
        assert!(radius(&10, &()).is_ok() && radius(&9, &()).is_err() && radius(&10_001, &()).is_err());
        assert!(
            single_line("Gate 3 (north)", &()).is_ok()
                && single_line("a\nb", &()).is_err()
                && single_line(" ", &()).is_err()
        );
        assert!(accuracy(&0.0, &()).is_ok() && accuracy(&-1.0, &()).is_err() && accuracy(&1e6, &()).is_err());
        assert!(name("Früh und spät", &()).is_ok() && name(" ", &()).is_err());
    }
}
