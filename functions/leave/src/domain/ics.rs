//! Absences as an iCalendar file (RFC 5545). The same absences give the same bytes.

use icalendar::{Calendar, Component, Event, Property};
use jiff::{
    ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use kernel::{Argument, Message};
use policy::{Half, Portion};

use crate::{
    domain::{
        absence::{Absence, AbsenceVisibility},
        request::RequestStatus,
    },
    messages,
};

/// Suggested refresh interval of calendar programs.
const REFRESH_INTERVAL: &str = "PT1H";

/// iCalendar file of absences, each with the name of the employee, in the language of the current HTTP request.
pub fn calendar_file<'a>(title: &Message, absences: impl IntoIterator<Item = (String, Absence<'a>)>) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in
        [("VERSION", "2.0"), ("PRODID", "-//Muster//Leave//EN"), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")]
    {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(&title.localized());
    let refresh = Property::new("REFRESH-INTERVAL", REFRESH_INTERVAL).add_parameter("VALUE", "DURATION").done();
    calendar.append_property(refresh).append_property(Property::new("X-PUBLISHED-TTL", REFRESH_INTERVAL));
    calendar.extend(absences.into_iter().map(|(name, absence)| calendar_event(&name, &absence)));
    calendar.to_string()
}

/// All-day event of an absence, also of half days and hours. `DTEND` is the day after the last one.
fn calendar_event(name: &str, absence: &Absence<'_>) -> Event {
    let (request, pending) = (absence.request, is_shown_as_pending(absence));
    let dtstamp = request.updated_at.to_zoned(TimeZone::UTC).strftime("%Y%m%dT%H%M%SZ").to_string();
    // The later part of an interrupted request is an event of its own.
    let is_first = absence.from <= request.start_date || request.returned.iter().all(|one| one.to < request.start_date);
    let uid = if is_first { request.id.to_string() } else { format!("{}-{}", request.id, absence.from) };
    Event::with_uid(&format!("{uid}@muster"))
        .add_property("DTSTAMP", &dtstamp)
        .append_property(date_property("DTSTART", absence.from))
        .append_property(date_property("DTEND", absence.to.saturating_add(1.day())))
        .summary(&event_summary(name, absence).localized())
        .add_property("STATUS", if pending { "TENTATIVE" } else { "CONFIRMED" })
        // The absence of another employee does not make the owner of the calendar busy.
        .add_property("TRANSP", "TRANSPARENT")
        .done()
}

fn date_property(name: &str, date: Date) -> Property {
    Property::new(name, date.strftime("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

/// Title of an event: employee, leave type or "away", part of the day, and whether the leave is only requested.
fn event_summary(name: &str, absence: &Absence<'_>) -> Message {
    let kind = match absence.visibility {
        AbsenceVisibility::WithLeaveType => Argument::from(absence.request.leave_type_name.as_str()),
        AbsenceVisibility::DatesOnly => messages::away().into(),
    };
    let whole = messages::absence(name, kind);
    let time = |time: Time| time.strftime("%H:%M").to_string();
    let part = match absence.request.portion {
        Portion::Full => whole,
        Portion::Half(Half::Am) => messages::morning(whole),
        Portion::Half(Half::Pm) => messages::afternoon(whole),
        Portion::Hours(from, to) => messages::hours(whole, time(from), time(to)),
    };
    if is_shown_as_pending(absence) { messages::requested(part) } else { part }
}

fn is_shown_as_pending(absence: &Absence<'_>) -> bool {
    absence.visibility >= AbsenceVisibility::WithLeaveType && absence.request.status == RequestStatus::Pending
}
