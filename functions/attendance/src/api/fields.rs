//! What single fields must look like, before any rule looks at them.

use garde::Result;
pub(crate) use lambda::http::field::{date, not_null, nullable, validate_reason};
use lambda::http::field::{ensure, is_single_line};

use crate::domain::roster::{CYCLE_DAYS_MAX, SHIFTS_MAX};

/// No name is longer, in characters.
const NAME_CHARS_MAX: usize = 60;
/// No place and no device has a longer name, in characters.
const WORDS_CHARS_MAX: usize = 120;
/// Whoever doubts more does not know where they are.
const ACCURACY_M_MAX: f64 = 100_000.0;
/// No code of a shift is longer.
const CODE_BYTES_MAX: usize = 40;
/// No site has more fences.
const FENCES_MAX: usize = 20;

pub(crate) fn name(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, NAME_CHARS_MAX), "1 to 60 characters")
}

/// Shifts of one day, by their codes.
pub(crate) fn shifts(codes: &[String], _: &()) -> Result {
    let sign = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let code = |text: &String| (1..=CODE_BYTES_MAX).contains(&text.len()) && text.bytes().all(sign);
    ensure(codes.len() <= SHIFTS_MAX, "at most 4 shifts a day")?;
    ensure(codes.iter().all(code), "codes of shifts: 1 to 40 of a-z, 0-9 and -")
}

/// The days of a rotation.
pub(crate) fn cycle(days: &[Vec<String>], _: &()) -> Result {
    ensure((1..=CYCLE_DAYS_MAX).contains(&days.len()), "1 to 56 days")?;
    days.iter().try_for_each(|day| shifts(day, &()))
}

/// The fences of a site.
pub(crate) fn fences<T>(fences: &[T], _: &()) -> Result {
    ensure(fences.len() <= FENCES_MAX, "at most 20 fences")
}

/// A place or a device as people call it.
pub(crate) fn words(text: &str, _: &()) -> Result {
    ensure(is_single_line(text, WORDS_CHARS_MAX), "1 to 120 characters, one line")
}

/// The same without the space around it.
pub(crate) fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
}

/// By how many metres a position may be wrong.
pub(crate) fn accuracy(metres: &f64, _: &()) -> Result {
    ensure((0.0..=ACCURACY_M_MAX).contains(metres), "0 to 100000 metres")
}

/// Degrees north of the equator.
pub(crate) fn latitude(degrees: &f64, _: &()) -> Result {
    ensure((-90.0..=90.0).contains(degrees), "-90 to 90 degrees")
}

/// Degrees east of Greenwich.
pub(crate) fn longitude(degrees: &f64, _: &()) -> Result {
    ensure((-180.0..=180.0).contains(degrees), "-180 to 180 degrees")
}

/// The radius of a fence, in metres.
pub(crate) fn radius(metres: &u32, _: &()) -> Result {
    ensure((10..=10_000).contains(metres), "10 to 10000 metres")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fields_look_like() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        assert!(shifts(&codes(&["early", "night-2"]), &()).is_ok() && shifts(&[], &()).is_ok());
        assert!(shifts(&codes(&["Early"]), &()).is_err() && shifts(&codes(&[""]), &()).is_err());
        assert!(shifts(&codes(&["a", "b", "c", "d", "e"]), &()).is_err());
        assert!(cycle(&[], &()).is_err() && cycle(&vec![Vec::new(); 57], &()).is_err());
        assert!(cycle(&vec![codes(&["early"]); 56], &()).is_ok() && cycle(&[codes(&["a b"])], &()).is_err());
        assert!(latitude(&-90.0, &()).is_ok() && latitude(&90.000_001, &()).is_err());
        assert!(longitude(&180.0, &()).is_ok() && longitude(&-180.1, &()).is_err());
        assert!(radius(&10, &()).is_ok() && radius(&9, &()).is_err() && radius(&10_001, &()).is_err());
        assert!(words("Gate 3 (north)", &()).is_ok() && words("a\nb", &()).is_err() && words(" ", &()).is_err());
        assert!(accuracy(&0.0, &()).is_ok() && accuracy(&-1.0, &()).is_err() && accuracy(&1e6, &()).is_err());
        assert!(name("Früh und spät", &()).is_ok() && name(" ", &()).is_err());
    }
}
