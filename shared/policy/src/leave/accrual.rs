//! Accrual of the entitlement: instalments as a pure function of policies, dated terms and employment. Rule 6
//! (docs/rules.md).

use std::collections::{BTreeMap, BTreeSet};

use directory::Person;
use jiff::civil::Date;
use kernel::Minutes;

use super::{
    AccrualInputs, AccrualPart, AccrualSchedule, LeaveRules, LeaveYear, PostedAt, RoundTo,
    entitlement::{EarnedInterval, EntitlementSegment},
    hours_worked::{HoursTotal, intervals_of_hours},
    leave_years,
    ratio::Ratio,
};
use crate::PolicyRef;

/// Start of the ids of instalments.
const INSTALMENT: &str = "accrual#";

/// Marks the id of a leaver's last instalment in ledgers of earlier versions. Its key is the id before the mark.
const LEAVER_SUFFIX: &str = "-until-";

/// Start of the ids of corrections of leavers' instalments in ledgers of earlier versions. The first day of the leave
/// year and the generation follow.
pub(super) const LEAVER_CORRECTION: &str = "leaver#";

/// Instalment of the entitlement, posted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instalment {
    /// Id of its first entry: `accrual#<first day of the leave year>#<number>of<count>`. If an interval is interrupted by
    /// another schedule, the later instalments of it also end in `@<first day>`. Corrections end in `#2` and so on.
    pub id: String,
    /// Number in the leave year, from 1. Instalments of 0 minutes are omitted.
    pub number: u8,
    /// Number of instalments per leave year.
    pub count: u8,
    /// Date on which the instalment is posted.
    pub on: Date,
    /// Minutes of the instalment.
    pub minutes: Minutes,
    /// Policy version that grants the instalment.
    pub policy: PolicyRef,
    /// Inputs of the computation, for the ledger entry.
    pub inputs: AccrualInputs,
}

/// Instalments of one leave year under constant rules and terms. They add up exactly to the entitlement, rounded as the
/// policy says; those of joiners and leavers to their share by calendar days. Empty for leave without a limit and for leave
/// that accrues per hour worked. Instalments of 0 minutes are omitted.
pub fn instalments(rules: &LeaveRules, policy: PolicyRef, person: &Person, leave_year: LeaveYear) -> Vec<Instalment> {
    let employed = leave_year.part_between(person.hire_date, person.termination_date);
    let segment = employed
        .filter(|_| rules.entitlement_days.is_some())
        .map(|LeaveYear { from, to }| EntitlementSegment { from, to, policy, rules, contract: person.contract });
    expected_instalments(segment.as_slice(), person.hire_date, &BTreeMap::new())
}

/// Instalments of all leave years that the segments touch. Segments are in order and do not overlap; a leave year is right
/// only if its segments are complete. `worked` are the worked minutes by day.
pub(super) fn expected_instalments(
    segments: &[EntitlementSegment<'_>],
    hire_date: Date,
    worked: &BTreeMap<Date, Minutes>,
) -> Vec<Instalment> {
    let mut years: BTreeMap<LeaveYear, Vec<EarnedInterval>> = BTreeMap::new();
    for entitled in segments.chunk_by(|segment, next| segment.is_followed_by(next)) {
        let Some(days) = EntitledDays::of(entitled) else { continue };
        for run in entitled.chunk_by(|segment, next| segment.continues_in(next)) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            for year in leave_years(first.rules, hire_date, first.from, last.to) {
                years.entry(year).or_default().extend(match first.rules.accrual.worked_share {
                    Some(share) => intervals_of_hours(run, share, worked, year),
                    None => earned_intervals(run, first, days, year),
                });
            }
        }
    }
    years.into_iter().flat_map(|(year, earned)| rounded_instalments(year, earned)).collect()
}

/// Days without a gap on which a person is entitled, under any schedule.
#[derive(Debug, Clone, Copy)]
struct EntitledDays {
    from: Date,
    to: Date,
}

impl EntitledDays {
    fn of(segments: &[EntitlementSegment<'_>]) -> Option<Self> {
        Some(Self { from: segments.first()?.from, to: segments.last()?.to })
    }
}

/// Earned intervals of a leave year in a run of segments with one schedule, which begins with `first`.
fn earned_intervals(
    run: &[EntitlementSegment<'_>],
    first: &EntitlementSegment<'_>,
    entitled: EntitledDays,
    year: LeaveYear,
) -> Vec<EarnedInterval> {
    let (accrual, end) = (first.rules.accrual, run.last().map_or(first.to, |last| last.to));
    let intervals = year.instalment_intervals(accrual.schedule);
    let count = u8::try_from(intervals.len()).unwrap_or(u8::MAX);
    let by_days = matches!(accrual.schedule, AccrualSchedule::Weekly | AccrualSchedule::Biweekly);
    let earned = intervals.iter().zip(1..).filter_map(|(interval, number)| {
        let worked = interval.part_between(first.from, Some(end))?;
        let share = match by_days {
            true => Ratio::new(interval.days().into(), year.days().into()),
            false => Ratio::new(1, count.into()),
        };
        let employed = interval.part_between(entitled.from, Some(entitled.to))?;
        let share = share.times(share_of_schedule(year, employed, worked));
        let on = match accrual.posted_at {
            PostedAt::Start => worked.from,
            PostedAt::End => worked.to,
        };
        let posting = run.iter().find(|segment| segment.contains(on))?;
        let of_segments =
            run.iter().filter_map(|segment| Some((segment, interval.part_between(segment.from, Some(segment.to))?)));
        let (mut days, mut parts) = (Ratio::ZERO, Vec::new());
        for (segment, part) in of_segments {
            let part_of_share = Ratio::new(part.days().into(), interval.days().into());
            days = days.plus(share.times(part_of_share).times(segment.yearly_days()));
            add_part(&mut parts, segment, part);
        }
        let several = parts.len() > 1;
        let inputs = AccrualInputs {
            entitlement_days: posting.rules.entitlement_days,
            period_from: year.from,
            period_to: year.to,
            number,
            of: count,
            interval_from: interval.from,
            interval_to: interval.to,
            employed_days: worked.days(),
            interval_days: interval.days(),
            fte_bp: posting.effective_fte_bp(),
            day_minutes: posting.contract.day_minutes,
            full_day_minutes: posting.rules.prorate_by_fte.then(|| posting.rules.full_day()),
            round_to: accrual.round_to,
            parts: if several { parts.into_iter().map(|(_, part)| part).collect() } else { Vec::new() },
            worked_minutes: None,
            worked_share: None,
            posted_before_minutes: None,
            target_minutes: None,
            why: None,
        };
        Some(EarnedInterval { on, policy: posting.policy, days, first_day: worked.from, inputs, most_days: None })
    });
    earned.collect()
}

/// Factor for the calendar days of an interval that one schedule covers, if another schedule covers the other entitled
/// days of it. Their parts count in half months of the leave year, so that a yearly instalment of six months and six monthly
/// ones are one entitlement.
fn share_of_schedule(year: LeaveYear, entitled: LeaveYear, covered: LeaveYear) -> Ratio {
    if entitled == covered {
        return Ratio::new(1, 1);
    }
    let half_months = |part: LeaveYear| {
        let overlaps = year.instalment_intervals(AccrualSchedule::SemiMonthly).into_iter().filter_map(|half| {
            let days = half.part_between(part.from, Some(part.to))?.days();
            Some(Ratio::new(days.into(), half.days().into()))
        });
        overlaps.fold(Ratio::ZERO, Ratio::plus)
    };
    let by_half_months = half_months(covered).over(half_months(entitled));
    by_half_months.times(Ratio::new(entitled.days().into(), covered.days().into()))
}

/// Adds the part of an interval with the terms of a segment. It extends the part before if the entitlement is the same.
fn add_part(parts: &mut Vec<(Ratio, AccrualPart)>, segment: &EntitlementSegment<'_>, part: LeaveYear) {
    let yearly = segment.yearly_days();
    match parts.last_mut() {
        Some((before, last)) if *before == yearly => last.to = part.to,
        _ => parts.push((
            yearly,
            AccrualPart {
                from: part.from,
                to: part.to,
                entitlement_days: segment.rules.entitlement_days.unwrap_or_default(),
                fte_bp: segment.effective_fte_bp(),
                day_minutes: segment.contract.day_minutes,
                policy: segment.policy,
            },
        )),
    }
}

/// Instalments of one leave year, in order of earning. Their running sum is rounded down, the whole to the nearest. What hours
/// of work earn is capped and always rounded down.
fn rounded_instalments(year: LeaveYear, earned: Vec<EarnedInterval>) -> Vec<Instalment> {
    let last = earned.len().saturating_sub(1);
    let (mut sum, mut hours) = (RoundedSum::default(), HoursTotal::default());
    let mut ids = BTreeSet::new();
    let mut instalments = Vec::new();
    for (at, EarnedInterval { on, policy, days, first_day, inputs, most_days }) in earned.into_iter().enumerate() {
        let rounding = if at == last && most_days.is_none() { Rounding::Nearest } else { Rounding::Down };
        let days = most_days.map_or(days, |most| hours.add(days, most));
        let minutes = sum.add(days, inputs.day_minutes, inputs.round_to, rounding);
        let (number, count) = (inputs.number, inputs.of);
        let plain = format!("{INSTALMENT}{}#{number}of{count}", year.from);
        let id = if ids.insert(plain.clone()) { plain } else { format!("{plain}@{first_day}") };
        if minutes != Minutes::ZERO {
            instalments.push(Instalment { id, number, count, on, minutes, policy, inputs });
        }
    }
    instalments
}

/// Rounding of a running sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rounding {
    Down,
    Nearest,
}

/// Running sum of the instalments of a leave year since the last change of the rounding unit. What was not granted yet at
/// such a change is carried on, in days.
#[derive(Debug, Clone, Copy)]
struct RoundedSum {
    day: i128,
    /// Twice the unit in minutes, so that half of an odd number of minutes is exact.
    twice_unit: i128,
    exact_minutes: Ratio,
    granted_minutes: i128,
}

impl Default for RoundedSum {
    fn default() -> Self {
        Self { day: 1, twice_unit: 2, exact_minutes: Ratio::ZERO, granted_minutes: 0 }
    }
}

impl RoundedSum {
    /// Adds days and returns the minutes that the rounded sum grows by.
    fn add(&mut self, days: Ratio, day_minutes: Minutes, round_to: RoundTo, rounding: Rounding) -> Minutes {
        let day = i128::from(day_minutes.0.max(1));
        let twice_unit = match round_to {
            RoundTo::Minute => 2,
            RoundTo::HalfDay => day,
            RoundTo::Day => day * 2,
        };
        if (day, twice_unit) != (self.day, self.twice_unit) {
            let open = self.exact_minutes.minus(self.granted_minutes).times(Ratio::new(day, self.day));
            *self = Self { day, twice_unit, exact_minutes: open, granted_minutes: 0 };
        }
        self.exact_minutes = self.exact_minutes.plus(days.times(Ratio::new(day, 1)));
        let units = self.exact_minutes.times(Ratio::new(2, twice_unit));
        let units = match rounding {
            Rounding::Down => units.floor(),
            Rounding::Nearest => units.nearest(),
        };
        let granted = units * twice_unit / 2;
        let minutes = granted - self.granted_minutes;
        self.granted_minutes = granted;
        Minutes(i64::try_from(minutes).unwrap_or(i64::MAX))
    }
}

/// Key of a posted instalment, the id of its first entry, and its generation; none for the ids of other entries.
pub(super) fn instalment_key(id: &str) -> Option<(String, usize)> {
    let mut parts = id.strip_prefix(INSTALMENT)?.split('#');
    let (year, instalment) = (parts.next()?, parts.next()?);
    year.parse::<Date>().ok()?;
    let generation = parts.next().map_or(Some(1), |generation| generation.parse().ok())?;
    let number = instalment.split_once(LEAVER_SUFFIX).map_or(instalment, |(number, _)| number);
    Some((format!("{INSTALMENT}{year}#{number}"), generation))
}

/// First day of the leave year of a leaver's correction, by the id of its entry; none for other entries.
pub(super) fn leaver_correction_year(id: &str) -> Option<Date> {
    id.strip_prefix(LEAVER_CORRECTION)?.split('#').next()?.parse().ok()
}
