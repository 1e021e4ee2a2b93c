//! Import of holidays from an iCalendar file (RFC 5545), with a result for each event.

use icalendar::parser::{Component, read_calendar, unfold};
use jiff::{ToSpan, civil::Date};
use kernel::{Error, Message, Result, YEARS};
use policy::Holiday;
use serde::Serialize;
use utoipa::ToSchema;

use crate::messages;

/// Deepest nesting of components. Deeper files are refused before parsing, because the parser is recursive.
const NESTING_MAX: usize = 8;
/// Longest name of a holiday, in characters; longer names are cut.
const NAME_CHARS_MAX: usize = 100;

/// Result of the import of one calendar event.
///
/// - `added`: the event was added as a holiday
/// - `duplicate`: a holiday on the same days exists already
/// - `refused`: the event cannot be a holiday
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStatus {
    /// The event was added as a holiday.
    Added,
    /// A holiday on the same days exists already.
    Duplicate,
    /// The event cannot be a holiday.
    Refused,
}

/// Event of an imported calendar file, with its result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportedEvent {
    /// Name of the event in at most 100 characters; empty if it has none.
    pub name: String,
    /// First day of the event; absent if it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub from: Option<Date>,
    /// Last day of an event of several days; absent for a single day and for a refused event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date, nullable = false)]
    pub to: Option<Date>,
    /// Whether the event recurs every year; false for a refused event.
    pub yearly: bool,
    /// Result of the import of this event.
    #[serde(rename = "fate")]
    pub status: ImportStatus,
    /// Sentence with the cause of the refusal or the name of the existing holiday; absent for an added event.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub reason: Option<Message>,
}

/// Adds the events of a file to existing holidays, except events on the same days as a holiday. Returns all holidays,
/// and the result of each event in the order of the file. An event that cannot be a holiday is refused in its result.
///
/// # Errors
/// 422 for a text that is not an iCalendar file with events.
pub fn import_holidays(text: &str, existing: Vec<Holiday>) -> Result<(Vec<Holiday>, Vec<ImportedEvent>)> {
    let unfolded = unfold(text);
    if nesting_depth(&unfolded) > NESTING_MAX {
        return Err(not_icalendar_error(messages::nested_too_deeply()));
    }
    let calendar = read_calendar(&unfolded).map_err(|_| not_icalendar_error(messages::not_rfc_5545()))?;
    let events: Vec<_> = calendar.components.iter().filter(|component| component.name.as_str() == "VEVENT").collect();
    if events.is_empty() {
        return Err(not_icalendar_error(messages::no_calendar_event()));
    }
    let mut holidays = existing;
    let results = events.into_iter().map(|event| import_event(event, &mut holidays)).collect();
    Ok((holidays, results))
}

fn not_icalendar_error(cause: Message) -> Error {
    Error::invalid("/ics", "no_icalendar", messages::not_icalendar(cause))
}

/// Depth of the deepest component of a file.
fn nesting_depth(unfolded: &str) -> usize {
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

/// Adds an event to the holidays, unless a holiday is on the same days or the event cannot be a holiday.
fn import_event(event: &Component<'_>, holidays: &mut Vec<Holiday>) -> ImportedEvent {
    let name = event_name(event);
    let refused = |reason: Message| ImportedEvent {
        name: name.clone(),
        from: first_and_last_day(event).ok().map(|(from, _)| from),
        to: None,
        yearly: false,
        status: ImportStatus::Refused,
        reason: Some(reason),
    };
    let holiday = match holiday_of_event(event, &name) {
        Ok(holiday) => holiday,
        Err(reason) => return refused(reason),
    };
    let existing = holidays.iter().find(|known| are_on_same_days(known, &holiday));
    let (status, reason) = match existing {
        Some(known) => (ImportStatus::Duplicate, Some(messages::holiday_known(known.name.as_str()))),
        None => (ImportStatus::Added, None),
    };
    let Holiday { from, to, yearly, .. } = holiday;
    if status == ImportStatus::Added {
        holidays.push(holiday);
    }
    ImportedEvent { name, from: Some(from), to, yearly, status, reason }
}

/// Whether two holidays fall on the same days; their names may differ.
fn are_on_same_days(one: &Holiday, other: &Holiday) -> bool {
    let last = |holiday: &Holiday| holiday.to.unwrap_or(holiday.from);
    (one.from, last(one), one.yearly, one.half) == (other.from, last(other), other.yearly, other.half)
}

fn property_text<'a>(event: &'a Component<'_>, name: &str) -> Option<&'a str> {
    let property = event.properties.iter().find(|property| property.name.as_str().eq_ignore_ascii_case(name))?;
    Some(property.val.as_str().trim())
}

/// Name of an event in one line, cut to 100 characters; empty if it has none.
fn event_name(event: &Component<'_>) -> String {
    let words = property_text(event, "SUMMARY").unwrap_or_default();
    let plain: String = words.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.chars().take(NAME_CHARS_MAX).collect()
}

/// Holiday on the days of an event, or the reason why the event cannot be a holiday.
fn holiday_of_event(event: &Component<'_>, name: &str) -> std::result::Result<Holiday, Message> {
    if name.is_empty() {
        return Err(messages::event_without_name());
    }
    if property_text(event, "STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Err(messages::event_cancelled());
    }
    let exceptions = ["RECURRENCE-ID", "RDATE", "EXDATE", "EXRULE"];
    if let Some(name) = exceptions.into_iter().find(|name| property_text(event, name).is_some()) {
        return Err(messages::holiday_with_exceptions(name));
    }
    let (from, last) = first_and_last_day(event)?;
    let yearly = property_text(event, "RRULE").map_or(Ok(false), |rule| recurs_yearly(rule, from))?;
    Ok(Holiday { name: name.to_owned(), from, to: (last > from).then_some(last), yearly, half: None })
}

/// First and last day of an all-day event, or the reason why it has none.
fn first_and_last_day(event: &Component<'_>) -> std::result::Result<(Date, Date), Message> {
    let from = property_text(event, "DTSTART").ok_or_else(messages::event_without_first_day)?;
    let from = parse_ics_date(from).ok_or_else(messages::event_not_all_day)?;
    // The end is exclusive: RFC 5545, 3.6.1.
    let end = match (property_text(event, "DTEND"), property_text(event, "DURATION")) {
        (Some(end), _) => parse_ics_date(end).ok_or_else(messages::event_end_not_a_date)?,
        (None, Some(duration)) => {
            let days = whole_days_of_duration(duration).ok_or_else(messages::event_not_whole_days)?;
            from.checked_add(days.days()).map_err(|_| messages::event_end_not_a_date())?
        }
        (None, None) => from.tomorrow().map_err(|_| messages::event_end_not_a_date())?,
    };
    let last = end.yesterday().map_err(|_| messages::event_end_not_a_date())?;
    // Some programs write the same date as start and end of a one-day event.
    let last = if end == from { from } else { last };
    if last < from { Err(messages::event_ends_before_it_starts()) } else { Ok((from, last)) }
}

/// Date in the form `20260131`, in the years 1900 to 2200.
fn parse_ics_date(value: &str) -> Option<Date> {
    if value.len() != 8 || !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let date = Date::strptime("%Y%m%d", value).ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

/// Number of days of a duration of 1 to 366 whole days or weeks, such as `P1D` or `P2W`; `None` for others.
fn whole_days_of_duration(duration: &str) -> Option<i64> {
    let rest = duration.trim_start_matches('+').strip_prefix('P')?;
    let (number, days) = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(number), _) => (number, 1),
        (None, Some(number)) => (number, 7),
        (None, None) => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| (1..=366).contains(number))?;
    Some(number * days)
}

/// True for a rule that recurs every year on the same day as `from`; false for a rule without a frequency. Other rules are
/// refused with the reason: a holiday cannot represent them.
fn recurs_yearly(rule: &str, from: Date) -> std::result::Result<bool, Message> {
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
            return Err(messages::holiday_rule_refused(format!("{part:.60}")));
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
            let imported = one(event);
            assert_eq!(
                (imported.status, imported.from, imported.to, imported.yearly),
                (ImportStatus::Added, Some(from), to, yearly),
                "{event} {imported:?}"
            );
        }
    }

    #[test]
    fn events_that_cannot_be_holidays_are_refused_with_a_reason() {
        for (event, reason) in [
            ("DTSTART;VALUE=DATE:20261225", messages::event_without_name()),
            ("SUMMARY:A", messages::event_without_first_day()),
            ("SUMMARY:A\r\nDTSTART:20261225T090000Z\r\nDTEND:20261225T100000Z", messages::event_not_all_day()),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261325", messages::event_not_all_day()),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261220",
                messages::event_ends_before_it_starts(),
            ),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nDURATION:PT4H", messages::event_not_whole_days()),
            ("SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nSTATUS:CANCELLED", messages::event_cancelled()),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=WEEKLY",
                messages::holiday_rule_refused("FREQ=WEEKLY"),
            ),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261126\r\nRRULE:FREQ=YEARLY;BYDAY=4TH",
                messages::holiday_rule_refused("BYDAY=4TH"),
            ),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;UNTIL=20301225",
                messages::holiday_rule_refused("UNTIL=20301225"),
            ),
            (
                "SUMMARY:A\r\nDTSTART;VALUE=DATE:20261225\r\nEXDATE;VALUE=DATE:20271225",
                messages::holiday_with_exceptions("EXDATE"),
            ),
        ] {
            let refused = one(event);
            assert_eq!((refused.status, refused.reason), (ImportStatus::Refused, Some(reason)), "{event}");
        }
    }

    #[test]
    fn existing_holidays_are_not_added_again() {
        let christmas = "SUMMARY:Christmas\\, at last\r\nDTSTART;VALUE=DATE:20261225";
        let other = "SUMMARY:Boxing Day\r\nDTSTART;VALUE=DATE:20261226";
        let (holidays, events) = import_holidays(&file(&[christmas, christmas, other]), Vec::new()).unwrap();
        let names: Vec<_> = holidays.iter().map(|holiday| holiday.name.as_str()).collect();
        assert_eq!(names, ["Christmas, at last", "Boxing Day"]);
        let statuses: Vec<_> = events.into_iter().map(|event| event.status).collect();
        assert_eq!(statuses, [ImportStatus::Added, ImportStatus::Duplicate, ImportStatus::Added]);
        let (again, events) = import_holidays(&file(&[other]), holidays.clone()).unwrap();
        assert_eq!((again, events.first().unwrap().status), (holidays, ImportStatus::Duplicate));
    }

    #[test]
    fn folded_lines_and_alarms_are_parsed() {
        let event = "SUMMARY:Day of the \r\n very long name\r\nDTSTART;VALUE=DATE:20261225\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM";
        assert_eq!(one(event).name, "Day of the very long name");
    }

    #[test]
    fn texts_without_calendar_events_are_refused() {
        let deep = format!("BEGIN:VCALENDAR\n{}", "BEGIN:VEVENT\n".repeat(4_000));
        for text in ["", "x", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VCALENDAR\n", &"x".repeat(20_000), &deep] {
            let error = import_holidays(text, Vec::new()).unwrap_err();
            assert_eq!(error.fields().first().unwrap().pointer, "/ics", "{text:.40}");
        }
    }

    proptest! {
        #[test]
        fn import_never_panics(text in "(BEGIN:|END:|VCALENDAR|VEVENT|DTSTART|SUMMARY|RRULE|[:;=,\\\\]|\r\n|\n |[0-9]{8}|.){0,60}") {
            drop(import_holidays(&text, Vec::new()));
        }
    }
}
