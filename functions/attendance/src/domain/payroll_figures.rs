//! Minutes of a day that payroll sums, and differences between them.

use std::{
    collections::BTreeMap,
    ops::{Add, Sub},
};

use kernel::Minutes;
use policy::attendance::{DayOutcome, DayStatus, WorkPiece};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    month_totals::RatedMinutes,
    settled_figures::{LeaveByType, SettledFigures},
};

/// Minutes of one or more attendance days that payroll sums; negative in a difference that takes minutes away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PayrollFigures {
    /// Expected working time, after leave is deducted.
    pub expected_minutes: Minutes,
    /// Worked minutes, without breaks.
    pub worked_minutes: Minutes,
    /// Minutes of breaks: punched breaks, gaps between sessions (within a shift, or on a day without shifts), and deducted
    /// unpaid breaks.
    pub break_minutes: Minutes,
    /// Minutes late over all shifts, each counted from its start, or from the end of leave at its start; 0 within grace and
    /// without a check-in.
    pub late_minutes: Minutes,
    /// Minutes left early over all shifts of the day, each counted to its end, or to the start of leave at its end; 0 within
    /// grace and without a check-out.
    pub early_minutes: Minutes,
    /// Expected minutes above the worked minutes, added up day by day.
    pub missing_minutes: Minutes,
    /// Missing minutes of days with the status `absent`, a part of `missing_minutes`.
    pub absent_minutes: Minutes,
    /// Minutes of approved leave on the days.
    pub leave_minutes: Minutes,
    /// Overtime minutes that count, after minimum block and caps.
    pub overtime_minutes: Minutes,
    /// Overtime minutes that do not count: above a cap or below the minimum block.
    pub overtime_not_counted_minutes: Minutes,
    /// Minutes worked in the night window.
    pub night_minutes: Minutes,
    /// Minutes of leave by code of the leave type; types with 0 minutes are left out.
    pub leave_by_type: LeaveByType,
    /// Worked minutes other than counted overtime, by rate, lowest rate first; rates with 0 minutes are left out.
    pub normal_by_rate: Vec<RatedMinutes>,
    /// Counted overtime minutes by rate, lowest rate first; rates with 0 minutes are left out.
    pub overtime_by_rate: Vec<RatedMinutes>,
}

/// One figure: its name, such as `worked` or `leave_by_type`, and its minutes. `detail` is the leave type or the rate in basis
/// points; empty for a figure without either.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedMinutes {
    pub figure: &'static str,
    pub detail: String,
    pub minutes: Minutes,
}

impl PayrollFigures {
    fn of_outcome(outcome: &DayOutcome, leave_by_type: &LeaveByType) -> Self {
        let absent = outcome.status == DayStatus::Absent;
        Self {
            expected_minutes: outcome.expected_minutes,
            worked_minutes: outcome.worked_minutes,
            break_minutes: outcome.break_minutes,
            late_minutes: outcome.late_minutes,
            early_minutes: outcome.early_minutes,
            missing_minutes: outcome.missing_minutes,
            absent_minutes: if absent { outcome.missing_minutes } else { Minutes::ZERO },
            leave_minutes: outcome.leave_minutes,
            overtime_minutes: outcome.overtime.minutes,
            overtime_not_counted_minutes: outcome.overtime.not_counted_minutes,
            night_minutes: outcome.pieces.iter().filter(|piece| piece.night).map(|piece| piece.minutes).sum(),
            leave_by_type: without_zeros(leave_by_type.clone()),
            normal_by_rate: minutes_by_rate(outcome.pieces.iter().filter(|piece| !piece.overtime)),
            overtime_by_rate: minutes_by_rate(outcome.pieces.iter().filter(|piece| piece.overtime)),
        }
    }

    /// Figures combined one by one with `combine`; a leave type or rate that one side lacks has 0 minutes there.
    fn combine(&self, other: &Self, combine: impl Fn(Minutes, Minutes) -> Minutes) -> Self {
        let rates = |own: &[RatedMinutes], others: &[RatedMinutes]| {
            to_list(combine_maps(&to_map(own), &to_map(others), &combine))
        };
        Self {
            expected_minutes: combine(self.expected_minutes, other.expected_minutes),
            worked_minutes: combine(self.worked_minutes, other.worked_minutes),
            break_minutes: combine(self.break_minutes, other.break_minutes),
            late_minutes: combine(self.late_minutes, other.late_minutes),
            early_minutes: combine(self.early_minutes, other.early_minutes),
            missing_minutes: combine(self.missing_minutes, other.missing_minutes),
            absent_minutes: combine(self.absent_minutes, other.absent_minutes),
            leave_minutes: combine(self.leave_minutes, other.leave_minutes),
            overtime_minutes: combine(self.overtime_minutes, other.overtime_minutes),
            overtime_not_counted_minutes: combine(
                self.overtime_not_counted_minutes,
                other.overtime_not_counted_minutes,
            ),
            night_minutes: combine(self.night_minutes, other.night_minutes),
            leave_by_type: combine_maps(&self.leave_by_type, &other.leave_by_type, &combine),
            normal_by_rate: rates(&self.normal_by_rate, &other.normal_by_rate),
            overtime_by_rate: rates(&self.overtime_by_rate, &other.overtime_by_rate),
        }
    }

    /// All figures that are not zero, each with its name: in the order of the fields, then one for each leave type and rate.
    pub fn nonzero(&self) -> Vec<NamedMinutes> {
        let plain = [
            ("expected", self.expected_minutes),
            ("worked", self.worked_minutes),
            ("break", self.break_minutes),
            ("late", self.late_minutes),
            ("early", self.early_minutes),
            ("missing", self.missing_minutes),
            ("absent", self.absent_minutes),
            ("leave", self.leave_minutes),
            ("overtime", self.overtime_minutes),
            ("overtime_not_counted", self.overtime_not_counted_minutes),
            ("night", self.night_minutes),
        ];
        let plain = plain.map(|(figure, minutes)| NamedMinutes { figure, detail: String::new(), minutes });
        let leaves = self.leave_by_type.iter().map(|(kind, minutes)| NamedMinutes {
            figure: "leave_by_type",
            detail: kind.clone(),
            minutes: *minutes,
        });
        let rates = |figure, rates: &[RatedMinutes]| {
            let named =
                |one: &RatedMinutes| NamedMinutes { figure, detail: one.rate_bp.to_string(), minutes: one.minutes };
            rates.iter().map(named).collect::<Vec<_>>()
        };
        let all = plain
            .into_iter()
            .chain(leaves)
            .chain(rates("normal_by_rate", &self.normal_by_rate))
            .chain(rates("overtime_by_rate", &self.overtime_by_rate));
        all.filter(|one| one.minutes != Minutes::ZERO).collect()
    }

    /// Minutes that these figures have for the name and the detail of `named`, whose own minutes do not count; 0 if they have
    /// none.
    pub fn minutes_of(&self, named: &NamedMinutes) -> Minutes {
        let same = |one: &&NamedMinutes| one.figure == named.figure && one.detail == named.detail;
        self.nonzero().iter().find(same).map(|one| one.minutes).unwrap_or_default()
    }
}

/// Figures of a settled day; all 0 if the day is not settled.
impl From<&SettledFigures> for PayrollFigures {
    fn from(settled: &SettledFigures) -> Self {
        settled.outcome.as_ref().map(|outcome| Self::of_outcome(outcome, &settled.leave_by_type)).unwrap_or_default()
    }
}

impl Add for &PayrollFigures {
    type Output = PayrollFigures;

    fn add(self, other: Self) -> PayrollFigures {
        self.combine(other, Add::add)
    }
}

impl Sub for &PayrollFigures {
    type Output = PayrollFigures;

    fn sub(self, other: Self) -> PayrollFigures {
        self.combine(other, Sub::sub)
    }
}

/// Entries of both maps, combined key by key; those with 0 minutes are left out.
fn combine_maps<K: Ord + Clone>(
    own: &BTreeMap<K, Minutes>,
    others: &BTreeMap<K, Minutes>,
    combine: &impl Fn(Minutes, Minutes) -> Minutes,
) -> BTreeMap<K, Minutes> {
    let minutes = |of: &BTreeMap<K, Minutes>, key: &K| of.get(key).copied().unwrap_or_default();
    let keys = own.keys().chain(others.keys());
    without_zeros(keys.map(|key| (key.clone(), combine(minutes(own, key), minutes(others, key)))).collect())
}

fn without_zeros<K: Ord>(mut minutes: BTreeMap<K, Minutes>) -> BTreeMap<K, Minutes> {
    minutes.retain(|_, minutes| *minutes != Minutes::ZERO);
    minutes
}

fn minutes_by_rate<'a>(pieces: impl Iterator<Item = &'a WorkPiece>) -> Vec<RatedMinutes> {
    let mut sums = BTreeMap::<u32, Minutes>::new();
    for piece in pieces {
        let sum = sums.entry(piece.rate_bp).or_default();
        *sum = *sum + piece.minutes;
    }
    to_list(without_zeros(sums))
}

/// Minutes by rate in basis points.
fn to_map(rates: &[RatedMinutes]) -> BTreeMap<u32, Minutes> {
    rates.iter().map(|one| (one.rate_bp, one.minutes)).collect()
}

/// Minutes with their rates, lowest rate first.
fn to_list(minutes: BTreeMap<u32, Minutes>) -> Vec<RatedMinutes> {
    minutes.into_iter().map(|(rate_bp, minutes)| RatedMinutes { rate_bp, minutes }).collect()
}
