//! Absences as an iCalendar file (RFC 5545). The same absences give the same bytes.

use icalendar::{Calendar, Component, Event, Property};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use policy::{Half, Portion};

use crate::domain::{
    absence::{Absence, AbsenceVisibility},
    request::RequestStatus,
};

/// Suggested refresh interval of calendar programs.
const REFRESH_INTERVAL: &str = "PT1H";

/// Calendar file of absences, each with the name of the employee.
pub fn calendar<'a>(title: &str, absences: impl IntoIterator<Item = (String, Absence<'a>)>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Muster//Leave//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(title);
    let refresh = Property::new("REFRESH-INTERVAL", REFRESH_INTERVAL).add_parameter("VALUE", "DURATION").done();
    calendar.append_property(refresh).append_property(Property::new("X-PUBLISHED-TTL", REFRESH_INTERVAL));
    calendar.extend(absences.into_iter().map(|(name, absence)| event(&name, &absence)));
    calendar.to_string()
}

/// All-day event; `DTEND` is the day after the last one.
fn event(name: &str, absence: &Absence<'_>) -> Event {
    let (request, with_type) = (absence.request, absence.visibility >= AbsenceVisibility::WithLeaveType);
    let kind = if with_type { request.leave_type_name.as_str() } else { "away" };
    let pending = with_type && request.status == RequestStatus::Pending;
    let summary = format!(
        "{name}: {kind}{}{}",
        portion_suffix(absence.request.portion),
        if pending { " (requested)" } else { "" }
    );
    let dtstamp = request.updated_at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    Event::with_uid(&format!("{}@muster", request.id))
        .add_property("DTSTAMP", &dtstamp)
        .append_property(date_property("DTSTART", absence.from))
        .append_property(date_property("DTEND", absence.to.saturating_add(1.day())))
        .summary(&summary)
        .add_property("STATUS", if pending { "TENTATIVE" } else { "CONFIRMED" })
        // The absence of another employee does not make the owner of the calendar busy.
        .add_property("TRANSP", "TRANSPARENT")
        .done()
}

fn date_property(name: &str, date: Date) -> Property {
    Property::new(name, date.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

fn portion_suffix(portion: Portion) -> String {
    match portion {
        Portion::Full => String::new(),
        Portion::Half(Half::Am) => " (morning)".to_owned(),
        Portion::Half(Half::Pm) => " (afternoon)".to_owned(),
        Portion::Hours(from, to) => format!(" ({}-{})", from.strftime("%H:%M"), to.strftime("%H:%M")),
    }
}
