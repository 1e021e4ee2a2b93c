//! Business calendars: their next version, and the days of a year.

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Result};
use policy::{Calendar, Holiday, Week};
use serde::Serialize;
use utoipa::ToSchema;

use super::invalid_error;

/// Longest code of a site, in characters.
const SITE_CHARS_MAX: usize = 40;

/// Whether a text can be the code of a site: 1 to 40 lower-case letters, digits and hyphens.
pub fn is_site_code(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=SITE_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_allowed)
}

/// First or next version of a site's calendar, not yet stored; `before` is the current version.
///
/// # Errors
/// 422 with pointers if the week or a holiday is invalid.
pub fn next_calendar_version(
    site: &str,
    before: Option<&Calendar>,
    (week, holidays): (Week, Vec<Holiday>),
    (created_at, created_by): (Timestamp, Actor),
) -> Result<Calendar> {
    let faults = Calendar::validate(&week, &holidays);
    if !faults.is_empty() {
        return Err(invalid_error(faults));
    }
    let version = before.map_or(1, |before| before.version.saturating_add(1));
    Ok(Calendar { site: site.to_owned(), version, week, holidays, created_at, created_by })
}

/// One day of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarDay {
    /// Date of the calendar day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Whether the first half of the day is worked by the calendar.
    pub am: bool,
    /// Whether the second half of the day is worked by the calendar.
    pub pm: bool,
    /// Names of the holidays on the day, separated by commas; absent without a holiday.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub holiday: Option<String>,
}

/// All days of a year, in order; none for a year of more than four digits.
pub fn days_of_year(calendar: &Calendar, year: i16) -> Vec<CalendarDay> {
    let Ok(first) = Date::new(year, 1, 1) else { return Vec::new() };
    first
        .series(jiff::Span::new().days(1))
        .take_while(|day| day.year() == year)
        .map(|day| calendar_day(calendar, day))
        .collect()
}

fn calendar_day(calendar: &Calendar, date: Date) -> CalendarDay {
    let working = calendar.worked_halves(date);
    let names: Vec<_> = calendar.holidays_on(date).into_iter().map(|holiday| holiday.name.as_str()).collect();
    let holiday = (!names.is_empty()).then(|| names.join(", "));
    CalendarDay { date, am: working.am, pm: working.pm, holiday }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use policy::{DayHours, DayPattern, Half};

    use super::*;

    fn week() -> Week {
        let day = |pattern| DayHours { pattern, hours: Vec::new() };
        let full = || DayHours {
            pattern: DayPattern::Full,
            hours: vec![("09:00".parse().unwrap(), "17:00".parse().unwrap())],
        };
        Week {
            monday: full(),
            tuesday: full(),
            wednesday: full(),
            thursday: full(),
            friday: full(),
            saturday: day(DayPattern::Off),
            sunday: day(DayPattern::Off),
        }
    }

    fn holiday(name: &str, from: Date, half: Option<Half>) -> Holiday {
        Holiday { name: name.to_owned(), from, to: None, yearly: true, half }
    }

    #[test]
    fn days_lists_each_day_of_a_year() {
        let holidays = vec![
            holiday("Christmas Eve", date(2020, 12, 24), Some(Half::Pm)),
            holiday("Christmas Day", date(2020, 12, 25), None),
        ];
        let by = (Timestamp::UNIX_EPOCH, Actor::Unknown);
        let calendar = next_calendar_version("berlin", None, (week(), holidays), by).unwrap();
        let days = days_of_year(&calendar, 2026);
        assert_eq!((calendar.version, days.len()), (1, 365));
        let on = |month, day| days.iter().find(|one| one.date == date(2026, month, day)).unwrap().clone();
        let day = |month, day, am, pm, holiday: Option<&str>| CalendarDay {
            date: date(2026, month, day),
            am,
            pm,
            holiday: holiday.map(str::to_owned),
        };
        assert_eq!(on(11, 23), day(11, 23, true, true, None));
        assert_eq!(on(11, 22), day(11, 22, false, false, None));
        assert_eq!(on(12, 24), day(12, 24, true, false, Some("Christmas Eve")));
        assert_eq!(on(12, 25), day(12, 25, false, false, Some("Christmas Day")));
    }

    #[test]
    fn version_numbers_increase_by_one() {
        let by = || (Timestamp::UNIX_EPOCH, Actor::Unknown);
        let first = next_calendar_version("berlin", None, (week(), Vec::new()), by()).unwrap();
        let second = next_calendar_version("berlin", Some(&first), (week(), Vec::new()), by()).unwrap();
        assert_eq!((first.version, second.version), (1, 2));
    }

    #[test]
    fn site_codes_are_slugs() {
        for good in ["berlin", "new-york-2"] {
            assert!(is_site_code(good), "{good}");
        }
        for bad in ["", "Berlin", "a b", "a/b", "%00", "x2345678901234567890123456789012345678901"] {
            assert!(!is_site_code(bad), "{bad}");
        }
    }
}
