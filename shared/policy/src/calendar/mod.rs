//! Business calendars: which halves of which days are worked at a site, and its opening hours.

mod faults;

use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday, time},
};
use kernel::{Error, Minutes, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A half of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// Before noon.
    Am,
    /// After noon.
    Pm,
}

/// Which halves of a weekday are worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayPattern {
    /// Both.
    Full,
    /// The first.
    Am,
    /// The second.
    Pm,
    /// None: a rest day.
    Off,
}

/// A weekday of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// Which halves are worked.
    pub pattern: DayPattern,
    /// Opening hours, `[from, to)` in local time, in order and apart; what service levels count in. May be empty on a rest day only.
    #[serde(default)]
    #[schema(value_type = Vec<Vec<String>>)]
    pub hours: Vec<(Time, Time)>,
}

/// A week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "days of the week")]
pub struct Week {
    pub monday: DayHours,
    pub tuesday: DayHours,
    pub wednesday: DayHours,
    pub thursday: DayHours,
    pub friday: DayHours,
    pub saturday: DayHours,
    pub sunday: DayHours,
}

/// Days on which nobody works, or only half of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// As it is shown.
    pub name: String,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day; the first when not given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Every year again from the first on, by month and day; may span a year's end.
    #[serde(default)]
    pub yearly: bool,
    /// Only this half is free.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub half: Option<Half>,
}

/// A site's calendar, one version of it. Never changed: a new version takes its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Calendar {
    /// The work site, a slug.
    pub site: String,
    /// 1 for the first.
    pub version: u32,
    /// The week.
    pub week: Week,
    /// Holidays.
    pub holidays: Vec<Holiday>,
    /// When this version was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By whom.
    #[schema(value_type = String)]
    pub created_by: kernel::Actor,
}

/// What of one day is worked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkedHalves {
    /// The first half.
    pub am: bool,
    /// The second half.
    pub pm: bool,
}

/// Which part of a day is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Portion {
    /// All of it.
    Full,
    /// One half.
    Half(Half),
    /// From one time to another, local, `[from, to)`.
    #[schema(value_type = Vec<String>)]
    #[serde(rename = "span")]
    Hours(Time, Time),
}

impl Portion {
    /// What is asked for with `half` or with hours, `from` and `to`: all of the day without either. Halves and hours are of one day.
    ///
    /// # Errors
    /// 422 at `/half`, `/from` or `/to`.
    pub fn from_request(half: Option<Half>, from: Option<Time>, to: Option<Time>, one_day: bool) -> Result<Self> {
        let refuse = |pointer: &str, code: &'static str, detail: &str| Err(Error::invalid(pointer, code, detail));
        match (half, from, to) {
            (None, None, None) => Ok(Self::Full),
            (Some(_), None, None) if !one_day => refuse("/half", "several_days", "Half a day is of one day."),
            (Some(half), None, None) => Ok(Self::Half(half)),
            (Some(_), _, _) => refuse("/half", "half_and_hours", "Say either a half or hours."),
            (None, Some(_), Some(_)) if !one_day => refuse("/from", "several_days", "Hours are of one day."),
            (None, Some(from), Some(to)) if from < to => Ok(Self::Hours(from, to)),
            (None, Some(_), Some(_)) => refuse("/to", "ends_before_it_begins", "The end is not after the beginning."),
            (None, None, Some(_)) => refuse("/from", "required", "Hours have a beginning and an end."),
            (None, Some(_), None) => refuse("/to", "required", "Hours have a beginning and an end."),
        }
    }
}

impl WorkedHalves {
    /// Whether none of the day is worked.
    pub const fn is_off(self) -> bool {
        !self.am && !self.pm
    }

    /// The minutes of this day for somebody with this standard day: a half day of an odd number has the odd minute in the morning.
    pub fn minutes(self, day_minutes: Minutes) -> Minutes {
        let pm = day_minutes.0 / 2;
        let am = day_minutes.0.saturating_sub(pm);
        Minutes((if self.am { am } else { 0 }) + (if self.pm { pm } else { 0 }))
    }

    /// The same day without one half.
    const fn without(self, half: Half) -> Self {
        match half {
            Half::Am => Self { am: false, pm: self.pm },
            Half::Pm => Self { am: self.am, pm: false },
        }
    }

    /// Only one half of the same day.
    const fn only(self, half: Half) -> Self {
        match half {
            Half::Am => Self { am: self.am, pm: false },
            Half::Pm => Self { am: false, pm: self.pm },
        }
    }
}

impl DayPattern {
    /// What is worked.
    pub const fn working(self) -> WorkedHalves {
        match self {
            Self::Full => WorkedHalves { am: true, pm: true },
            Self::Am => WorkedHalves { am: true, pm: false },
            Self::Pm => WorkedHalves { am: false, pm: true },
            Self::Off => WorkedHalves { am: false, pm: false },
        }
    }
}

impl Week {
    /// What is said of the weekday of a date.
    pub const fn day(&self, weekday: Weekday) -> &DayHours {
        match weekday {
            Weekday::Monday => &self.monday,
            Weekday::Tuesday => &self.tuesday,
            Weekday::Wednesday => &self.wednesday,
            Weekday::Thursday => &self.thursday,
            Weekday::Friday => &self.friday,
            Weekday::Saturday => &self.saturday,
            Weekday::Sunday => &self.sunday,
        }
    }
}

impl Holiday {
    /// The last day of the first occurrence.
    fn last(&self) -> Date {
        self.to.unwrap_or(self.from)
    }

    /// Whether a day is one of it.
    pub fn covers(&self, on: Date) -> bool {
        match (self.yearly, self.to) {
            (false, _) => return (self.from..=self.last()).contains(&on),
            (true, None) => {
                return (self.from.month(), self.from.day()) == (on.month(), on.day()) && self.from.year() <= on.year();
            }
            (true, Some(_)) => {}
        }
        // The occurrence that began this year, or the one that began last year and spans the year's end.
        [on.year(), on.year().saturating_sub(1)].into_iter().any(|year| self.holds_in(year, on))
    }

    /// Whether a day is one of the occurrence that begins in a year. One that begins on 29 February is in leap years only.
    fn holds_in(&self, year: i16, on: Date) -> bool {
        let last = self.last();
        let ends = year.saturating_add(last.year().saturating_sub(self.from.year()));
        let Ok(from) = Date::new(year, self.from.month(), self.from.day()) else { return false };
        let to = Date::new(ends, last.month(), last.day()).or_else(|_| Date::new(ends, last.month(), 28));
        year >= self.from.year() && to.is_ok_and(|to| (from..=to).contains(&on))
    }
}

/// The minute of the day; midnight at the end of a span is the 1440th.
pub(crate) fn minute_range((from, to): (Time, Time)) -> (i64, i64) {
    let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let to = if to == Time::midnight() { Minutes::CIVIL_DAY.0 } else { minute(to) };
    (minute(from), to)
}

/// How many minutes two spans share.
fn overlap_minutes(a: (i64, i64), b: (i64, i64)) -> i64 {
    (a.1.min(b.1) - a.0.max(b.0)).max(0)
}

impl Calendar {
    /// What is worked on a day, holidays considered.
    pub fn working(&self, on: Date) -> WorkedHalves {
        self.worked_halves_and_holiday(on).0
    }

    /// The same, and whether the day is a holiday: whether holidays take all of it, or all of it that its weekday works.
    pub fn worked_halves_and_holiday(&self, on: Date) -> (WorkedHalves, bool) {
        let week = self.week.day(on.weekday()).pattern.working();
        let (mut working, mut full) = (week, false);
        for holiday in self.holidays.iter().filter(|holiday| holiday.covers(on)) {
            full |= holiday.half.is_none();
            working = holiday.half.map_or_else(WorkedHalves::default, |half| working.without(half));
        }
        (working, full || (working.is_off() && !week.is_off()))
    }

    /// The holidays that touch a day, in the order of the calendar.
    pub fn holidays_on(&self, on: Date) -> Vec<&Holiday> {
        self.holidays.iter().filter(|holiday| holiday.covers(on)).collect()
    }

    /// The opening hours of a day: those of its weekday as they are written; where a holiday takes a half, only those of the other
    /// half (noon is the end of the first half: the gap between two spans around noon, else 12:00).
    pub fn hours(&self, on: Date) -> Vec<(Time, Time)> {
        let day = self.week.day(on.weekday());
        let working = self.working(on);
        if working.is_off() {
            return Vec::new();
        }
        if working == day.pattern.working() {
            return day.hours.clone();
        }
        let noon = noon(&day.hours);
        let (from, to) = if working.am { (Time::midnight(), noon) } else { (noon, Time::midnight()) };
        day.hours.iter().filter_map(|&hours| clip(hours, (from, to))).collect()
    }

    /// What a portion of a day counts for somebody with this standard day: requested x working, rule 1. A span counts what of it lies in
    /// the opening hours (all of it where the day has none), at most what the day counts.
    pub fn minutes(&self, on: Date, portion: Portion, day_minutes: Minutes) -> Minutes {
        let working = self.working(on);
        match portion {
            Portion::Full => working.minutes(day_minutes),
            Portion::Half(half) => working.only(half).minutes(day_minutes),
            Portion::Hours(from, to) if !working.is_off() => {
                let asked = minute_range((from, to));
                let hours = self.hours(on);
                let open = hours.iter().map(|&hours| overlap_minutes(asked, minute_range(hours))).sum();
                let counted = if hours.is_empty() { overlap_minutes(asked, asked) } else { open };
                Minutes(counted).min(working.minutes(day_minutes))
            }
            Portion::Hours(..) => Minutes::ZERO,
        }
    }
}

/// Where the first half of a day ends: the beginning of the gap around noon, else 12:00.
fn noon(hours: &[(Time, Time)]) -> Time {
    let noonish = time(11, 0, 0, 0)..=time(14, 0, 0, 0);
    let gap = hours.windows(2).find_map(|pair| pair.first().map(|first| first.1).filter(|end| noonish.contains(end)));
    gap.unwrap_or(time(12, 0, 0, 0))
}

/// What of some hours lies in a window.
fn clip(hours: (Time, Time), window: (Time, Time)) -> Option<(Time, Time)> {
    let (from, to) =
        (hours.0.max(window.0), if minute_range(hours).1 <= minute_range(window).1 { hours.1 } else { window.1 });
    (minute_range((from, to)).0 < minute_range((from, to)).1).then_some((from, to))
}
