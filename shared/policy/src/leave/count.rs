//! Duration of a request as a sum over its days: rules 1 and 2 (docs/rules.md).

use jiff::{ToSpan, civil::Date};
use kernel::{LeaveId, Minutes};

use super::{DayCount, LeaveCount, OccupiedMonth, Portions, Sandwich};
use crate::{ExpectedWork, Portion};

/// Counts a request from `first` to `last`. Together with the `others` of a day it counts at most what is expected.
pub fn count_leave(
    work: &ExpectedWork<'_>,
    (first, last): (Date, Date),
    portions: impl Into<Portions>,
    sandwich: Sandwich,
    others: OtherSlots<'_>,
) -> LeaveCount {
    let portions = portions.into();
    let dates = first.series(1.day()).take_while(|day| *day <= last);
    let mut days: Vec<DayCount> =
        dates.map(|date| count_day(work, date, portions.on(date, (first, last)), others)).collect();
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
    /// Request that is counted again, if it is stored: only requests that were made before it count.
    pub except: Option<LeaveId>,
}

impl<'a> OtherSlots<'a> {
    /// Parts of a day that other requests occupy.
    fn portions_on(self, date: Date) -> impl Iterator<Item = Portion> + 'a {
        let month = self.months.iter().find(|(first, _)| *first == date.first_of_month());
        let slots = month.map(|(_, month)| month.slots_on(date)).unwrap_or_default();
        // The earlier request of a day counts first, so that a recount keeps the sum of the day.
        slots.iter().filter(move |slot| self.except.is_none_or(|own| slot.leave_id < own)).map(|slot| slot.portion)
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
