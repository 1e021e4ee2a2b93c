//! Shifts and day kind of one date, before punch windows are cut.

use std::slice;

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::punch_window::{self, PunchWindow};
use crate::{
    Calendar, Half, Policy, PolicyRules, WorkedHalves,
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

/// Shift on a date, with the times of its start and end. In a night of a clock change, a shift of 8 hours lasts 7 or 9
/// hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlannedShift {
    /// Code of the shift in the attendance policy.
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

/// Shifts and day kind of one date of one person, before its punch window is cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct DateShifts<'a> {
    date: Date,
    pub(super) policy: Option<&'a Policy>,
    pub(super) calendar: Option<&'a Calendar>,
    rules: Option<&'a AttendanceRules>,
    /// Halves of the day that the calendar works.
    working: WorkedHalves,
    holiday: bool,
    /// Whether the shifts come from an assignment and not from the default shift.
    assigned: bool,
    /// Codes of the shifts.
    codes: &'a [String],
}

impl<'a> DateShifts<'a> {
    /// Shifts of a date: those of the `assigned` codes, else the default shift of the policy if the calendar works.
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
            .map_or_else(|| (default_worked_halves(date), false), |calendar| calendar.worked_halves_and_holiday(date));
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

    /// A holiday of the calendar stays a holiday. Otherwise a person with shifts works, and a person who is assigned to
    /// no shift rests.
    pub(super) fn day_kind(&self) -> DayKind {
        if self.holiday {
            DayKind::Holiday
        } else if !self.codes.is_empty() || (!self.assigned && !self.working.is_off()) {
            DayKind::Work
        } else {
            DayKind::Rest
        }
    }

    /// Half of the default shift or of the standard day that is worked, if only one half is. None for assigned shifts.
    pub(super) const fn worked_half(&self) -> Option<Half> {
        match (self.assigned, self.working.am, self.working.pm) {
            (false, true, false) => Some(Half::Am),
            (false, false, true) => Some(Half::Pm),
            _ => None,
        }
    }

    /// Planned shifts in order, and the shift codes of the date that the policy does not define.
    pub(super) fn planned_and_unknown_shifts(&self, zone: &TimeZone) -> (Vec<PlannedShift>, Vec<String>) {
        let mut planned: Vec<PlannedShift> = self.shifts().map(|shift| self.planned_shift(zone, shift)).collect();
        planned.sort_by_key(|shift| (shift.from, shift.to));
        let unknown = self.codes.iter().filter(|code| self.shift_by_code(code).is_none());
        (planned, unknown.cloned().collect())
    }

    /// Punch window of the shifts before the neighbours cut it; none without shifts. If only a half is worked, the window
    /// is still that of the whole shifts.
    pub(super) fn uncut_window(&self, zone: &TimeZone) -> Option<PunchWindow> {
        let rules = self.rules?;
        let bounds = self.shifts().map(|shift| self.shift_bounds(zone, shift));
        let (begins, ends) = bounds.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))?;
        let opens = punch_window::add_minutes(begins, -rules.window_before_minutes);
        Some(PunchWindow { opens, begins, ends, closes: punch_window::add_minutes(ends, rules.window_after_minutes) })
    }

    /// Expected minutes: 0 on a free day; otherwise the shifts without breaks, or the worked part of the standard day.
    /// Assigned shifts that the policy does not define count the whole standard day.
    pub(super) fn expected_minutes(&self, planned: &[PlannedShift], day_minutes: Minutes) -> Minutes {
        if self.day_kind() != DayKind::Work {
            Minutes::ZERO
        } else if !planned.is_empty() {
            planned.iter().map(PlannedShift::expected_minutes).sum()
        } else if self.assigned {
            day_minutes
        } else {
            self.working.minutes(day_minutes)
        }
    }

    /// Shifts of the date that the policy defines.
    fn shifts(&self) -> impl Iterator<Item = &'a Shift> {
        self.codes.iter().filter_map(|code| self.shift_by_code(code))
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

impl PlannedShift {
    /// Middle of the shift by elapsed time.
    pub(super) fn middle(&self) -> Timestamp {
        let half = self.to.duration_since(self.from).as_secs() / 2;
        self.from.checked_add(SignedDuration::from_secs(half)).unwrap_or(self.to)
    }

    /// One half of the shift, with half of its break; an odd minute of the break belongs to the first half.
    pub(super) fn half(self, half: Half) -> Self {
        let (middle, pm) = (self.middle(), Minutes(self.break_minutes.0 / 2));
        match half {
            Half::Am => Self { to: middle, break_minutes: self.break_minutes - pm, ..self },
            Half::Pm => Self { from: middle, break_minutes: pm, ..self },
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
