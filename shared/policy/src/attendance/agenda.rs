//! What is on for somebody on one date: which shifts, on what kind of day.

use std::slice;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::windows::{self, PunchWindow};
use crate::{
    Calendar, Half, Policy, PolicyRules, WorkedHalves,
    work::{AttendanceRules, Shift},
};

/// What kind of day a date is for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Work is expected.
    Work,
    /// Nothing is expected.
    Rest,
    /// A holiday of the site.
    Holiday,
}

/// A shift on a date, in instants: 7 or 9 hours in nights of a clock change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedShift {
    /// The shift's code.
    pub code: String,
    /// Begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Ends.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Unpaid break within it.
    pub break_minutes: Minutes,
}

/// One date of one person, before any window is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateShifts<'a> {
    date: Date,
    pub(super) policy: Option<&'a Policy>,
    /// The site's calendar.
    pub(super) calendar: Option<&'a Calendar>,
    rules: Option<&'a AttendanceRules>,
    /// What the calendar works of the day.
    working: WorkedHalves,
    holiday: bool,
    /// By an assignment, and not by default.
    assigned: bool,
    /// The codes of the shifts.
    codes: &'a [String],
}

impl<'a> DateShifts<'a> {
    pub(super) fn new(
        date: Date,
        policy: Option<&'a Policy>,
        calendar: Option<&'a Calendar>,
        assigned: Option<&'a [String]>,
    ) -> Self {
        let rules = policy.and_then(|policy| match &policy.rules {
            PolicyRules::Attendance(rules) => Some(rules.as_ref()),
            _ => None,
        });
        let (working, holiday) = calendar
            .map_or_else(|| (default_workweek(date), false), |calendar| calendar.worked_halves_and_holiday(date));
        let default = rules.filter(|_| !working.is_off()).and_then(|rules| rules.default_shift.as_ref());
        Self {
            date,
            policy,
            calendar,
            rules,
            working,
            holiday,
            assigned: assigned.is_some(),
            codes: assigned.unwrap_or_else(|| default.map_or(&[], slice::from_ref)),
        }
    }

    /// Holidays are the calendar's; else whoever has shifts works, and whoever is assigned to none rests.
    pub(super) fn kind(&self) -> DayKind {
        if self.holiday {
            DayKind::Holiday
        } else if !self.codes.is_empty() || (!self.assigned && !self.working.is_off()) {
            DayKind::Work
        } else {
            DayKind::Rest
        }
    }

    /// Which half of the default shift, or of the standard day, is all that is worked.
    pub(super) const fn worked_half(&self) -> Option<Half> {
        match (self.assigned, self.working.am, self.working.pm) {
            (false, true, false) => Some(Half::Am),
            (false, false, true) => Some(Half::Pm),
            _ => None,
        }
    }

    /// The shifts in order, and the codes that the policy does not know.
    pub(super) fn planned_shifts(&self, zone: &TimeZone) -> (Vec<PlannedShift>, Vec<String>) {
        let mut spans: Vec<PlannedShift> = self.shifts().map(|shift| self.planned_shift(zone, shift)).collect();
        spans.sort_by_key(|span| (span.from, span.to));
        let unknown = self.codes.iter().filter(|code| self.shift(code).is_none());
        (spans, unknown.cloned().collect())
    }

    /// The window of its shifts, the whole of them also where only a half is worked.
    pub(super) fn window(&self, zone: &TimeZone) -> Option<PunchWindow> {
        let rules = self.rules?;
        let hours = self.shifts().map(|shift| self.shift_bounds(zone, shift));
        let (begins, ends) = hours.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))?;
        let opens = windows::add_minutes(begins, -rules.window_before_minutes);
        Some(PunchWindow { opens, begins, ends, closes: windows::add_minutes(ends, rules.window_after_minutes) })
    }

    /// What is to be worked: nothing on a free day, the shifts without their breaks, else what the calendar works of the standard day (all
    /// of it where somebody is assigned to shifts that nobody knows).
    pub(super) fn expected(&self, spans: &[PlannedShift], day_minutes: Minutes) -> Minutes {
        if self.kind() != DayKind::Work {
            Minutes::ZERO
        } else if !spans.is_empty() {
            spans.iter().map(PlannedShift::expected).sum()
        } else if self.assigned {
            day_minutes
        } else {
            self.working.minutes(day_minutes)
        }
    }

    fn shifts(&self) -> impl Iterator<Item = &'a Shift> {
        self.codes.iter().filter_map(|code| self.shift(code))
    }

    fn shift(&self, code: &str) -> Option<&'a Shift> {
        self.rules?.shifts.iter().find(|shift| shift.code == *code)
    }

    /// From when until when a shift is; never backwards, even where a clock leaps over its end.
    fn shift_bounds(&self, zone: &TimeZone, shift: &Shift) -> (Timestamp, Timestamp) {
        let ends_on = if shift.to <= shift.from { windows::add_days(self.date, 1) } else { self.date };
        let from = instant(zone, self.date, shift.from);
        (from, instant(zone, ends_on, shift.to).max(from))
    }

    /// A shift, or the half of it that is worked.
    fn planned_shift(&self, zone: &TimeZone, shift: &Shift) -> PlannedShift {
        let (from, to) = self.shift_bounds(zone, shift);
        let whole = PlannedShift { code: shift.code.clone(), from, to, break_minutes: shift.break_minutes };
        match self.worked_half() {
            Some(half) => whole.half(half),
            None => whole,
        }
    }
}

impl PlannedShift {
    /// The middle by elapsed time.
    pub(super) fn middle(&self) -> Timestamp {
        let half = self.to.duration_since(self.from).as_secs() / 2;
        self.from.checked_add(SignedDuration::from_secs(half)).unwrap_or(self.to)
    }

    /// One half of it, with half of its break: an odd minute is in the morning.
    pub(super) fn half(self, half: Half) -> Self {
        let (middle, pm) = (self.middle(), Minutes(self.break_minutes.0 / 2));
        match half {
            Half::Am => Self { to: middle, break_minutes: self.break_minutes - pm, ..self },
            Half::Pm => Self { from: middle, break_minutes: pm, ..self },
        }
    }

    /// What is to be worked in it.
    fn expected(&self) -> Minutes {
        let length = Minutes(self.to.duration_since(self.from).as_secs() / 60);
        (length - self.break_minutes).max(Minutes::ZERO)
    }
}

/// Sites without a calendar work Monday to Friday.
fn default_workweek(date: Date) -> WorkedHalves {
    let works = !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    WorkedHalves { am: works, pm: works }
}

/// When a clock in a zone shows a time on a date: the first time where it does so twice; as much later as the clock leaps where never.
pub(super) fn instant(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    zone.to_timestamp(date.to_datetime(time)).unwrap_or(Timestamp::MAX)
}

/// When a date begins in a zone.
pub(super) fn midnight(zone: &TimeZone, date: Date) -> Timestamp {
    instant(zone, date, Time::midnight())
}
