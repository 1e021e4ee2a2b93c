//! Absences as an iCalendar (RFC 5545). The same absences give the same text, byte for byte.

use icalendar::{Calendar, Component, Event, Property};
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use policy::{Half, Portion};

use crate::domain::{
    absence::{Absence, AbsenceVisibility},
    request::RequestStatus,
};

/// How often calendar programs ought to look again.
const EVERY: &str = "PT1H";

/// A calendar of absences, each with whose it is.
pub fn calendar<'a>(title: &str, absences: impl IntoIterator<Item = (String, Absence<'a>)>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Muster//Leave//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(title);
    let refresh = Property::new("REFRESH-INTERVAL", EVERY).add_parameter("VALUE", "DURATION").done();
    calendar.append_property(refresh).append_property(Property::new("X-PUBLISHED-TTL", EVERY));
    calendar.extend(absences.into_iter().map(|(name, absence)| event(&name, &absence)));
    calendar.to_string()
}

/// An all-day event: first day, and the day after the last.
fn event(name: &str, absence: &Absence<'_>) -> Event {
    let (request, known) = (absence.request, absence.sight >= AbsenceVisibility::WithLeaveType);
    let kind = if known { request.leave_type_name.as_str() } else { "away" };
    let waits = known && request.status == RequestStatus::Pending;
    let summary = format!("{name}: {kind}{}{}", part(absence.request.portion), if waits { " (requested)" } else { "" });
    let stamp = request.updated_at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    Event::with_uid(&format!("{}@muster", request.id))
        .add_property("DTSTAMP", &stamp)
        .append_property(on("DTSTART", absence.from))
        .append_property(on("DTEND", absence.to.saturating_add(1.day())))
        .summary(&summary)
        .add_property("STATUS", if waits { "TENTATIVE" } else { "CONFIRMED" })
        // Somebody's absence does not make the owner of the calendar busy.
        .add_property("TRANSP", "TRANSPARENT")
        .done()
}

fn on(name: &str, date: Date) -> Property {
    Property::new(name, date.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

/// What of the day, where it is not all of it.
fn part(portion: Portion) -> String {
    match portion {
        Portion::Full => String::new(),
        Portion::Half(Half::Am) => " (morning)".to_owned(),
        Portion::Half(Half::Pm) => " (afternoon)".to_owned(),
        Portion::Hours(from, to) => format!(" ({}-{})", from.strftime("%H:%M"), to.strftime("%H:%M")),
    }
}
