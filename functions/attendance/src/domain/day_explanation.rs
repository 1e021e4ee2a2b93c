//! Explanation of the figures of a settled day.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{Argument, Message, Minutes};
use policy::{
    Half, Portion,
    attendance::{DayKind, DayLeave, DayOutcome, DayStatus, IncompleteReason, PunchKind, WorkPiece, in_reading_order},
    working_time::AttendanceRules,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::day::Day;
use crate::messages::explanation as messages;

/// Figure of an attendance day that is explained.
///
/// - `status`: status of the day
/// - `expected`: expected working time
/// - `leave`: approved leave
/// - `punches`: punches that count
/// - `worked`: worked time
/// - `deducted_break`: break that was not punched and is deducted by the policy
/// - `uncounted_early`: work before the shift that does not count by the policy
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
    DeductedBreak,
    UncountedEarly,
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
    #[schema(value_type = String)]
    pub text: Message,
}

/// Explains a settled day, one figure after the other; empty for an unsettled day. `rules` are those of its attendance
/// policy.
pub fn explain_day(day: &Day, rules: Option<&AttendanceRules>) -> Vec<FigureExplanation> {
    let (Some(outcome), Some(home)) = (&day.outcome, &day.home) else { return Vec::new() };
    let explainer =
        DayExplainer { day, outcome, rules, zone: policy::zone_or_utc(&home.time_zone), on_leave: home.on_leave };
    let mut lines = vec![explainer.explain_status(), explainer.explain_expected()];
    lines.extend(day.leaves.iter().filter(|leave| leave.active).map(explain_leave));
    lines.extend(explainer.explain_punches());
    let figures = [
        explainer.explain_worked(),
        explain_minutes(DayFigure::DeductedBreak, outcome.deducted_break_minutes, messages::break_deducted),
        explain_minutes(DayFigure::UncountedEarly, outcome.uncounted_early_minutes, messages::early_work_not_counted),
        explainer.explain_late(),
        explainer.explain_early(),
        explainer.explain_missing(),
    ];
    lines.extend(figures.into_iter().flatten());
    lines.extend(outcome.pieces.iter().filter(|piece| piece.overtime).map(explain_overtime));
    lines.extend(explainer.explain_not_counted());
    lines
}

fn figure_line(figure: DayFigure, minutes: Option<Minutes>, text: Message) -> FigureExplanation {
    FigureExplanation { figure, minutes, text }
}

/// Message such as `8 h 05 min`, or `5 min` below one hour.
fn duration_text(minutes: Minutes) -> Message {
    let (hours, rest) = (minutes.0 / 60, minutes.0 % 60);
    if hours == 0 { messages::minutes(rest) } else { messages::hours(hours, format!("{rest:02}")) }
}

/// Basis points as a percentage without its sign: 12500 is `125`.
fn percent_text(rate_bp: u32) -> Argument {
    let text = format!("{}.{:02}", rate_bp / 100, rate_bp % 100);
    Argument::decimal(text.trim_end_matches('0').trim_end_matches('.'))
}

/// Joins sentences, separated by spaces.
fn join_sentences(first: Message, more: impl IntoIterator<Item = Message>) -> Message {
    more.into_iter().fold(first, messages::sentences)
}

/// Line of a figure with one sentence; `None` if the figure is zero.
fn explain_minutes(
    figure: DayFigure,
    minutes: Minutes,
    sentence: impl Fn(Message) -> Message,
) -> Option<FigureExplanation> {
    (minutes.0 > 0).then(|| figure_line(figure, Some(minutes), sentence(duration_text(minutes))))
}

fn explain_leave(leave: &DayLeave) -> FigureExplanation {
    let portion = match leave.portion {
        Portion::Full => messages::all_day(),
        Portion::Half(Half::Am) => messages::first_half(),
        Portion::Half(Half::Pm) => messages::second_half(),
        Portion::Hours(from, to) => {
            messages::hours_between(from.strftime("%H:%M").to_string(), to.strftime("%H:%M").to_string())
        }
    };
    let text = messages::leave(leave.leave_type.as_str(), portion, duration_text(leave.minutes));
    figure_line(DayFigure::Leave, Some(leave.minutes), text)
}

fn explain_overtime(piece: &WorkPiece) -> FigureExplanation {
    let kind = match piece.kind {
        DayKind::Work => messages::working_day(),
        DayKind::Rest => messages::rest_day(),
        DayKind::Holiday => messages::holiday(),
    };
    let (length, date, rate) = (duration_text(piece.minutes), piece.date, percent_text(piece.rate_bp));
    let text = if piece.night {
        messages::overtime_at_night(length, date, kind, rate)
    } else {
        messages::overtime(length, date, kind, rate)
    };
    figure_line(DayFigure::Overtime, Some(piece.minutes), text)
}

/// Explains the figures of one day.
struct DayExplainer<'a> {
    day: &'a Day,
    outcome: &'a DayOutcome,
    rules: Option<&'a AttendanceRules>,
    zone: TimeZone,
    on_leave: bool,
}

impl DayExplainer<'_> {
    /// Local time such as `17:30`, followed by the date if it is not that of the day.
    fn local_clock(&self, at: Timestamp) -> Argument {
        let there = at.to_zoned(self.zone.clone());
        let date: Date = there.date();
        let time = there.strftime("%H:%M").to_string();
        if date == self.day.date { time.into() } else { messages::time_on(time, date).into() }
    }

    fn explain_status(&self) -> FigureExplanation {
        let text = match self.outcome.status {
            DayStatus::Present if self.outcome.kind == DayKind::Work => messages::status_present(),
            DayStatus::Present => messages::status_worked_free_day(),
            DayStatus::Incomplete if self.outcome.incomplete_reason == Some(IncompleteReason::OutsideShifts) => {
                messages::status_outside_shifts()
            }
            DayStatus::Incomplete => messages::status_incomplete(),
            DayStatus::Absent => messages::status_absent(),
            DayStatus::Leave if self.on_leave => messages::status_long_leave(),
            DayStatus::Leave => messages::status_leave(),
            DayStatus::HalfLeave => messages::status_half_leave(),
            DayStatus::Holiday => messages::status_holiday(),
            DayStatus::RestDay => messages::status_rest_day(),
        };
        figure_line(DayFigure::Status, None, text)
    }

    fn explain_expected(&self) -> FigureExplanation {
        let DayOutcome { kind, spans, expected_minutes, leave_minutes, .. } = self.outcome;
        let shifts = spans.iter().map(|span| {
            let (code, from, to) = (span.code.as_str(), self.local_clock(span.from), self.local_clock(span.to));
            if span.break_minutes.0 > 0 {
                messages::shift_span_with_break(code, from, to, duration_text(span.break_minutes))
            } else {
                messages::shift_span(code, from, to)
            }
        });
        let remark = match kind {
            DayKind::Work if spans.is_empty() => Some(messages::standard_day()),
            DayKind::Work => None,
            DayKind::Rest => Some(messages::rest_day_expected()),
            DayKind::Holiday => Some(messages::holiday_expected()),
        };
        let deducted = (leave_minutes.0 > 0).then(|| messages::leave_deducted(duration_text(*leave_minutes)));
        let before: Vec<Message> = shifts.chain(remark).chain(deducted).collect();
        let total = messages::expected_time(duration_text(*expected_minutes));
        let text = before.into_iter().rfold(total, |rest, sentence| messages::sentences(sentence, rest));
        figure_line(DayFigure::Expected, Some(*expected_minutes), text)
    }

    /// Counted punches in the order of time, and the numbers of repeated and voided ones; `None` if the day has no punch.
    fn explain_punches(&self) -> Option<FigureExplanation> {
        let counting = in_reading_order(&self.day.punches);
        let listed = counting.iter().map(|punch| {
            let time = self.local_clock(punch.at);
            match punch.kind {
                PunchKind::CheckIn => messages::in_at(time),
                PunchKind::CheckOut => messages::out_at(time),
                PunchKind::BreakStart => messages::break_from(time),
                PunchKind::BreakEnd => messages::break_until(time),
            }
        });
        let listed = if counting.is_empty() {
            messages::no_counted_punches()
        } else {
            messages::punches(Argument::list(listed))
        };
        let voided = self.day.punches.iter().filter(|punch| !punch.is_counted()).count();
        let repeated = self.day.punches.len().saturating_sub(counting.len() + voided);
        let notes = [
            (repeated > 0).then(|| messages::repeated_punches(repeated)),
            (voided > 0).then(|| messages::voided_punches(voided)),
        ];
        let text = join_sentences(listed, notes.into_iter().flatten());
        (!self.day.punches.is_empty()).then(|| figure_line(DayFigure::Punches, None, text))
    }

    fn explain_worked(&self) -> Option<FigureExplanation> {
        let DayOutcome { worked_seconds, worked_minutes, break_minutes, .. } = self.outcome;
        self.outcome.first_in?;
        let seconds = format!("{:02}", worked_seconds % 60);
        let exact = messages::with_seconds(duration_text(Minutes(worked_seconds / 60)), seconds);
        let rounded = duration_text(*worked_minutes);
        let text = if break_minutes.0 > 0 {
            messages::worked_after_break(exact, duration_text(*break_minutes), rounded)
        } else {
            messages::worked(exact, rounded)
        };
        Some(figure_line(DayFigure::Worked, Some(*worked_minutes), text))
    }

    fn explain_late(&self) -> Option<FigureExplanation> {
        let (late, grace) = (self.outcome.late_minutes, self.rules.map(|rules| rules.grace_in_minutes));
        let first_in = self.outcome.first_in.map(|at| messages::first_check_in(self.local_clock(at)));
        let text = join_sentences(messages::late(duration_text(late)), first_in.into_iter().chain(grace_note(grace)));
        (late.0 > 0).then(|| figure_line(DayFigure::Late, Some(late), text))
    }

    fn explain_early(&self) -> Option<FigureExplanation> {
        let (early, grace) = (self.outcome.early_minutes, self.rules.map(|rules| rules.grace_out_minutes));
        let last_out = self.outcome.last_out.map(|at| messages::last_check_out(self.local_clock(at)));
        let text = join_sentences(messages::early(duration_text(early)), last_out.into_iter().chain(grace_note(grace)));
        (early.0 > 0).then(|| figure_line(DayFigure::Early, Some(early), text))
    }

    fn explain_missing(&self) -> Option<FigureExplanation> {
        let DayOutcome { missing_minutes: missing, expected_minutes, worked_minutes, .. } = self.outcome;
        let text = messages::missing(
            duration_text(*missing),
            duration_text(*expected_minutes),
            duration_text(*worked_minutes),
        );
        (missing.0 > 0).then(|| figure_line(DayFigure::Missing, Some(*missing), text))
    }

    fn explain_not_counted(&self) -> Option<FigureExplanation> {
        let not_counted = self.outcome.overtime.not_counted_minutes;
        let text = messages::overtime_not_counted(duration_text(not_counted));
        (not_counted.0 > 0).then(|| figure_line(DayFigure::NotCounted, Some(not_counted), text))
    }
}

/// Sentence about the grace; `None` if the grace is unknown or zero.
fn grace_note(grace: Option<Minutes>) -> Option<Message> {
    grace.filter(|grace| grace.0 > 0).map(|grace| messages::grace(duration_text(grace)))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::Language;

    use super::*;

    #[test]
    fn overtime_is_explained_in_each_language() {
        let piece = WorkPiece {
            date: date(2026, 12, 6),
            kind: DayKind::Rest,
            night: true,
            overtime: true,
            minutes: Minutes(65),
            rate_bp: 17_550,
        };
        assert_eq!(
            Language::ALL.map(|language| explain_overtime(&piece).text.text(language)),
            [
                "1 h 05 min of overtime on 2026-12-06, a rest day, in the night, at 175.5 %.",
                "1 h 05 min Überstunden am 06.12.2026 (arbeitsfreier Tag) in der Nacht zu 175,5 %.",
                "06/12/2026 (विश्राम दिवस) को रात में 1 घंटे 05 मिनट ओवरटाइम, 175.5 % की दर से।",
            ]
        );
    }

    #[test]
    fn work_on_a_free_day_names_both_kinds_in_each_language() {
        assert_eq!(
            Language::ALL.map(|language| messages::status_worked_free_day().text(language)),
            [
                "The employee worked on a rest day or a holiday.",
                "Der Mitarbeiter hat an einem arbeitsfreien Tag oder Feiertag gearbeitet.",
                "कर्मचारी ने विश्राम दिवस या सार्वजनिक अवकाश पर काम किया।",
            ]
        );
    }

    #[test]
    fn sentences_follow_each_other() {
        let voided = join_sentences(messages::no_counted_punches(), [messages::voided_punches(1)]);
        assert_eq!(voided.text(Language::German), "Stempelungen: keine, die zählt. Durch Korrekturen ungültig: 1.");
        assert_eq!(duration_text(Minutes(5)).to_string(), "5 min");
    }
}
