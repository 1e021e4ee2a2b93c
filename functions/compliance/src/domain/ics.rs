//! Holidays from an iCalendar file (RFC 5545): every event meets one fate, and is told which.

use icalendar::parser::{Component, read_calendar, unfold};
use jiff::{ToSpan, civil::Date};
use kernel::{Error, Result};
use policy::Holiday;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// No calendar of ours nests deeper than an alarm in an event in a calendar; what does is not read at all, because reading recurses.
const NESTING_MAX: usize = 8;
/// A holiday's name is cut to this, in characters.
const NAME_CHARS_MAX: usize = 100;

/// What became of one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportResult {
    /// Became a holiday.
    Added,
    /// Those days are a holiday already.
    Duplicate,
    /// No holiday can be made of it.
    Refused,
}

/// One event of the file, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImportedEvent {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its first day, where that could be read.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Its last day, where it has several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Whether it comes every year.
    pub yearly: bool,
    /// What became of it.
    pub fate: ImportResult,
    /// Why it is none, or what is there already.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// Reads a file beside the holidays that stand; answers all holidays then, and the fate of every event in its order.
///
/// # Errors
/// 422 for a text that is no iCalendar file or has no event.
pub fn import_holidays(text: &str, standing: Vec<Holiday>) -> Result<(Vec<Holiday>, Vec<ImportedEvent>)> {
    let unfolded = unfold(text);
    if nesting(&unfolded) > NESTING_MAX {
        return Err(unreadable("it nests too deep"));
    }
    let calendar = read_calendar(&unfolded).map_err(|_| unreadable("it breaks RFC 5545"))?;
    let events: Vec<_> = calendar.components.iter().filter(|component| component.name.as_str() == "VEVENT").collect();
    if events.is_empty() {
        return Err(unreadable("it has no event"));
    }
    let mut holidays = standing;
    let fates = events.into_iter().map(|event| import_event(event, &mut holidays)).collect();
    Ok((holidays, fates))
}

fn unreadable(why: &str) -> Error {
    Error::invalid("/ics", "no_icalendar", format!("This is no iCalendar file with events: {why}."))
}

/// How deep the components of a file lie within each other.
fn nesting(unfolded: &str) -> usize {
    let starts = |line: &str, word: &str| line.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
    let mut depth = 0_usize;
    let mut deepest = 0;
    for line in unfolded.lines() {
        if starts(line, "BEGIN:") {
            depth += 1;
            deepest = deepest.max(depth);
        } else if starts(line, "END:") {
            depth = depth.saturating_sub(1);
        }
    }
    deepest
}

fn import_event(event: &Component<'_>, holidays: &mut Vec<Holiday>) -> ImportedEvent {
    let name = name_of(event);
    let refused = |reason: String| ImportedEvent {
        name: name.clone(),
        from: days_of(event).ok().map(|(from, _)| from),
        to: None,
        yearly: false,
        fate: ImportResult::Refused,
        reason: Some(reason),
    };
    let holiday = match holiday_of(event, &name) {
        Ok(holiday) => holiday,
        Err(reason) => return refused(reason),
    };
    let there = holidays.iter().find(|known| same_days(known, &holiday));
    let (fate, reason) = match there {
        Some(known) => (ImportResult::Duplicate, Some(format!("it is there as `{}`", known.name))),
        None => (ImportResult::Added, None),
    };
    let Holiday { from, to, yearly, .. } = holiday;
    if fate == ImportResult::Added {
        holidays.push(holiday);
    }
    ImportedEvent { name, from: Some(from), to, yearly, fate, reason }
}

/// Whether two whole holidays fall on the same days, whatever they are called.
fn same_days(one: &Holiday, other: &Holiday) -> bool {
    let last = |holiday: &Holiday| holiday.to.unwrap_or(holiday.from);
    (one.from, last(one), one.yearly, one.half) == (other.from, last(other), other.yearly, other.half)
}

fn text<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a str> {
    let property = event.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name))?;
    Some(property.val.as_str().trim())
}

fn name_of(event: &Component<'_>) -> String {
    let words = text(event, "SUMMARY").unwrap_or_default();
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(NAME_CHARS_MAX).collect()
}

fn holiday_of(event: &Component<'_>, name: &str) -> std::result::Result<Holiday, String> {
    if name.is_empty() {
        return Err("it has no name (SUMMARY)".to_owned());
    }
    if text(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Err("it was cancelled".to_owned());
    }
    let odd = ["RECURRENCE-ID", "RDATE", "EXDATE", "EXRULE"];
    if let Some(odd) = odd.into_iter().find(|name| text(event, name).is_some()) {
        return Err(format!("a holiday has no exceptions ({odd})"));
    }
    let (from, last) = days_of(event)?;
    let yearly = text(event, "RRULE").map_or(Ok(false), |rule| recurs_yearly(rule, from))?;
    Ok(Holiday { name: name.to_owned(), from, to: (last > from).then_some(last), yearly, half: None })
}

/// First and last day of an all-day event.
fn days_of(event: &Component<'_>) -> std::result::Result<(Date, Date), String> {
    let from = text(event, "DTSTART").ok_or("it has no first day (DTSTART)")?;
    let from = all_day(from).ok_or("it is not an all-day event")?;
    // The end is exclusive: RFC 5545, 3.6.1.
    let end = match (text(event, "DTEND"), text(event, "DURATION")) {
        (Some(end), _) => all_day(end).ok_or("its end is no day")?,
        (None, Some(duration)) => {
            let days = whole_days(duration).ok_or("its length is not in whole days")?;
            from.checked_add(days.days()).map_err(|_| "its end is no day")?
        }
        (None, None) => from.tomorrow().map_err(|_| "its end is no day")?,
    };
    let last = end.yesterday().map_err(|_| "its end is no day")?;
    // Some programs write the same day twice for an event of one day.
    Ok((from, if end == from { from } else { last })).and_then(|(from, last)| {
        if last < from { Err("it ends before it begins".to_owned()) } else { Ok((from, last)) }
    })
}

fn all_day(value: &str) -> Option<Date> {
    if value.len() != 8 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date = Date::strptime("%Y%m%d", value).ok()?;
    (1900..=2200).contains(&date.year()).then_some(date)
}

/// `P1D`, `P2W`.
fn whole_days(duration: &str) -> Option<i64> {
    let rest = duration.trim_start_matches('+').strip_prefix('P')?;
    let (number, days) = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 7),
        (None, None) => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| (1..=366).contains(number))?;
    Some(number * days)
}

/// Whether a rule means every year again on the same day. Anything else has no form as a holiday here.
fn recurs_yearly(rule: &str, from: Date) -> std::result::Result<bool, String> {
    let month = from.month().to_string();
    let day = from.day().to_string();
    let mut yearly = false;
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let fits = match name.to_ascii_uppercase().as_str() {
            "FREQ" => {
                yearly = value.eq_ignore_ascii_case("YEARLY");
                yearly
            }
            "INTERVAL" => value == "1",
            "BYMONTH" => value.trim_start_matches('0') == month,
            "BYMONTHDAY" => value.trim_start_matches('0') == day,
            "WKST" => true,
            _ => false,
        };
        if !fits {
            return Err(format!("it recurs in a way that no holiday does: {part:.60}"));
        }
    }
    Ok(yearly)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn file(events: &[&str]) -> String {
        let events: String = events.iter().map(|event| format!("BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n")).collect();
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{events}END:VCALENDAR\r\n")
    }

    fn one(event: &str) -> ImportedEvent {
        import_holidays(&file(&[event]), Vec::new()).unwrap().1.remove(0)
    }

    #[test]
    fn all_day_events_become_holidays() {
        for (event, from, to, yearly) in [
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226", date(2026, 12, 25), None, false),
            ("SUMMARY:A\r\nDTSTART:20261225", date(2026, 12, 25), None, false),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261225", date(2026, 12, 25), None, false),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20270103",
                date(2026, 12, 24),
                Some(date(2027, 1, 2)),
                false,
            ),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20260501\r\nDURATION:P2D",
                date(2026, 5, 1),
                Some(date(2026, 5, 2)),
                false,
            ),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY", date(2026, 5, 1), None, true),
            (
                "summary:A\r\nDTSTART;VALUE=DATE:20260501\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYMONTH=5;BYMONTHDAY=1;WKST=MO",
                date(2026, 5, 1),
                None,
                true,
            ),
        ] {
            let met = one(event);
            assert_eq!(
                (met.fate, met.from, met.to, met.yearly),
                (ImportResult::Added, Some(from), to, yearly),
                "{event} {met:?}"
            );
        }
    }

    #[test]
    fn what_is_no_holiday_is_refused_with_its_reason() {
        for (event, reason) in [
            ("DTSTART;VALUE=DATE:20261225", "no name"),
            ("SUMMARY:A", "no first day"),
            ("SUMMARY:A\r\nDTSTART:20261225T090000Z\r\nDTEND:20261225T100000Z", "not an all-day event"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261325", "not an all-day event"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261220", "ends before it begins"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDURATION:PT4H", "whole days"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED", "cancelled"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=WEEKLY", "FREQ=WEEKLY"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=YEARLY;BYDAY=4TH", "BYDAY"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;UNTIL=20301225", "UNTIL"),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nEXDATE;VALUE=DATE:20271225", "EXDATE"),
        ] {
            let met = one(event);
            assert_eq!(met.fate, ImportResult::Refused, "{event}");
            assert!(met.reason.as_deref().unwrap().contains(reason), "{event}: {met:?}");
        }
    }

    #[test]
    fn what_is_there_is_not_added_again() {
        let christmas = "SUMMARY:Christmas\\, at last\r\nDTSTART;VALUE=DATE:20261225";
        let other = "SUMMARY:Boxing Day\r\nDTSTART;VALUE=DATE:20261226";
        let (holidays, fates) = import_holidays(&file(&[christmas, christmas, other]), Vec::new()).unwrap();
        let names: Vec<_> = holidays.iter().map(|holiday| holiday.name.as_str()).collect();
        assert_eq!(names, ["Christmas, at last", "Boxing Day"]);
        let fates: Vec<_> = fates.into_iter().map(|event| event.fate).collect();
        assert_eq!(fates, [ImportResult::Added, ImportResult::Duplicate, ImportResult::Added]);
        let (again, fates) = import_holidays(&file(&[other]), holidays.clone()).unwrap();
        assert_eq!((again, fates.first().unwrap().fate), (holidays, ImportResult::Duplicate));
    }

    #[test]
    fn folded_lines_and_alarms_are_read() {
        let event = "SUMMARY:Day of the \r\n very long name\r\nDTSTART;VALUE=DATE:20261225\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM";
        assert_eq!(one(event).name, "Day of the very long name");
    }

    #[test]
    fn what_is_no_file_of_events_is_refused() {
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(4_000));
        for text in ["", "x", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VCALENDAR\n", &"x".repeat(20_000), &deep] {
            let error = import_holidays(text, Vec::new()).unwrap_err();
            assert_eq!(error.fields().first().unwrap().pointer, "/ics", "{text:.40}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "(BEGIN:|END:|VCALENDAR|VEVENT|DTSTART|SUMMARY|RRULE|[:;=,\\\\]|\r\n|\n |[0-9]{8}|.){0,60}") {
            drop(import_holidays(&text, Vec::new()));
        }
    }
}
