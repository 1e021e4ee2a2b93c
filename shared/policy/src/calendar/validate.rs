//! Validation of calendars.

use jiff::civil::Weekday;
use kernel::{FieldError, Message, YEARS};

use super::{Calendar, DayHours, DayPattern, Holiday, Week, minute_range};
use crate::messages;

/// Longest holiday in days: a leap year.
const HOLIDAY_DAYS_MAX: i32 = 366;
/// Most holidays of a calendar.
const HOLIDAYS_MAX: usize = 400;
/// Most characters of a holiday name.
const NAME_MAX: usize = 100;
/// Most spans of opening hours per day.
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

fn field_error(pointer: String, code: &str, detail: Message) -> FieldError {
    FieldError { pointer, code: code.to_owned(), detail }
}

impl Calendar {
    /// Returns all field errors of a calendar by JSON pointer; empty if it is valid.
    ///
    /// A calendar needs opening hours on every worked day, in order and without overlap, at least one worked day, and at most
    /// 400 holidays. A holiday needs a name, lies in the years 1900 to 2200 and lasts at most 366 days.
    pub fn validate(week: &Week, holidays: &[Holiday]) -> Vec<FieldError> {
        let mut errors: Vec<FieldError> = WEEKDAYS
            .iter()
            .flat_map(|&(day, name)| day_errors(week.day(day), &format!("/week/{name}/hours")))
            .collect();
        if WEEKDAYS.iter().all(|&(day, _)| week.day(day).pattern == DayPattern::Off) {
            errors.push(field_error("/week".into(), "never_works", messages::working_day_needed()));
        }
        if holidays.len() > HOLIDAYS_MAX {
            errors.push(field_error("/holidays".into(), "too_many", messages::holiday_count(HOLIDAYS_MAX)));
        }
        let holidays = holidays.iter().take(HOLIDAYS_MAX).enumerate();
        errors.extend(holidays.flat_map(|(at, holiday)| holiday_errors(holiday, &format!("/holidays/{at}"))));
        errors
    }
}

fn day_errors(day: &DayHours, pointer: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if day.pattern != DayPattern::Off && day.hours.is_empty() {
        errors.push(field_error(pointer.into(), "required", messages::opening_hours_needed()));
    }
    if day.hours.len() > SPANS_MAX {
        errors.push(field_error(pointer.into(), "too_many", messages::opening_hours_count(SPANS_MAX)));
    }
    let mut end = 0;
    for (at, &hours) in day.hours.iter().enumerate() {
        let (from, to) = minute_range(hours);
        if from >= to {
            let detail = messages::opening_hours_reversed(hours.1.to_string(), hours.0.to_string());
            errors.push(field_error(format!("{pointer}/{at}"), "ends_before_it_begins", detail));
        } else if from < end {
            let detail = messages::opening_hours_overlap(hours.0.to_string());
            errors.push(field_error(format!("{pointer}/{at}"), "overlaps", detail));
        }
        end = end.max(to);
    }
    errors
}

fn holiday_errors(holiday: &Holiday, pointer: &str) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let name = holiday.name.trim();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        errors.push(field_error(format!("{pointer}/name"), "required", messages::holiday_name(NAME_MAX)));
    }
    for (field, date) in [("from", Some(holiday.from)), ("to", holiday.to)] {
        if date.is_some_and(|date| !YEARS.contains(&date.year())) {
            errors.push(field_error(format!("{pointer}/{field}"), "out_of_range", messages::date_range()));
        }
    }
    let to = holiday.last_day();
    if to < holiday.from {
        let detail = messages::ends_before_it_begins(to, holiday.from);
        errors.push(field_error(format!("{pointer}/to"), "ends_before_it_begins", detail));
    } else if (to - holiday.from).get_days() >= HOLIDAY_DAYS_MAX {
        errors.push(field_error(format!("{pointer}/to"), "too_long", messages::holiday_length(HOLIDAY_DAYS_MAX)));
    }
    errors
}
