//! Duration of a request as a sum over its days: rules 1 and 2 (docs/rules.md).

use jiff::{ToSpan, civil::Date};
use kernel::{LeaveId, Minutes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{OccupiedMonth, Sandwich};
use crate::{ExpectedWork, Portion};

/// One day of a leave request, with the minutes that it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayCount {
    /// Date of the day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Requested part of the day.
    pub portion: Portion,
    /// Minutes that the day counts.
    pub minutes: Minutes,
    /// Reason why the day counts fewer minutes than requested, or more with `sandwich`; absent otherwise.
    ///
    /// - `rest_day`: the calendar does not work on the day
    /// - `half_day`: the calendar works only one half of the day
    /// - `holiday: <names>`: the day or a half of it is a holiday
    /// - `outside_hours`: the requested hours are outside the opening hours
    /// - `sandwich`: the day off is between two counted days
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(pattern = "^(rest_day$|half_day$|outside_hours$|sandwich$|holiday: )")]
    pub why: Option<String>,
}

/// Duration of a request by day, counted by one version of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeaveCount {
    /// All days from first to last, in order.
    pub days: Vec<DayCount>,
    /// Code of the site whose calendar was used.
    pub site: String,
    /// Version of the calendar that was used.
    #[schema(minimum = 1)]
    pub calendar_version: u32,
}

impl LeaveCount {
    /// Total minutes of the request.
    pub fn total_minutes(&self) -> Minutes {
        self.days.iter().map(|day| day.minutes).sum()
    }

    /// Consecutive days with equal minutes as ranges; days of 0 minutes are omitted.
    pub fn day_ranges(&self) -> Vec<DayRange> {
        day_ranges(self.days.iter().map(|day| (day.date, day.minutes)))
    }
}

/// Consecutive days with equal minutes per day, as a ledger entry stores them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DayRange {
    /// First day of the range.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the range.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// Minutes of each day, signed like the entry and never 0.
    pub minutes: Minutes,
}

impl DayRange {
    /// Number of days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }

    /// Minutes of the days up to and including a day.
    pub fn minutes_until(&self, on: Date) -> Minutes {
        let last = self.to.min(on);
        if last < self.from {
            return Minutes::ZERO;
        }
        Minutes(self.minutes.0.saturating_mul(Self { to: last, ..*self }.days()))
    }

    /// Dates of the range, in order.
    pub fn dates(&self) -> impl Iterator<Item = Date> + use<> {
        let to = self.to;
        self.from.series(1.day()).take_while(move |day| *day <= to)
    }

    /// Part of the range from a day on, if any.
    pub fn since(&self, from: Date) -> Option<Self> {
        (self.to >= from).then(|| Self { from: self.from.max(from), ..*self })
    }
}

/// Groups consecutive days with equal minutes into ranges. The days must be in order; days of 0 minutes are omitted.
pub fn day_ranges(days: impl Iterator<Item = (Date, Minutes)>) -> Vec<DayRange> {
    let mut ranges: Vec<DayRange> = Vec::new();
    for (date, minutes) in days.filter(|(_, minutes)| *minutes != Minutes::ZERO) {
        match ranges.last_mut() {
            Some(last) if last.minutes == minutes && last.to.tomorrow().is_ok_and(|next| next == date) => {
                last.to = date
            }
            _ => ranges.push(DayRange { from: date, to: date, minutes }),
        }
    }
    ranges
}

/// Counts a request from `first` to `last`. Each day is requested with `portion`; a half or hours require that both
/// days are the same. `months` hold the other requests of the days: together they count at most what is expected.
pub fn count_leave(
    work: &ExpectedWork<'_>,
    (first, last): (Date, Date),
    portion: Portion,
    sandwich: Sandwich,
    others: OtherSlots<'_>,
) -> LeaveCount {
    let dates = first.series(1.day()).take_while(|day| *day <= last);
    let mut days: Vec<DayCount> = dates.map(|date| count_day(work, date, portion, others)).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(work, &mut days, first);
    }
    LeaveCount { days, ..empty_count(work, first) }
}

/// Counts a stored count again by the work that is expected now, from a day on. Returns the new count and the
/// difference (new - old) of each changed day, for an adjustment entry. Days before `from` keep their count.
pub fn recount_leave(
    work: &ExpectedWork<'_>,
    frozen: &LeaveCount,
    sandwich: Sandwich,
    from: Date,
    others: OtherSlots<'_>,
) -> (LeaveCount, Vec<(Date, Minutes)>) {
    let again = |old: &DayCount| match old.date < from {
        true => old.clone(),
        false => count_day(work, old.date, old.portion, others),
    };
    let mut days: Vec<DayCount> = frozen.days.iter().map(again).collect();
    if sandwich == Sandwich::Inside {
        apply_sandwich(work, &mut days, from);
    }
    let changed = days.iter().zip(&frozen.days).map(|(new, old)| (new.date, new.minutes - old.minutes));
    let changed = changed.filter(|(_, difference)| *difference != Minutes::ZERO).collect();
    (LeaveCount { days, ..empty_count(work, from) }, changed)
}

/// Slots that other requests of the person occupy.
#[derive(Debug, Clone, Copy, Default)]
pub struct OtherSlots<'a> {
    /// Occupied months by their first day.
    pub months: &'a [(Date, OccupiedMonth)],
    /// Request whose own slots do not count.
    pub except: Option<LeaveId>,
}

impl<'a> OtherSlots<'a> {
    /// Parts of a day that other requests occupy.
    fn portions_on(self, date: Date) -> impl Iterator<Item = Portion> + 'a {
        let month = self.months.iter().find(|(first, _)| *first == date.first_of_month());
        let slots = month.map(|(_, month)| month.slots_on(date)).unwrap_or_default();
        slots.iter().filter(move |slot| Some(slot.leave_id) != self.except).map(|slot| slot.portion)
    }
}

/// Count without days, by the calendar of the site on a day.
fn empty_count(work: &ExpectedWork<'_>, on: Date) -> LeaveCount {
    let (site, calendar_version) =
        work.calendar(on).map(|calendar| (calendar.site.clone(), calendar.version)).unwrap_or_default();
    LeaveCount { days: Vec::new(), site, calendar_version }
}

/// Count of one day, without the sandwich rule.
fn count_day(work: &ExpectedWork<'_>, date: Date, portion: Portion, others: OtherSlots<'_>) -> DayCount {
    let day = work.day(date);
    let minutes = day.counted_beside(portion, others.portions_on(date));
    DayCount { date, portion, minutes, why: day.reduction_reason(portion, minutes) }
}

/// Sandwich rule: days off between two counted days count in full. Days before `from` keep their count.
fn apply_sandwich(work: &ExpectedWork<'_>, days: &mut [DayCount], from: Date) {
    let counted = |day: &DayCount| day.minutes != Minutes::ZERO;
    let (Some(first), Some(last)) = (days.iter().position(counted), days.iter().rposition(counted)) else { return };
    let inside = days.iter_mut().take(last).skip(first);
    for day in inside.filter(|day| day.minutes == Minutes::ZERO && day.date >= from) {
        day.minutes = work.day_minutes(day.date);
        day.why = Some("sandwich".to_owned());
    }
}
