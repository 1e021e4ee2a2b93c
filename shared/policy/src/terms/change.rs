//! Change of an employment with its checks: the hire date, the last day, and terms from a date on.

use directory::{EmploymentStatus, Person, today_in};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Code, Error, Result};
use serde_json::json;

use super::{TermsChange, check_work_pattern, messages, with_hire_date, with_terms_change};

/// Earliest hire date.
const HIRE_DATE_MIN: Date = jiff::civil::date(1900, 1, 1);
/// Furthest hire date ahead, in days: two years.
const HIRE_DATE_DAYS_AHEAD_MAX: i32 = 730;
/// Most days from today, or from a later hire date, to the last day.
const LAST_DAY_DAYS_AHEAD_MAX: i32 = 366;
/// Most days from the date from which a change of terms holds to today, or from today or a later hire date to it.
const TERMS_DAYS_MAX: i32 = 366;
/// Most days of work patterns in all dated terms of a person. They keep the record far below the size limits of items and
/// events.
const PATTERN_DAYS_MAX: usize = 1_000;

/// Change of an employment. `None` leaves a field unchanged; `Some(None)` clears it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmploymentChange {
    /// First day of the employment.
    pub hire_date: Option<Date>,
    /// First day of earlier service that counts as well.
    pub earlier_service_from: Option<Option<Date>>,
    /// Last day of the employment.
    pub last_day: Option<Option<Date>>,
    /// Dated terms to change.
    pub terms: TermsChange,
    /// First day of the changed terms; only with a change of terms. `None` for today at the site, or the hire date if later.
    pub effective_from: Option<Date>,
}

/// The person after a change; an equal person if it changes nothing. Changed terms hold from `effective_from` on; the
/// other fields change at once.
///
/// # Errors
/// 409 `terminated`; 422 for an unknown time zone, a date out of range, a first day without changed terms, an invalid work
/// pattern or too many terms.
pub fn with_employment_change(person: &Person, change: EmploymentChange, at: Timestamp) -> Result<Person> {
    check_not_ended(person)?;
    let mut next = person.clone();
    if let Some(last_day) = change.last_day {
        if let Some(last_day) = last_day {
            check_last_day(last_day, change.hire_date.unwrap_or(person.hire_date), person.today(at))?;
        }
        next.termination_date = last_day;
    }
    if let Some(hire_date) = change.hire_date {
        check_hire_date(hire_date, next.today(at))?;
        if next.termination_date.is_some_and(|last_day| last_day < hire_date) {
            return Err(Error::invalid("/hire_date", "after_termination", messages::hire_after_termination()));
        }
        next = with_hire_date(&next, hire_date, at);
    }
    next.earlier_service_from = change.earlier_service_from.unwrap_or(next.earlier_service_from);
    check_earlier_service(next.earlier_service_from, next.hire_date)?;
    with_checked_terms(&next, change.terms, change.effective_from, at)
}

/// Checks that the employment has not ended, by the status `terminated` and not by the last day.
///
/// # Errors
/// 409 `terminated`.
pub fn check_not_ended(person: &Person) -> Result<()> {
    if person.status != EmploymentStatus::Terminated {
        return Ok(());
    }
    let current = json!({ "status": person.status, "termination_date": person.termination_date });
    Err(Error::new(Code::Terminated, messages::employment_ended()).with_current_state(current))
}

/// Name of the time zone as the IANA database writes it, such as `Europe/Berlin` for `europe/berlin`. Spaces
/// around it are ignored.
///
/// # Errors
/// 422 `unknown_zone` at `/time_zone`.
pub fn canonical_time_zone(name: &str) -> Result<String> {
    let zone = TimeZone::get(name.trim()).ok();
    zone.as_ref()
        .and_then(TimeZone::iana_name)
        .map(str::to_owned)
        .ok_or_else(|| Error::invalid("/time_zone", "unknown_zone", messages::time_zone_unknown()))
}

/// Checks a hire date: 1900-01-01 or later, and at most 730 days after today.
///
/// # Errors
/// 422 `out_of_range`.
pub fn check_hire_date(hire_date: Date, today: Date) -> Result<()> {
    let last = today.checked_add(HIRE_DATE_DAYS_AHEAD_MAX.days()).unwrap_or(Date::MAX);
    if (HIRE_DATE_MIN..=last).contains(&hire_date) {
        Ok(())
    } else {
        Err(Error::invalid("/hire_date", "out_of_range", messages::hire_date_range()))
    }
}

/// Checks a last day: not before the hire date, and at most 366 days after today, or after a hire date to come.
///
/// # Errors
/// 422 `before_hire` or `in_future`.
pub fn check_last_day(last_day: Date, hire_date: Date, today: Date) -> Result<()> {
    const POINTER: &str = "/termination_date";
    if last_day < hire_date {
        return Err(Error::invalid(POINTER, "before_hire", messages::termination_before_hire()));
    }
    if last_day > today.max(hire_date).saturating_add(LAST_DAY_DAYS_AHEAD_MAX.days()) {
        return Err(Error::invalid(POINTER, "in_future", messages::termination_too_far(LAST_DAY_DAYS_AHEAD_MAX)));
    }
    Ok(())
}

/// The person with a change of terms from a date on; unchanged if it changes no field. `from` is by default today at the
/// changed site, or the hire date if later.
///
/// # Errors
/// 422 for a date without a changed field, an unknown time zone, an invalid work pattern, a date out of range, or too many
/// terms.
fn with_checked_terms(person: &Person, change: TermsChange, from: Option<Date>, at: Timestamp) -> Result<Person> {
    const POINTER: &str = "/effective_from";
    if change.is_empty() {
        return match from {
            None => Ok(person.clone()),
            Some(_) => Err(Error::invalid(POINTER, "without_terms", messages::terms_date_alone())),
        };
    }
    if let Some(Some(pattern)) = &change.work_pattern {
        check_work_pattern(pattern)?;
    }
    let time_zone = change.time_zone.as_deref().map(canonical_time_zone).transpose()?;
    let today = today_in(time_zone.as_ref().unwrap_or(&person.time_zone), at);
    let from = from.unwrap_or_else(|| today.max(person.hire_date));
    if from < person.hire_date {
        return Err(Error::invalid(POINTER, "before_hire", messages::terms_before_hire()));
    }
    let earliest = today.saturating_sub(TERMS_DAYS_MAX.days());
    let latest = today.max(person.hire_date).saturating_add(TERMS_DAYS_MAX.days());
    if !(earliest..=latest).contains(&from) {
        return Err(Error::invalid(POINTER, "out_of_range", messages::terms_date_range(TERMS_DAYS_MAX)));
    }
    let next = with_terms_change(person, from, &TermsChange { time_zone, ..change }, at);
    if next.terms.len() > Person::TERMS_MAX {
        return Err(Error::invalid(POINTER, "too_many", messages::too_many_terms(Person::TERMS_MAX)));
    }
    let pattern_days: usize =
        next.terms.iter().filter_map(|terms| terms.work_pattern.as_ref()).map(|pattern| pattern.cycle.len()).sum();
    if pattern_days > PATTERN_DAYS_MAX {
        let detail = messages::too_many_pattern_days(PATTERN_DAYS_MAX);
        return Err(Error::invalid("/work_pattern", "too_many", detail));
    }
    Ok(next)
}

/// Checks the first day of earlier service: 1900-01-01 or later, and before the hire date. `None` passes.
///
/// # Errors
/// 422 `out_of_range`.
pub fn check_earlier_service(from: Option<Date>, hire_date: Date) -> Result<()> {
    match from {
        Some(from) if !(HIRE_DATE_MIN..hire_date).contains(&from) => {
            let detail = messages::earlier_service_before_hire();
            Err(Error::invalid("/earlier_service_from", "out_of_range", detail))
        }
        Some(_) | None => Ok(()),
    }
}
