//! Duration of a request as a sum over its days: rules 1 and 2 (docs/rules.md).

use std::collections::BTreeSet;

use jiff::{ToSpan, civil::Date};
use kernel::{LeaveId, Minutes};

use super::{
    DayCount, LeaveCount, LeaveRules, OccupiedMonth, Portions, Sandwich,
    day_count::{BETWEEN, SANDWICH},
    run::OtherLeave,
};
use crate::{ExpectedWork, Portion};

/// Counts a request from its first to its last day. Beside the `others` of a day it counts at most what remains of the
/// expected work.
pub fn count_leave<'a>(
    work: &ExpectedWork<'_>,
    dates: (Date, Date),
    portions: impl Into<Portions>,
    rule: impl Into<DaysOffRule<'a>>,
    others: OtherSlots<'_>,
) -> LeaveCount {
    count_with_neighbours(work, (dates, &[]), portions.into(), rule.into(), others).count
}

/// Duration of a request, and what else of a person's leave it follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CountWithNeighbours {
    pub(super) count: LeaveCount,
    /// Days off that the request counts between it and adjoining leave.
    pub(super) between: Vec<DaysBetween>,
    /// First and last day whose leave decides the count.
    pub(super) looked_at: (Date, Date),
}

/// Days off between a request and adjoining leave, which the request counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaysBetween {
    /// Id of the adjoining request.
    pub leave_id: LeaveId,
    /// First day off.
    pub from: Date,
    /// Last day off.
    pub to: Date,
}

/// Counts a request without its days in `returned`.
pub(super) fn count_with_neighbours(
    work: &ExpectedWork<'_>,
    ((first, last), returned): ((Date, Date), &[Date]),
    portions: Portions,
    rule: DaysOffRule<'_>,
    others: OtherSlots<'_>,
) -> CountWithNeighbours {
    let dates = first.series(1.day()).take_while(|day| *day <= last).filter(|day| !returned.contains(day));
    let days = dates.map(|date| count_day(work, date, portions.on(date, (first, last)), others)).collect();
    let DaysOff { days, between, looked_at } = count_days_off(work, days, rule, others, Date::MIN);
    let looked_at = looked_at.map_or((first, last), |(from, to)| (from.min(first), to.max(last)));
    CountWithNeighbours { count: LeaveCount { days, ..empty_count(work, first) }, between, looked_at }
}

/// Counts a stored count again by the work that is expected now, from a day on. Returns the new count and the
/// difference (new - old) of each changed day, for an adjustment entry; it is empty if nothing changes. Days before `from`
/// keep their count.
///
/// `dates` are the first and the last requested day. Days off between the request and adjoining leave lie outside them.
pub fn recount_leave<'a>(
    work: &ExpectedWork<'_>,
    (stored, dates): (&LeaveCount, (Date, Date)),
    rule: impl Into<DaysOffRule<'a>>,
    from: Date,
    others: OtherSlots<'_>,
) -> (LeaveCount, Vec<(Date, Minutes)>) {
    let again = |old: &DayCount| match old.date < from {
        true => old.clone(),
        false => count_day(work, old.date, old.portion, others),
    };
    let requested = |day: &&DayCount| day.date < from || (dates.0 <= day.date && day.date <= dates.1);
    let days = stored.days.iter().filter(requested).map(again).collect();
    let days = count_days_off(work, days, rule.into(), others, from).days;
    let minutes_on = |days: &[DayCount], date| days.iter().find(|day| day.date == date).map(|day| day.minutes);
    let compared: BTreeSet<Date> = days.iter().chain(&stored.days).map(|day| day.date).collect();
    let difference = |date| {
        let [new, old] = [&days, &stored.days].map(|days| minutes_on(days, date).unwrap_or_default());
        (date, new - old)
    };
    let changed = compared.into_iter().map(difference).filter(|(_, difference)| *difference != Minutes::ZERO).collect();
    (LeaveCount { days, ..empty_count(work, from.max(dates.0)) }, changed)
}

/// Days off of a count that lay between the request and adjoining leave, and do so no longer.
pub fn days_no_longer_between<'a>(
    work: &ExpectedWork<'_>,
    count: &LeaveCount,
    rule: impl Into<DaysOffRule<'a>>,
    others: OtherSlots<'_>,
) -> Vec<Date> {
    if count.dates_between().next().is_none() {
        return Vec::new();
    }
    let leave = OtherLeave::of(work, others.months, rule.into().run_types(), others.except);
    let still = leave.days_still_between(&count.days);
    count.dates_between().filter(|date| !still.contains(date)).collect()
}

/// Count in which some days between the request and adjoining leave do not count any more. Outside `dates`, the first and
/// the last requested day, they are removed.
pub fn without_days_between(
    work: &ExpectedWork<'_>,
    (count, dates): (&LeaveCount, (Date, Date)),
    released: &[Date],
) -> LeaveCount {
    let is_released = |day: &DayCount| released.contains(&day.date);
    let stays = |day: &&DayCount| !is_released(day) || (dates.0 <= day.date && day.date <= dates.1);
    let without_count = |day: &DayCount| match is_released(day) {
        true => {
            let why = work.day(day.date).reduction_reason(day.portion, Minutes::ZERO);
            DayCount { minutes: Minutes::ZERO, why, ..day.clone() }
        }
        false => day.clone(),
    };
    LeaveCount { days: count.days.iter().filter(stays).map(without_count).collect(), ..count.clone() }
}

/// Rule by which days off count, and the leave types that form a run.
#[derive(Debug, Clone, Copy)]
pub struct DaysOffRule<'a> {
    sandwich: Sandwich,
    rules: Option<&'a LeaveRules>,
}

impl From<Sandwich> for DaysOffRule<'_> {
    /// Rule for a request alone, whatever adjoins.
    fn from(sandwich: Sandwich) -> Self {
        Self { sandwich, rules: None }
    }
}

impl<'a> From<&'a LeaveRules> for DaysOffRule<'a> {
    fn from(rules: &'a LeaveRules) -> Self {
        Self { sandwich: rules.sandwich, rules: Some(rules) }
    }
}

impl<'a> DaysOffRule<'a> {
    /// Whether days off between counted days count.
    pub fn counts_days_off(self) -> bool {
        self.sandwich == Sandwich::Inside
    }

    fn run_types(self) -> impl Iterator<Item = &'a str> {
        self.rules.into_iter().flat_map(LeaveRules::run_types)
    }
}

/// Slots that other requests of the person occupy.
#[derive(Debug, Clone, Copy, Default)]
pub struct OtherSlots<'a> {
    /// Occupied months by their first day.
    pub months: &'a [(Date, OccupiedMonth)],
    /// Id of the counted request itself, if it is stored already: its own slots and those of requests that were made after it
    /// are left out.
    pub except: Option<LeaveId>,
}

impl<'a> OtherSlots<'a> {
    fn month_of(self, date: Date) -> Option<&'a OccupiedMonth> {
        self.months.iter().find(|(first, _)| *first == date.first_of_month()).map(|(_, month)| month)
    }

    /// Parts of a day that other requests occupy. A day off that another request counts is taken as a whole.
    fn portions_on(self, date: Date) -> impl Iterator<Item = Portion> + 'a {
        let month = self.month_of(date);
        let slots = month.map(|month| month.slots_on(date)).unwrap_or_default();
        // The earlier request of a day counts first, so that a recount keeps the sum of the day.
        let is_earlier = move |leave_id: LeaveId| self.except.is_none_or(|own| leave_id < own);
        let held = month.and_then(|month| month.holder_of_day_between(date)).filter(|holder| is_earlier(*holder));
        let slots = slots.iter().filter(move |slot| is_earlier(slot.leave_id)).map(|slot| slot.portion);
        slots.chain(held.map(|_| Portion::Full))
    }

    /// Whether the request may count a day off beside a neighbour: the later made of the two does, and a day that another
    /// request counts already is left to it.
    fn may_count(self, date: Date, neighbour: LeaveId) -> bool {
        match self.month_of(date).and_then(|month| month.holder_of_day_between(date)) {
            Some(holder) => Some(holder) == self.except,
            None => self.except.is_none_or(|own| neighbour < own),
        }
    }

    /// Whether another request counts a day off.
    fn is_held_by_others(self, date: Date) -> bool {
        let holder = self.month_of(date).and_then(|month| month.holder_of_day_between(date));
        holder.is_some_and(|holder| Some(holder) != self.except)
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

/// Days of a request with its days off, as [`CountWithNeighbours`] has them.
struct DaysOff {
    days: Vec<DayCount>,
    between: Vec<DaysBetween>,
    looked_at: Option<(Date, Date)>,
}

/// Sandwich rule: days off between two counted days count in full, within the request and between it and adjoining
/// leave. Days before `from` keep their count.
fn count_days_off(
    work: &ExpectedWork<'_>,
    mut days: Vec<DayCount>,
    rule: DaysOffRule<'_>,
    others: OtherSlots<'_>,
    from: Date,
) -> DaysOff {
    let (mut between, mut looked_at) = (Vec::new(), None);
    if !rule.counts_days_off() {
        return DaysOff { days, between, looked_at };
    }
    let counted = |day: &DayCount| day.minutes != Minutes::ZERO && !day.is_between();
    if let (Some(first), Some(last)) = (days.iter().position(counted), days.iter().rposition(counted)) {
        let off = days.iter_mut().take(last).skip(first).filter(|day| day.minutes == Minutes::ZERO);
        for day in off.filter(|day| day.date >= from && !others.is_held_by_others(day.date)) {
            (day.minutes, day.why) = (work.day_minutes(day.date), Some(SANDWICH.to_owned()));
        }
    }
    let leave = OtherLeave::of(work, others.months, rule.run_types(), others.except);
    if let Some((before, after)) = leave.sides_of(&days) {
        looked_at = Some((before.looked_at, after.looked_at));
        for neighbour in [before.neighbour, after.neighbour].into_iter().flatten() {
            let dates = neighbour.days_between.into_iter().filter(|date| *date >= from);
            let mut dates: Vec<Date> = dates.filter(|date| others.may_count(*date, neighbour.leave_id)).collect();
            dates.sort_unstable();
            if let (Some(first), Some(last)) = (dates.first(), dates.last()) {
                between.push(DaysBetween { leave_id: neighbour.leave_id, from: *first, to: *last });
            }
            dates.into_iter().for_each(|date| count_day_between(work, &mut days, date));
        }
    }
    days.sort_by_key(|day| day.date);
    DaysOff { days, between, looked_at }
}

/// Counts a day off between a request and adjoining leave in full, whether it is requested or not.
fn count_day_between(work: &ExpectedWork<'_>, days: &mut Vec<DayCount>, date: Date) {
    let (minutes, why) = (work.day_minutes(date), Some(BETWEEN.to_owned()));
    match days.iter_mut().find(|day| day.date == date) {
        Some(day) => (day.minutes, day.why) = (minutes, why),
        None => days.push(DayCount { date, portion: Portion::Full, minutes, why }),
    }
}
