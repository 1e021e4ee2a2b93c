//! What is wrong with a calendar.

use jiff::civil::Weekday;
use kernel::FieldError;

use super::{Calendar, DayHours, DayPattern, Holiday, Week, minute_range};

/// A holiday is at most so long: a whole leap year.
const HOLIDAY_DAYS_MAX: i32 = 366;
/// A calendar has at most so many.
const HOLIDAYS_MAX: usize = 400;
/// A name has at most so many characters.
const NAME_MAX: usize = 100;
/// A day has at most so many spans of opening hours.
const SPANS_MAX: usize = 12;

const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Monday, "monday"),
    (Weekday::Tuesday, "tuesday"),
    (Weekday::Wednesday, "wednesday"),
    (Weekday::Thursday, "thursday"),
    (Weekday::Friday, "friday"),
    (Weekday::Saturday, "saturday"),
    (Weekday::Sunday, "sunday"),
];

fn field_error(pointer: String, code: &str, detail: impl Into<String>) -> FieldError {
    FieldError { pointer, code: code.to_owned(), detail: detail.into() }
}

impl Calendar {
    /// What is wrong with a calendar, by JSON pointer: a span that ends before it begins, hours that overlap or are missing on
    /// a worked day, a week without a working hour, a nameless or endless holiday (more than 366 days), more than 400 holidays.
    pub fn validate(week: &Week, holidays: &[Holiday]) -> Vec<FieldError> {
        let mut faults: Vec<FieldError> = WEEKDAYS
            .iter()
            .flat_map(|&(day, name)| day_faults(week.day(day), &format!("/week/{name}/hours")))
            .collect();
        if WEEKDAYS.iter().all(|&(day, _)| week.day(day).pattern == DayPattern::Off) {
            faults.push(field_error("/week".into(), "never_works", "A week needs at least one day that is worked."));
        }
        if holidays.len() > HOLIDAYS_MAX {
            let detail = format!("A calendar has at most {HOLIDAYS_MAX} holidays.");
            faults.push(field_error("/holidays".into(), "too_many", detail));
        }
        let holidays = holidays.iter().take(HOLIDAYS_MAX).enumerate();
        faults.extend(holidays.flat_map(|(at, holiday)| holiday_faults(holiday, &format!("/holidays/{at}"))));
        faults
    }
}

fn day_faults(day: &DayHours, pointer: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    if day.pattern != DayPattern::Off && day.hours.is_empty() {
        faults.push(field_error(pointer.into(), "required", "A day that is worked needs its opening hours."));
    }
    if day.hours.len() > SPANS_MAX {
        faults.push(field_error(pointer.into(), "too_many", format!("A day has at most {SPANS_MAX} spans.")));
    }
    let mut end = 0;
    for (at, &hours) in day.hours.iter().enumerate() {
        let (from, to) = minute_range(hours);
        if from >= to {
            let detail = format!("{} is not before {}.", hours.0, hours.1);
            faults.push(field_error(format!("{pointer}/{at}"), "ends_before_it_begins", detail));
        } else if from < end {
            let detail = format!("{} is within or before the hours that come first.", hours.0);
            faults.push(field_error(format!("{pointer}/{at}"), "overlaps", detail));
        }
        end = end.max(to);
    }
    faults
}

fn holiday_faults(holiday: &Holiday, pointer: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let name = holiday.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        let detail = format!("A holiday needs a name of 1 to {NAME_MAX} characters.");
        faults.push(field_error(format!("{pointer}/name"), "required", detail));
    }
    let to = holiday.last();
    if to < holiday.from {
        let detail = format!("{to} is before {}.", holiday.from);
        faults.push(field_error(format!("{pointer}/to"), "ends_before_it_begins", detail));
    } else if (to - holiday.from).get_days() >= HOLIDAY_DAYS_MAX {
        let detail = format!("A holiday has at most {HOLIDAY_DAYS_MAX} days.");
        faults.push(field_error(format!("{pointer}/to"), "too_long", detail));
    }
    faults
}
