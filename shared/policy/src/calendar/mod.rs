//! Business calendars: working halves of each day, holidays and opening hours of a site.

mod validate;

use jiff::{
    Timestamp,
    civil::{Date, Time, Weekday},
};
use kernel::{Error, Message, Minutes, Result};
use serde::{Deserialize, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
        schema::{AdditionalProperties, Type},
    },
};

use crate::{TimeRange, messages};

/// Half of a day: `am` is the first and `pm` the second. They meet in the middle of the expected work, or at 12:00 if it
/// has no fixed times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    /// First half of the day.
    Am,
    /// Second half of the day.
    Pm,
}

/// Halves of a weekday that are worked: both (`full`), the first (`am`), the second (`pm`) or none (`off`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayPattern {
    /// Both halves.
    Full,
    /// First half only.
    Am,
    /// Second half only.
    Pm,
    /// Rest day.
    Off,
}

/// Working pattern and opening hours of a weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// Halves of the weekday that are worked.
    pub pattern: DayPattern,
    /// Opening hours in local time: at most 12 spans in order, without overlap. Required unless the pattern is `off`.
    /// Leave in hours counts within them.
    #[serde(default)]
    #[schema(value_type = Vec<TimeRange>, max_items = 12)]
    pub hours: Vec<(Time, Time)>,
}

/// Weekly pattern of a calendar. At least one day must be worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Week {
    /// Working pattern and hours of Mondays.
    pub monday: DayHours,
    /// Working pattern and hours of Tuesdays.
    pub tuesday: DayHours,
    /// Working pattern and hours of Wednesdays.
    pub wednesday: DayHours,
    /// Working pattern and hours of Thursdays.
    pub thursday: DayHours,
    /// Working pattern and hours of Fridays.
    pub friday: DayHours,
    /// Working pattern and hours of Saturdays.
    pub saturday: DayHours,
    /// Working pattern and hours of Sundays.
    pub sunday: DayHours,
}

/// Holiday of one or several days, or of half a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Name of the holiday for display, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub name: String,
    /// First day of the holiday, in the years 1900 to 2200.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day, in the years 1900 to 2200; the holiday lasts at most 366 days. Default: the first day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// Whether the holiday repeats every year by month and day; it may cross the end of the year. Default:
    /// false.
    #[serde(default)]
    pub yearly: bool,
    /// Half of the day that is free. Default: the whole day.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub half: Option<Half>,
}

/// One version of a site's calendar. A change creates a new version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Calendar {
    /// Code of the site.
    pub site: String,
    /// Version of the calendar, from 1.
    #[schema(minimum = 1)]
    pub version: u32,
    /// Weekly pattern of the site.
    pub week: Week,
    /// Holidays of the site, at most 400.
    #[schema(max_items = 400)]
    pub holidays: Vec<Holiday>,
    /// Time at which this version was created.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Actor who created this version: an employee id, or `system:` with the name of a function.
    #[schema(value_type = String)]
    pub created_by: kernel::Actor,
}

/// Worked halves of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkedHalves {
    /// Whether the first half is worked.
    pub am: bool,
    /// Whether the second half is worked.
    pub pm: bool,
}

/// Requested part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Portion {
    /// The whole day.
    Full,
    /// One half of the day.
    Half(Half),
    /// Span of local time, `[start, end)`.
    #[serde(rename = "span")]
    Hours(Time, Time),
}

impl PartialSchema for Portion {
    fn schema() -> RefOr<Schema> {
        let full = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(["full"]))
            .description(Some("The whole day."));
        let object = |name: &str, schema: Ref, description: &str| {
            ObjectBuilder::new()
                .property(name, schema)
                .required(name)
                .additional_properties(Some(AdditionalProperties::FreeForm(false)))
                .description(Some(description))
        };
        let half = object("half", Ref::from_schema_name(Half::name()), "One half of the day.");
        let span = object("span", Ref::from_schema_name(TimeRange::name()), "A span of local time.");
        let description = "Requested part of a day: the whole day, one half, or a span of local time.";
        OneOfBuilder::new().item(full).item(half).item(span).description(Some(description)).into()
    }
}

impl ToSchema for Portion {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Half::name().into_owned(), Half::schema()));
        schemas.push((TimeRange::name().into_owned(), TimeRange::schema()));
        TimeRange::schemas(schemas);
    }
}

impl Portion {
    /// Portion of a request from its fields `half`, `from` and `to`; the whole day if all are missing. A half or hours
    /// need `first` and `last` to be the same day. `to` may be before `from`, but not equal to it.
    ///
    /// # Errors
    /// 422 at `/half`, `/from` or `/to`: `several_days`, `half_and_hours`, `ends_before_it_begins` or `required`.
    pub fn from_request(
        half: Option<Half>,
        from: Option<Time>,
        to: Option<Time>,
        (first, last): (Date, Date),
    ) -> Result<Self> {
        let one_day = first == last;
        let refuse = |pointer: &str, code: &'static str, detail: Message| Err(Error::invalid(pointer, code, detail));
        match (half, from, to) {
            (None, None, None) => Ok(Self::Full),
            (Some(_), None, None) if !one_day => refuse("/half", "several_days", messages::half_of_several_days()),
            (Some(half), None, None) => Ok(Self::Half(half)),
            (Some(_), _, _) => refuse("/half", "half_and_hours", messages::half_and_hours()),
            (None, Some(_), Some(_)) if !one_day => refuse("/from", "several_days", messages::hours_of_several_days()),
            (None, Some(from), Some(to)) if from != to => Ok(Self::Hours(from, to)),
            (None, Some(_), Some(_)) => refuse("/to", "ends_before_it_begins", messages::to_equals_from()),
            (None, None, Some(_)) => refuse("/from", "required", messages::from_and_to_needed()),
            (None, Some(_), None) => refuse("/to", "required", messages::from_and_to_needed()),
        }
    }
}

impl Half {
    /// Half of the minutes; an odd minute belongs to the first half.
    pub(crate) fn share_of(self, minutes: Minutes) -> Minutes {
        let pm = Minutes(minutes.0 / 2);
        match self {
            Self::Am => minutes - pm,
            Self::Pm => pm,
        }
    }
}

impl WorkedHalves {
    /// Whether neither half is worked, such as on a rest day or a whole holiday.
    pub const fn is_off(self) -> bool {
        !self.am && !self.pm
    }

    /// Working minutes of the worked halves if the whole day has `day_minutes`; an odd minute belongs to the first half.
    pub fn minutes(self, day_minutes: Minutes) -> Minutes {
        let half = |works, half: Half| if works { half.share_of(day_minutes) } else { Minutes::ZERO };
        half(self.am, Half::Am) + half(self.pm, Half::Pm)
    }

    /// The worked halves except the given one.
    const fn without(self, half: Half) -> Self {
        match half {
            Half::Am => Self { am: false, pm: self.pm },
            Half::Pm => Self { am: self.am, pm: false },
        }
    }

    /// Both halves if work is expected, else none.
    pub(crate) const fn both_if(works: bool) -> Self {
        Self { am: works, pm: works }
    }
}

impl DayPattern {
    /// Worked halves of the pattern, without regard to holidays.
    pub const fn worked_halves(self) -> WorkedHalves {
        match self {
            Self::Full => WorkedHalves { am: true, pm: true },
            Self::Am => WorkedHalves { am: true, pm: false },
            Self::Pm => WorkedHalves { am: false, pm: true },
            Self::Off => WorkedHalves { am: false, pm: false },
        }
    }
}

impl Week {
    /// Pattern and hours of a weekday.
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
    /// Last day of the first occurrence; the first day without `to`.
    fn last_day(&self) -> Date {
        self.to.unwrap_or(self.from)
    }

    /// Whether an occurrence of the holiday covers the day, also if it takes only half of it.
    pub fn covers(&self, on: Date) -> bool {
        match (self.yearly, self.to) {
            (false, _) => return (self.from..=self.last_day()).contains(&on),
            (true, None) => {
                return (self.from.month(), self.from.day()) == (on.month(), on.day()) && self.from.year() <= on.year();
            }
            (true, Some(_)) => {}
        }
        // The occurrence of this year, or that of last year if it crosses the end of the year.
        [on.year(), on.year().saturating_sub(1)].into_iter().any(|year| self.occurrence_covers(year, on))
    }

    /// Whether the occurrence that starts in `year` covers the day. A start on 29 February occurs in leap years only.
    fn occurrence_covers(&self, year: i16, on: Date) -> bool {
        let last = self.last_day();
        let ends = year.saturating_add(last.year().saturating_sub(self.from.year()));
        let Ok(from) = Date::new(year, self.from.month(), self.from.day()) else { return false };
        let to = Date::new(ends, last.month(), last.day()).or_else(|_| Date::new(ends, last.month(), 28));
        year >= self.from.year() && to.is_ok_and(|to| (from..=to).contains(&on))
    }
}

/// Start and end of a span of local time in minutes since midnight. An end at midnight is 1440.
pub(crate) fn minute_range((from, to): (Time, Time)) -> (i64, i64) {
    let minute = |time: Time| i64::from(time.hour()) * 60 + i64::from(time.minute());
    let to = if to == Time::midnight() { Minutes::CIVIL_DAY.0 } else { minute(to) };
    (minute(from), to)
}

impl Calendar {
    /// Worked halves of a day, without the halves that holidays take.
    pub fn worked_halves(&self, on: Date) -> WorkedHalves {
        self.worked_halves_and_holiday(on).0
    }

    /// Worked halves of a day, and whether it is a holiday: holidays take the whole day, or everything that its weekday works.
    pub fn worked_halves_and_holiday(&self, on: Date) -> (WorkedHalves, bool) {
        self.without_holidays(on, self.week_halves(on))
    }

    /// Worked halves of the weekday, before holidays.
    pub(crate) fn week_halves(&self, on: Date) -> WorkedHalves {
        self.week.day(on.weekday()).pattern.worked_halves()
    }

    /// Halves of a day that holidays leave, and whether it is a holiday: holidays take the whole day, or everything that
    /// is worked on it.
    pub(crate) fn without_holidays(&self, on: Date, worked: WorkedHalves) -> (WorkedHalves, bool) {
        let (mut working, mut full) = (worked, false);
        for holiday in self.holidays.iter().filter(|holiday| holiday.covers(on)) {
            full |= holiday.half.is_none();
            working = holiday.half.map_or_else(WorkedHalves::default, |half| working.without(half));
        }
        (working, full || (working.is_off() && !worked.is_off()))
    }

    /// Opening hours of the weekday, before holidays.
    pub(crate) fn week_hours(&self, on: Date) -> &[(Time, Time)] {
        &self.week.day(on.weekday()).hours
    }

    /// Whether the weekday works only one half.
    pub(crate) fn is_half_weekday(&self, on: Date) -> bool {
        matches!(self.week.day(on.weekday()).pattern, DayPattern::Am | DayPattern::Pm)
    }

    /// Holidays that cover a day, also those of half a day, in the order in which the calendar lists them.
    pub fn holidays_on(&self, on: Date) -> Vec<&Holiday> {
        self.holidays.iter().filter(|holiday| holiday.covers(on)).collect()
    }
}
