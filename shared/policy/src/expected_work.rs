//! Work that a person is expected to do on a date: rule 1 (docs/rules.md).
//!
//! The shifts of a date come from a shift assignment, else from a roster, else from the person's own work pattern, else
//! from the calendar of the site. Leave, attendance, previews, simulations and compliance ask this module.

use directory::Person;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
};
use kernel::Minutes;

use crate::{
    Calendar, Half, Policy, PolicySet, Portion,
    attendance::{DateShifts, DayKind, Rosters, Schedule, WorkSpan, middle_of_spans, overlap_minutes, working_minutes},
    calendar::minute_range,
};

/// Everything that determines the expected work of one person.
#[derive(Debug, Clone, Copy)]
pub struct ExpectedWork<'a> {
    /// Policies and calendars.
    pub policies: &'a PolicySet,
    /// All rosters by id.
    pub rosters: &'a Rosters,
    /// Shift assignments of the person.
    pub schedule: &'a Schedule,
    /// The person, with all dated terms.
    pub person: &'a Person,
}

/// Expected work of one date.
#[derive(Debug, Clone)]
pub struct ExpectedDay<'a> {
    /// Date of the day.
    pub date: Date,
    calendar: Option<&'a Calendar>,
    /// Kind of the day for the person.
    pub kind: DayKind,
    /// Expected minutes without breaks, after holidays and before leave.
    pub minutes: Minutes,
    /// Expected minutes if no holiday and no half day took any of them; of a day off, those of a standard day.
    unreduced_minutes: Minutes,
    /// Only half of the day that is worked, if a holiday or the calendar takes the other.
    worked_half: Option<Half>,
    /// Working times in minutes after midnight; empty without fixed times.
    spans: Vec<WorkSpan>,
}

impl<'a> ExpectedWork<'a> {
    /// Expected work of a date, by the person's terms on it. A long absence (`on_leave`) does not reduce it.
    pub fn day(&self, date: Date) -> ExpectedDay<'a> {
        let person = self.person.as_of(date);
        let policy = self.policies.applicable(Policy::ATTENDANCE, self.person, date);
        let calendar = self.policies.calendar(&person.site);
        let assigned = self.schedule.shift_codes_on(self.rosters, date);
        let pattern = self.person.pattern_day(date);
        let shifts = DateShifts::new(date, policy, calendar, assigned, pattern);
        let (planned, _) = shifts.planned_and_unknown_shifts(&directory::zone_or_utc(&person.time_zone));
        let day_minutes = person.contract.day_minutes;
        ExpectedDay {
            date,
            calendar,
            kind: shifts.day_kind(),
            minutes: shifts.expected_minutes(&planned, day_minutes),
            unreduced_minutes: shifts.unreduced_minutes(&planned, day_minutes),
            worked_half: shifts.worked_half(),
            spans: shifts.work_spans(),
        }
    }

    /// Calendar of the person's site on a date.
    pub fn calendar(&self, date: Date) -> Option<&'a Calendar> {
        let site = self.person.terms_on(date).map_or(&self.person.site, |terms| &terms.site);
        self.policies.calendar(site)
    }

    /// First date whose work has not begun at an instant: today until its planned start, else tomorrow. A date without
    /// fixed times begins at midnight.
    pub fn first_date_not_begun(&self, at: Timestamp) -> Date {
        let now = at.to_zoned(directory::zone_or_utc(&self.person.time_zone));
        let (today, minute) = (now.date(), i64::from(now.hour()) * 60 + i64::from(now.minute()));
        let begins = self.day(today).spans.iter().map(|span| span.from).min();
        if begins.is_some_and(|begins| minute < begins) { today } else { today.saturating_add(1.day()) }
    }

    /// Minutes of the person's standard day on a date.
    pub fn day_minutes(&self, date: Date) -> Minutes {
        self.person.contract_on(date).day_minutes
    }
}

impl ExpectedDay<'_> {
    /// Minutes that a portion of the day counts. A half counts half of the expected minutes, an odd one in the first
    /// half. Hours count the working time within them, without the break, and at most the expected minutes; without
    /// fixed times they count in full.
    pub fn counted_minutes(&self, portion: Portion) -> Minutes {
        match portion {
            Portion::Full => self.minutes,
            Portion::Half(half) => match self.worked_half {
                Some(worked) if worked == half => self.minutes,
                Some(_) => Minutes::ZERO,
                None => half.share_of(self.minutes),
            },
            Portion::Hours(from, to) => {
                let range = self.range_of_hours((from, to));
                let minutes = if self.spans.is_empty() {
                    Minutes(range.1 - range.0)
                } else {
                    working_minutes(&self.spans, range)
                };
                minutes.min(self.minutes)
            }
        }
    }

    /// Minutes that a portion counts beside other portions that leave takes on the day: together they count at most the
    /// expected minutes.
    pub fn counted_beside(&self, portion: Portion, others: impl IntoIterator<Item = Portion>) -> Minutes {
        let taken: Minutes = others.into_iter().map(|other| self.counted_minutes(other)).sum();
        self.counted_minutes(portion).min((self.minutes - taken).max(Minutes::ZERO))
    }

    /// Minutes that a portion would count on a day that nothing shortens.
    pub(crate) fn nominal_minutes(&self, portion: Portion) -> Minutes {
        match portion {
            Portion::Full => self.unreduced_minutes,
            Portion::Half(half) => half.share_of(self.unreduced_minutes),
            Portion::Hours(from, to) => {
                let (from, to) = minutes_of_hours((from, to));
                Minutes(to - from)
            }
        }
    }

    /// Range of a portion in minutes after midnight. Halves meet in the middle of the expected work, else at 12:00.
    pub(crate) fn range(&self, portion: Portion) -> (i64, i64) {
        match portion {
            Portion::Full => (i64::MIN, i64::MAX),
            Portion::Half(Half::Am) => (i64::MIN, self.middle()),
            Portion::Half(Half::Pm) => (self.middle(), i64::MAX),
            Portion::Hours(from, to) => self.range_of_hours((from, to)),
        }
    }

    /// Whether two portions of the day overlap.
    pub fn portions_overlap(&self, a: Portion, b: Portion) -> bool {
        let ((a_from, a_to), (b_from, b_to)) = (self.range(a), self.range(b));
        a_from < b_to && b_from < a_to
    }

    /// Worked minutes of one half, 0 if it is free.
    pub(crate) fn half_minutes(&self, half: Half) -> Minutes {
        self.counted_minutes(Portion::Half(half))
    }

    /// Reason why a portion counts fewer minutes than on a day that nothing shortens; none if it counts them all.
    pub(crate) fn reduction_reason(&self, portion: Portion, counted: Minutes) -> Option<String> {
        if counted >= self.nominal_minutes(portion) {
            return None;
        }
        let holidays = self.calendar.map(|calendar| calendar.holidays_on(self.date)).unwrap_or_default();
        let names: Vec<&str> = holidays.iter().map(|holiday| holiday.name.as_str()).collect();
        let shortened = self.kind == DayKind::Holiday || self.worked_half.is_some();
        Some(match portion {
            _ if shortened && !names.is_empty() => format!("holiday: {}", names.join(", ")),
            _ if self.kind == DayKind::Rest => "rest_day".to_owned(),
            Portion::Hours(..) => "outside_hours".to_owned(),
            Portion::Full | Portion::Half(_) => "half_day".to_owned(),
        })
    }

    /// Whether the work has fixed times and ends on the next day.
    pub(crate) fn ends_after_midnight(&self) -> bool {
        self.spans.iter().any(|span| span.to > Minutes::CIVIL_DAY.0)
    }

    fn middle(&self) -> i64 {
        middle_of_spans(&self.spans).unwrap_or(Minutes::CIVIL_DAY.0 / 2)
    }

    /// Range of hours on the date. Hours that touch no working time on the date itself but some of the night after it
    /// are those of the night.
    fn range_of_hours(&self, hours: (Time, Time)) -> (i64, i64) {
        let on_date = minutes_of_hours(hours);
        let after = (on_date.0 + Minutes::CIVIL_DAY.0, on_date.1 + Minutes::CIVIL_DAY.0);
        let touches = |range| self.spans.iter().any(|span| overlap_minutes((span.from, span.to), range) > 0);
        if !touches(on_date) && touches(after) { after } else { on_date }
    }
}

/// Start and end of hours in minutes after midnight. An end that is not after the start is on the next day.
pub(crate) fn minutes_of_hours(hours: (Time, Time)) -> (i64, i64) {
    let (from, to) = minute_range(hours);
    (from, if to <= from { to + Minutes::CIVIL_DAY.0 } else { to })
}
