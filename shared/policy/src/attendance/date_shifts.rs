//! Shifts and day kind of one date, before punch windows are cut.

use std::{borrow::Cow, slice};

use directory::PatternDay;
use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    punch_window::{self, PunchWindow},
    work_span::{self, WorkSpan},
};
use crate::{
    Calendar, Half, Policy, PolicyRules, WorkedHalves,
    calendar::minute_range,
    working_time::{AttendanceRules, Shift},
};

/// Kind of a day for one employee.
///
/// - `work`: working day, on which work is expected
/// - `rest`: rest day, on which no work is expected
/// - `holiday`: holiday of the site
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayKind {
    /// Working day, on which work is expected.
    Work,
    /// Rest day, on which no work is expected.
    Rest,
    /// Holiday of the site.
    Holiday,
}

/// Shift on a date, with the times of its start and end; the half that is worked if only one half is. In a night of a clock
/// change, a shift of 8 hours lasts 7 or 9 hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedShift {
    /// Code of the shift in the attendance policy; `pattern` for one of the employee's own work pattern.
    pub code: String,
    /// Time at which the shift starts.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Time at which the shift ends.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Unpaid break in minutes within the shift.
    pub break_minutes: Minutes,
}

/// Code of the planned shift that follows from a person's own work pattern.
pub const PATTERN_SHIFT: &str = "pattern";

/// Source of the work of a date, in order of precedence.
#[derive(Debug, Clone, Copy)]
enum WorkSource<'a> {
    /// Codes of the shifts of an assignment or a roster.
    Assigned(&'a [String]),
    /// The person's own work pattern.
    Pattern(&'a PatternDay),
    /// The calendar of the site, with the default shift of the attendance policy on the days that it works.
    Calendar(Option<&'a String>),
}

/// Shifts and day kind of one date of one person, before its punch window is cut.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DateShifts<'a> {
    date: Date,
    pub(crate) policy: Option<&'a Policy>,
    pub(crate) calendar: Option<&'a Calendar>,
    rules: Option<&'a AttendanceRules>,
    /// Halves of the day that are worked: those of the pattern or the calendar, without holidays.
    working: WorkedHalves,
    holiday: bool,
    source: WorkSource<'a>,
}

impl<'a> DateShifts<'a> {
    /// Shifts of a date: those of the `assigned` codes, else those of the work pattern, else the default shift of the
    /// policy if the calendar works.
    pub(crate) fn new(
        date: Date,
        policy: Option<&'a Policy>,
        calendar: Option<&'a Calendar>,
        assigned: Option<&'a [String]>,
        pattern: Option<&'a PatternDay>,
    ) -> Self {
        let rules = policy.and_then(|policy| match &policy.rules {
            PolicyRules::Attendance(rules) => Some(rules.as_ref()),
            _ => None,
        });
        let week = match (assigned, pattern) {
            // The weekday of the site says nothing about assigned shifts.
            (Some(_), _) => WorkedHalves::both_if(true),
            (None, Some(day)) => WorkedHalves::both_if(day.minutes > Minutes::ZERO),
            (None, None) => calendar.map_or_else(|| default_worked_halves(date), |calendar| calendar.week_halves(date)),
        };
        let (working, holiday) = match calendar {
            Some(calendar) => calendar.without_holidays(date, week),
            None => (week, false),
        };
        let source = match (assigned, pattern) {
            (Some(codes), _) => WorkSource::Assigned(codes),
            (None, Some(day)) => WorkSource::Pattern(day),
            (None, None) => {
                let default = rules.filter(|_| !working.is_off()).and_then(|rules| rules.default_shift.as_ref());
                WorkSource::Calendar(default)
            }
        };
        Self { date, policy, calendar, rules, working, holiday, source }
    }

    /// A holiday of the calendar stays a holiday. Otherwise a person with shifts works, and a person who is assigned to
    /// no shift rests.
    pub(crate) fn day_kind(&self) -> DayKind {
        let works = match self.source {
            WorkSource::Assigned(codes) => !codes.is_empty(),
            WorkSource::Pattern(_) | WorkSource::Calendar(_) => !self.working.is_off(),
        };
        match (self.holiday, works) {
            (true, _) => DayKind::Holiday,
            (false, true) => DayKind::Work,
            (false, false) => DayKind::Rest,
        }
    }

    /// Half of the pattern's day, the default shift or the standard day that is worked, if only one half is. None for
    /// assigned shifts.
    pub(crate) const fn worked_half(&self) -> Option<Half> {
        match (self.source, self.working.am, self.working.pm) {
            (WorkSource::Assigned(_), _, _) => None,
            (_, true, false) => Some(Half::Am),
            (_, false, true) => Some(Half::Pm),
            _ => None,
        }
    }

    /// Planned shifts in order, and the shift codes of the date that the policy does not define.
    pub(crate) fn planned_and_unknown_shifts(&self, zone: &TimeZone) -> (Vec<PlannedShift>, Vec<String>) {
        let mut planned: Vec<PlannedShift> = self.shifts().map(|shift| self.planned_shift(zone, &shift)).collect();
        planned.sort_by_key(|shift| (shift.from, shift.to));
        let unknown = self.codes().iter().filter(|code| self.shift_by_code(code).is_none());
        (planned, unknown.cloned().collect())
    }

    /// Punch window of the shifts before the neighbours cut it; none without shifts. If only a half is worked, the window
    /// is still that of the whole shifts.
    pub(super) fn uncut_window(&self, zone: &TimeZone) -> Option<PunchWindow> {
        let rules = self.rules?;
        let bounds = self.shifts().map(|shift| self.shift_bounds(zone, &shift));
        let (begins, ends) = bounds.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))?;
        let opens = punch_window::add_minutes(begins, -rules.window_before_minutes);
        Some(PunchWindow { opens, begins, ends, closes: punch_window::add_minutes(ends, rules.window_after_minutes) })
    }

    /// Expected minutes: 0 on a free day; otherwise the assigned shifts without breaks, or the worked part of the
    /// pattern's or the standard day. Assigned shifts that the policy does not define count the whole standard day.
    pub(crate) fn expected_minutes(&self, planned: &[PlannedShift], day_minutes: Minutes) -> Minutes {
        if self.day_kind() != DayKind::Work {
            return Minutes::ZERO;
        }
        match self.source {
            WorkSource::Assigned(_) if planned.is_empty() => day_minutes,
            WorkSource::Assigned(_) => planned.iter().map(PlannedShift::expected_minutes).sum(),
            WorkSource::Pattern(day) => self.working.minutes(day.minutes),
            WorkSource::Calendar(_) => self.working.minutes(day_minutes),
        }
    }

    /// Expected minutes of the date if neither a holiday nor the half of a weekday took any of them.
    pub(crate) fn unreduced_minutes(&self, planned: &[PlannedShift], day_minutes: Minutes) -> Minutes {
        match self.source {
            WorkSource::Calendar(_) => day_minutes,
            WorkSource::Assigned(_) if planned.is_empty() => day_minutes,
            WorkSource::Assigned(_) => planned.iter().map(PlannedShift::expected_minutes).sum(),
            WorkSource::Pattern(day) if day.minutes == Minutes::ZERO => day_minutes,
            WorkSource::Pattern(day) => day.minutes,
        }
    }

    /// Working times of the date by the wall clock, in order. Without shifts and times of a pattern, they are the opening hours
    /// of the site. Empty if there are none either, and for an assignment without a known shift.
    pub(crate) fn work_spans(&self) -> Vec<WorkSpan> {
        let mut spans: Vec<WorkSpan> = self.shifts().map(|shift| WorkSpan::of(&shift)).collect();
        spans.sort_by_key(|span| (span.from, span.to));
        let has_shifts = !spans.is_empty();
        if !has_shifts && !matches!(self.source, WorkSource::Assigned(_)) {
            let hours = self.calendar.map(|calendar| calendar.week_hours(self.date)).unwrap_or_default();
            spans = hours.iter().map(|&hours| WorkSpan::without_break(minute_range(hours))).collect();
        }
        let is_cut = has_shifts || self.calendar.is_some_and(|calendar| !calendar.is_half_weekday(self.date));
        match self.worked_half().filter(|_| is_cut) {
            Some(half) => work_span::half(&spans, half),
            None => spans,
        }
    }

    fn codes(&self) -> &'a [String] {
        match self.source {
            WorkSource::Assigned(codes) => codes,
            WorkSource::Pattern(_) => &[],
            WorkSource::Calendar(default) => default.map_or(&[], slice::from_ref),
        }
    }

    /// Shifts of the date that the policy defines, or the times of the work pattern.
    fn shifts(&self) -> impl Iterator<Item = Cow<'a, Shift>> {
        let own = match self.source {
            WorkSource::Pattern(day) if !self.working.is_off() => pattern_shift(day).map(Cow::Owned),
            _ => None,
        };
        self.codes().iter().filter_map(|code| self.shift_by_code(code).map(Cow::Borrowed)).chain(own)
    }

    fn shift_by_code(&self, code: &str) -> Option<&'a Shift> {
        self.rules?.shifts.iter().find(|shift| shift.code == *code)
    }

    /// Start and end of a shift. The end is never before the start, even if a clock change skips it.
    fn shift_bounds(&self, zone: &TimeZone, shift: &Shift) -> (Timestamp, Timestamp) {
        let ends_on = if shift.to <= shift.from { punch_window::add_days(self.date, 1) } else { self.date };
        let from = instant_at(zone, self.date, shift.from);
        (from, instant_at(zone, ends_on, shift.to).max(from))
    }

    /// The shift, or the half of it that is worked.
    fn planned_shift(&self, zone: &TimeZone, shift: &Shift) -> PlannedShift {
        let (from, to) = self.shift_bounds(zone, shift);
        let shift_in_full = PlannedShift { code: shift.code.clone(), from, to, break_minutes: shift.break_minutes };
        match self.worked_half() {
            Some(half) => shift_in_full.half(half),
            None => shift_in_full,
        }
    }
}

/// Shift of a pattern's day with fixed times; the time above the expected minutes is its break.
fn pattern_shift(day: &PatternDay) -> Option<Shift> {
    let (from, to) = (day.from?, day.to?);
    let whole = Shift { code: PATTERN_SHIFT.to_owned(), from, to, break_minutes: Minutes::ZERO };
    let break_minutes = (whole.length() - day.minutes).max(Minutes::ZERO);
    Some(Shift { break_minutes, ..whole })
}

impl PlannedShift {
    /// Middle of the shift by elapsed time.
    pub(super) fn middle(&self) -> Timestamp {
        let half = self.to.duration_since(self.from).as_secs() / 2;
        self.from.checked_add(SignedDuration::from_secs(half)).unwrap_or(self.to)
    }

    /// One half of the shift, with half of its break; an odd minute of the break belongs to the first half.
    pub(super) fn half(self, half: Half) -> Self {
        let (middle, break_minutes) = (self.middle(), half.share_of(self.break_minutes));
        match half {
            Half::Am => Self { to: middle, break_minutes, ..self },
            Half::Pm => Self { from: middle, break_minutes, ..self },
        }
    }

    fn expected_minutes(&self) -> Minutes {
        let length = Minutes(self.to.duration_since(self.from).as_secs() / 60);
        (length - self.break_minutes).max(Minutes::ZERO)
    }
}

/// Worked halves at a site without a calendar: both on Monday to Friday, none on the weekend.
fn default_worked_halves(date: Date) -> WorkedHalves {
    let works = !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
    WorkedHalves { am: works, pm: works }
}

/// Instant of a local time in a zone. A repeated time means its first occurrence; a skipped time is shifted by the
/// length of the gap.
pub(super) fn instant_at(zone: &TimeZone, date: Date, time: Time) -> Timestamp {
    zone.to_timestamp(date.to_datetime(time)).unwrap_or(Timestamp::MAX)
}

pub(super) fn midnight(zone: &TimeZone, date: Date) -> Timestamp {
    instant_at(zone, date, Time::midnight())
}
