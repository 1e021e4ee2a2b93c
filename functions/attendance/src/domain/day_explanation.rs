//! Explanation of the figures of a settled day.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::Minutes;
use policy::{
    Half, Portion,
    attendance::{DayKind, DayLeave, DayOutcome, DayStatus, OvertimePiece, PunchKind},
    working_time::AttendanceRules,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::Day;

/// Figure of an attendance day that is explained.
///
/// - `status`: status of the day
/// - `expected`: expected working time
/// - `leave`: approved leave
/// - `punches`: punches that count
/// - `worked`: worked time
/// - `late`: lateness after the shift start
/// - `early`: departure before the shift end
/// - `missing`: expected time that was not worked
/// - `overtime`: overtime with one rate
/// - `not_counted`: overtime that does not count
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayFigure {
    Status,
    Expected,
    Leave,
    Punches,
    Worked,
    Late,
    Early,
    Missing,
    Overtime,
    NotCounted,
}

/// Explanation of one figure of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FigureExplanation {
    /// Name of the explained figure.
    pub figure: DayFigure,
    /// Minutes of the figure; null for the status and the punches.
    pub minutes: Option<Minutes>,
    /// Explanation of the figure, for people.
    pub text: String,
}

/// Explains a settled day line by line; `rules` are those of its attendance policy. Empty for an unsettled day.
pub fn explain(day: &Day, rules: Option<&AttendanceRules>) -> Vec<FigureExplanation> {
    let (Some(outcome), Some(home)) = (&day.outcome, &day.home) else { return Vec::new() };
    let explainer =
        DayExplainer { day, outcome, rules, zone: policy::zone_or_utc(&home.time_zone), on_leave: home.on_leave };
    let mut lines = vec![explainer.status(), explainer.expected()];
    lines.extend(day.leaves.iter().filter(|leave| leave.active).map(leave));
    lines.extend(explainer.punches());
    let figures = [explainer.worked(), explainer.late(), explainer.early(), explainer.missing()];
    lines.extend(figures.into_iter().flatten());
    lines.extend(outcome.pieces.iter().filter(|piece| piece.overtime).map(overtime));
    lines.extend(explainer.not_counted());
    lines
}

fn line(figure: DayFigure, minutes: Option<Minutes>, text: String) -> FigureExplanation {
    FigureExplanation { figure, minutes, text }
}

/// Duration as `8 h 05 min`, or `5 min` below one hour.
fn format_duration(minutes: Minutes) -> String {
    let (hours, rest) = (minutes.0 / 60, minutes.0 % 60);
    if hours == 0 { format!("{rest} min") } else { format!("{hours} h {rest:02} min") }
}

/// Basis points as a percentage: 12500 is `125 %`.
fn percent(rate_bp: u32) -> String {
    let text = format!("{}.{:02}", rate_bp / 100, rate_bp % 100);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

fn leave(leave: &DayLeave) -> FigureExplanation {
    let part = match leave.portion {
        Portion::Full => "all day".to_owned(),
        Portion::Half(Half::Am) => "the first half of the day".to_owned(),
        Portion::Half(Half::Pm) => "the second half of the day".to_owned(),
        Portion::Hours(from, to) => format!("from {} to {}", from.strftime("%H:%M"), to.strftime("%H:%M")),
    };
    let text = format!("Leave `{}`, {part}: {}.", leave.leave_type, format_duration(leave.minutes));
    line(DayFigure::Leave, Some(leave.minutes), text)
}

fn overtime(piece: &OvertimePiece) -> FigureExplanation {
    let kind = match piece.kind {
        DayKind::Work => "a working day",
        DayKind::Rest => "a rest day",
        DayKind::Holiday => "a holiday",
    };
    let night = if piece.night { ", in the night" } else { "" };
    let (length, date, rate) = (format_duration(piece.minutes), piece.date, percent(piece.rate_bp));
    line(DayFigure::Overtime, Some(piece.minutes), format!("{length} of overtime on {date}, {kind}{night}, at {rate}."))
}

/// Builds the sentences about one day.
struct DayExplainer<'a> {
    day: &'a Day,
    outcome: &'a DayOutcome,
    rules: Option<&'a AttendanceRules>,
    zone: TimeZone,
    on_leave: bool,
}

impl DayExplainer<'_> {
    /// Local time, with the date if it differs from the day's.
    fn clock(&self, at: Timestamp) -> String {
        let there = at.to_zoned(self.zone.clone());
        let date: Date = there.date();
        let time = there.strftime("%H:%M");
        if date == self.day.date { time.to_string() } else { format!("{time} on {date}") }
    }

    fn status(&self) -> FigureExplanation {
        let text = match self.outcome.status {
            DayStatus::Present if self.outcome.kind == DayKind::Work => "The employee checked in and out.",
            DayStatus::Present => "The employee worked on a free day.",
            DayStatus::Incomplete => "A punch is missing or out of order. Unpaired punches are not counted.",
            DayStatus::Absent => "Work was expected, but there is no punch.",
            DayStatus::Leave if self.on_leave => "The employee is on long-term leave: no work is expected.",
            DayStatus::Leave => "Leave covers all expected time.",
            DayStatus::HalfLeave => "Leave covers a part of the day; the employee worked in the rest.",
            DayStatus::Holiday => "A holiday without punches.",
            DayStatus::RestDay => "A free day without punches.",
        };
        line(DayFigure::Status, None, text.to_owned())
    }

    fn expected(&self) -> FigureExplanation {
        let DayOutcome { kind, spans, expected_minutes, leave_minutes, .. } = self.outcome;
        let mut text = String::new();
        for span in spans {
            let (from, to) = (self.clock(span.from), self.clock(span.to));
            let pause = if span.break_minutes.0 > 0 {
                format!(", less {} of break", format_duration(span.break_minutes))
            } else {
                String::new()
            };
            text.push_str(&format!("Shift `{}` from {from} to {to}{pause}. ", span.code));
        }
        text.push_str(match kind {
            DayKind::Work if spans.is_empty() => "No shift is planned: the standard day counts. ",
            DayKind::Work => "",
            DayKind::Rest => "A free day: no work is expected. ",
            DayKind::Holiday => "A holiday: no work is expected. ",
        });
        if leave_minutes.0 > 0 {
            text.push_str(&format!("{} of leave is deducted. ", format_duration(*leave_minutes)));
        }
        text.push_str(&format!("Expected: {}.", format_duration(*expected_minutes)));
        line(DayFigure::Expected, Some(*expected_minutes), text)
    }

    /// Counted punches in the order of time.
    fn punches(&self) -> Option<FigureExplanation> {
        let mut counting: Vec<_> = self.day.punches.iter().filter(|punch| punch.is_counted()).collect();
        counting.sort_by_key(|punch| (punch.at, punch.kind, punch.id));
        let listed = counting.iter().map(|punch| {
            let kind = match punch.kind {
                PunchKind::CheckIn => "in",
                PunchKind::CheckOut => "out",
                PunchKind::BreakStart => "break from",
                PunchKind::BreakEnd => "break until",
            };
            format!("{kind} {}", self.clock(punch.at))
        });
        let listed = listed.collect::<Vec<_>>().join(", ");
        let voided = self.day.punches.len() - counting.len();
        let voided_note = if voided > 0 { format!(" Voided by corrections: {voided}.") } else { String::new() };
        (!self.day.punches.is_empty()).then(|| {
            let listed = if listed.is_empty() { "none that counts".to_owned() } else { listed };
            line(DayFigure::Punches, None, format!("Punches: {listed}.{voided_note}"))
        })
    }

    fn worked(&self) -> Option<FigureExplanation> {
        let DayOutcome { worked_seconds, worked_minutes, break_minutes, .. } = self.outcome;
        self.outcome.first_in?;
        let exact = format!("{} {:02} s", format_duration(Minutes(worked_seconds / 60)), worked_seconds % 60);
        let pause = if break_minutes.0 > 0 {
            format!(" after {} of break", format_duration(*break_minutes))
        } else {
            String::new()
        };
        let text = format!("Worked {exact}{pause}. Rounded by the policy: {}.", format_duration(*worked_minutes));
        Some(line(DayFigure::Worked, Some(*worked_minutes), text))
    }

    fn late(&self) -> Option<FigureExplanation> {
        let (late, grace) = (self.outcome.late_minutes, self.rules.map(|rules| rules.grace_in_minutes));
        let first_in = self.outcome.first_in.map(|at| format!(" The first check-in was at {}.", self.clock(at)));
        let text = format!(
            "Late by {}, counted from the start of the shift.{}{}",
            format_duration(late),
            first_in.unwrap_or_default(),
            grace_note(grace)
        );
        (late.0 > 0).then(|| line(DayFigure::Late, Some(late), text))
    }

    fn early(&self) -> Option<FigureExplanation> {
        let (early, grace) = (self.outcome.early_minutes, self.rules.map(|rules| rules.grace_out_minutes));
        let last_out = self.outcome.last_out.map(|at| format!(" The last check-out was at {}.", self.clock(at)));
        let text = format!(
            "Left {} early, counted to the end of the shift.{}{}",
            format_duration(early),
            last_out.unwrap_or_default(),
            grace_note(grace)
        );
        (early.0 > 0).then(|| line(DayFigure::Early, Some(early), text))
    }

    fn missing(&self) -> Option<FigureExplanation> {
        let DayOutcome { missing_minutes: missing, expected_minutes, worked_minutes, .. } = self.outcome;
        let (expected, worked) = (format_duration(*expected_minutes), format_duration(*worked_minutes));
        let text = format!("{} is missing: {expected} was expected, {worked} was worked.", format_duration(*missing));
        (missing.0 > 0).then(|| line(DayFigure::Missing, Some(*missing), text))
    }

    fn not_counted(&self) -> Option<FigureExplanation> {
        let not_counted = self.outcome.overtime.not_counted_minutes;
        let text = format!(
            "{} of overtime does not count: it is above a cap or below the minimum block.",
            format_duration(not_counted)
        );
        (not_counted.0 > 0).then(|| line(DayFigure::NotCounted, Some(not_counted), text))
    }
}

fn grace_note(grace: Option<Minutes>) -> String {
    let positive = grace.filter(|grace| grace.0 > 0);
    positive
        .map(|grace| format!(" Up to {} is within grace; beyond that, all of it counts.", format_duration(grace)))
        .unwrap_or_default()
}
