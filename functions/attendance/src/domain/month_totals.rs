//! Months, and totals of settled days.

use std::{fmt, str::FromStr};

use jiff::civil::Date;
use kernel::Minutes;
use policy::attendance::{DayOutcome, DayStatus, WorkPiece};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use super::settled_figures::LeaveByType;
use crate::messages;

/// Month, written as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

impl Month {
    /// Month of a date.
    pub fn of(date: Date) -> Self {
        Self(date.first_of_month())
    }

    pub const fn first_day(self) -> Date {
        self.0
    }

    pub fn last_day(self) -> Date {
        self.0.last_of_month()
    }

    /// The month after this one; the same at the end of the calendar.
    #[must_use]
    pub fn next(self) -> Self {
        self.last_day().tomorrow().map_or(self, Self::of)
    }

    pub fn days(self) -> impl Iterator<Item = Date> {
        dates_between(self.first_day(), self.last_day())
    }
}

/// Days from one date to another, both included; none if `to` is before `from`.
pub fn dates_between(from: Date, to: Date) -> impl Iterator<Item = Date> {
    std::iter::successors((from <= to).then_some(from), move |day| day.tomorrow().ok().filter(|next| *next <= to))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

impl FromStr for Month {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let digits =
            text.bytes().enumerate().all(|(at, byte)| if at == 4 { byte == b'-' } else { byte.is_ascii_digit() });
        let first: Date = format!("{text}-01").parse().map_err(|_| ())?;
        if text.len() == 7 && digits { Ok(Self(first)) } else { Err(()) }
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|()| de::Error::custom(messages::month_expected().localized()))
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Number of days with an occurrence, such as a late arrival, and its total length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OccurrenceTotals {
    /// Number of days with the occurrence, 0 or more.
    pub times: u32,
    /// Total length of the occurrences on these days, in minutes.
    pub minutes: Minutes,
}

impl OccurrenceTotals {
    /// Counts the occurrences of a day by their minutes in all; 0 minutes do not count.
    pub fn add(&mut self, minutes: Minutes) {
        if minutes.0 > 0 {
            self.times = self.times.saturating_add(1);
            self.minutes = self.minutes + minutes;
        }
    }
}

/// Worked minutes with one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RatedMinutes {
    /// Rate in basis points of the hourly pay; 10000 is normal pay.
    pub rate_bp: u32,
    /// Minutes with this rate.
    pub minutes: Minutes,
}

/// Overtime of several days by rate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OvertimeSums {
    /// Overtime minutes that count, after minimum block and caps.
    pub minutes: Minutes,
    /// Overtime minutes that do not count: above a cap or below the minimum block.
    pub not_counted_minutes: Minutes,
    /// Counted overtime by rate, lowest rate first.
    pub tiers: Vec<RatedMinutes>,
}

impl OvertimeSums {
    /// Adds the overtime of a settled day.
    pub fn add(&mut self, outcome: &DayOutcome) {
        self.minutes = self.minutes + outcome.overtime.minutes;
        self.not_counted_minutes = self.not_counted_minutes + outcome.overtime.not_counted_minutes;
        for piece in outcome.pieces.iter().filter(|piece| piece.overtime) {
            add_to_rate(&mut self.tiers, piece);
        }
    }
}

/// Adds the minutes of a piece to those of the same rate.
fn add_to_rate(tiers: &mut Vec<RatedMinutes>, piece: &WorkPiece) {
    match tiers.binary_search_by_key(&piece.rate_bp, |tier| tier.rate_bp) {
        Ok(at) => {
            if let Some(tier) = tiers.get_mut(at) {
                tier.minutes = tier.minutes + piece.minutes;
            }
        }
        Err(at) => tiers.insert(at, RatedMinutes { rate_bp: piece.rate_bp, minutes: piece.minutes }),
    }
}

/// Number of settled days by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCounts {
    /// Number of all settled days.
    pub settled: u32,
    /// Number of days with work and complete punches, without `half_leave`; days off included.
    pub present: u32,
    /// Number of days with a missing punch, or with punches that touch no planned shift.
    pub incomplete: u32,
    /// Number of days on which work was expected and there is no punch.
    pub absent: u32,
    /// Number of days fully on leave, also if the employee worked on them.
    pub leave: u32,
    /// Number of days partly on leave, with work in the rest.
    pub half_leave: u32,
    /// Number of holidays without punches.
    pub holiday: u32,
    /// Number of rest days without punches, and of working days without expected work.
    pub rest_day: u32,
}

impl DayCounts {
    /// Counts a settled day with this status.
    pub fn add(&mut self, status: DayStatus) {
        self.settled = self.settled.saturating_add(1);
        let count = match status {
            DayStatus::Present => &mut self.present,
            DayStatus::Incomplete => &mut self.incomplete,
            DayStatus::Absent => &mut self.absent,
            DayStatus::Leave => &mut self.leave,
            DayStatus::HalfLeave => &mut self.half_leave,
            DayStatus::Holiday => &mut self.holiday,
            DayStatus::RestDay => &mut self.rest_day,
        };
        *count = count.saturating_add(1);
    }
}

/// Totals of settled days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayTotals {
    pub days: DayCounts,
    /// Expected time, after leave is deducted.
    pub expected: Minutes,
    pub worked: Minutes,
    /// Expected time that was not worked.
    pub missing: Minutes,
    pub late: OccurrenceTotals,
    pub early: OccurrenceTotals,
    /// Absences: the missing time of days without punches.
    pub absent: OccurrenceTotals,
    pub overtime: OvertimeSums,
    /// Time worked in the night window.
    pub night: Minutes,
    pub leave: Minutes,
    pub leave_by_type: LeaveByType,
}

impl DayTotals {
    /// Adds a settled day with its leave by type.
    pub fn add(&mut self, outcome: &DayOutcome, leave_by_type: &LeaveByType) {
        self.days.add(outcome.status);
        self.expected = self.expected + outcome.expected_minutes;
        self.worked = self.worked + outcome.worked_minutes;
        self.missing = self.missing + outcome.missing_minutes;
        self.late.add(outcome.late_minutes);
        self.early.add(outcome.early_minutes);
        if outcome.status == DayStatus::Absent {
            self.absent.add(outcome.missing_minutes);
        }
        self.overtime.add(outcome);
        let night = outcome.pieces.iter().filter(|piece| piece.night).map(|piece| piece.minutes);
        self.night = self.night + night.sum();
        self.leave = self.leave + outcome.leave_minutes;
        for (leave_type, minutes) in leave_by_type {
            let taken = self.leave_by_type.entry(leave_type.clone()).or_default();
            *taken = *taken + *minutes;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn month_is_written_as_year_and_month_only() {
        let month: Month = "2024-02".parse().unwrap();
        assert_eq!(
            (month.first_day(), month.last_day(), month.days().count()),
            (date(2024, 2, 1), date(2024, 2, 29), 29)
        );
        assert_eq!((month.to_string(), Month::of(date(2024, 2, 29))), ("2024-02".to_owned(), month));
        for bad in ["", "2024", "2024-13", "2024-2", "24-02", "2024-02-01", "2024_02", "+024-02", "2024-00", "0000-00"]
        {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn reversed_range_has_no_days() {
        assert_eq!(dates_between(date(2024, 1, 2), date(2024, 1, 1)).count(), 0);
        assert_eq!(dates_between(date(2024, 2, 28), date(2024, 3, 1)).count(), 3);
    }
}
