//! Sentences of violations, from their figures.

use jiff::{
    Span,
    civil::{Date, Time},
};
use kernel::{Argument, Message, Minutes};
use serde::Serialize;
use serde_json::json;

use super::{
    BlackoutFigures, EligibilityFigures, LeaveUnit, NothingToTakeFigures, ServiceFigures, UnitFigures, ViolationFigures,
};
use crate::{
    Half, Portion,
    leave_amount::{describe_calendar_days, describe_days_and_minutes},
    messages,
};

/// Requested hours must be a multiple of these minutes.
pub(super) const STEP_MINUTES: i64 = 15;

impl ViolationFigures {
    /// Sentence that explains the violation with its figures, in any language.
    pub fn explanation(&self) -> Message {
        match self {
            Self::AttachmentRequired(figures) => messages::attachment_needed(
                figures.attachment_above_days,
                describe_days_and_minutes(figures.minutes, figures.day_minutes),
            ),
            Self::BeginsInThePast(figures) => {
                let (first, age) =
                    (days_after(figures.today, -figures.days_back), describe_calendar_days(figures.days_back));
                match figures.backdate_days {
                    0 => messages::past_days(first, age),
                    most => messages::too_far_back(first, age, describe_calendar_days(most)),
                }
            }
            Self::Blackout(figures) => explain_blackout(figures),
            Self::BreakMissing(figures) => messages::break_missing(
                describe_hours_and_minutes(figures.worked_minutes),
                figures.date,
                describe_hours_and_minutes(figures.break_minutes),
                describe_hours_and_minutes(figures.worked_over_minutes),
                describe_hours_and_minutes(figures.required_break_minutes),
            ),
            Self::DailyMaximum(figures) => messages::daily_maximum(
                describe_hours_and_minutes(figures.worked_minutes),
                figures.date,
                describe_hours_and_minutes(figures.daily_max_minutes),
            ),
            Self::DailyOvertimeCap(figures) => messages::daily_overtime_cap(
                describe_hours_and_minutes(figures.worked_minutes),
                figures.date,
                describe_hours_and_minutes(figures.overtime_minutes),
                describe_hours_and_minutes(figures.day_minutes),
                describe_hours_and_minutes(figures.daily_cap_minutes),
            ),
            Self::DailyRest(figures) => messages::daily_rest(
                figures.date,
                describe_hours_and_minutes(figures.rest_minutes),
                describe_hours_and_minutes(figures.daily_rest_minutes),
            ),
            Self::InsufficientBalance(figures) => {
                let describe = |minutes: Minutes| describe_days_and_minutes(minutes, figures.day_minutes);
                messages::balance_too_low(
                    describe(figures.required_minutes),
                    describe(figures.balance_minutes),
                    figures.start_date,
                    describe(figures.lowest_minutes),
                    figures.lowest_on,
                    describe(figures.floor_minutes),
                )
            }
            Self::NotEligible(figures) => explain_not_eligible(figures),
            Self::NothingToTake(figures) => explain_nothing_to_take(figures),
            Self::NoticeTooShort(figures) => messages::notice_too_short(
                describe_days_and_minutes(figures.minutes, figures.day_minutes),
                describe_calendar_days(figures.notice_days_needed),
                days_after(figures.today, figures.notice_days),
                describe_calendar_days(figures.notice_days),
                figures.today,
            ),
            Self::RunTooLong(figures) => messages::absence_too_long(
                describe_days_and_minutes(figures.run_minutes, figures.day_minutes),
                figures.run_from,
                figures.run_to,
                figures.run_days_max,
            ),
            Self::ServiceTooShort(figures) => explain_service_too_short(figures),
            Self::UnitTooSmall(UnitFigures { leave_type, unit, .. }) => match unit {
                LeaveUnit::Day => messages::unit_of_a_day(leave_type.as_str()),
                LeaveUnit::HalfDay => messages::unit_of_half_a_day(leave_type.as_str()),
                LeaveUnit::Hour => messages::unit_of_minutes(leave_type.as_str(), STEP_MINUTES),
            },
            Self::WeeklyRest(figures) => messages::weekly_rest(
                figures.date,
                describe_hours_and_minutes(figures.since_rest_minutes),
                describe_hours_and_minutes(figures.weekly_rest_minutes),
            ),
            Self::WeeklyMaximum(figures) => messages::weekly_maximum(
                describe_hours_and_minutes(figures.week_minutes),
                figures.date,
                describe_hours_and_minutes(figures.weekly_max_minutes),
            ),
        }
    }
}

/// Date a number of days after a date, or before it if the number is negative.
fn days_after(date: Date, days: i64) -> Date {
    Span::new().try_days(days).map_or(date, |span| date.saturating_add(span))
}

/// Minutes for a sentence: `8 h 30 min`.
fn describe_hours_and_minutes(minutes: Minutes) -> Message {
    messages::hours_and_minutes(minutes.0 / 60, format!("{:02}", minutes.0 % 60))
}

/// Name of a unit enum value, as in JSON.
fn json_name(value: impl Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}

fn explain_blackout(figures: &BlackoutFigures) -> Message {
    let BlackoutFigures { from, to, reason, dates } = figures;
    let first = dates.first().copied().unwrap_or(*from);
    match dates.last().copied().unwrap_or(first) {
        last if last == first => messages::blackout_day(first, *from, *to, reason.as_str()),
        last => messages::blackout_days(first, last, *from, *to, reason.as_str()),
    }
}

fn explain_not_eligible(figures: &EligibilityFigures) -> Message {
    match figures {
        EligibilityFigures::EmploymentType { leave_type, employment_type, eligible } => {
            let eligible = Argument::list(eligible.iter().map(json_name));
            messages::employment_type_not_eligible(leave_type.as_str(), eligible, json_name(employment_type))
        }
        EligibilityFigures::EndOfEmployment { termination_date, end_date } => {
            messages::after_employment(*end_date, *termination_date)
        }
    }
}

fn explain_service_too_short(figures: &ServiceFigures) -> Message {
    let ServiceFigures { hire_date, service_days, service_days_min } = *figures;
    let (needed, first) = (describe_calendar_days(service_days_min), days_after(hire_date, service_days));
    match service_days {
        ..0 => messages::before_hire_date(needed, hire_date, first, describe_calendar_days(-service_days)),
        _ => messages::service_too_short(needed, hire_date, first, describe_calendar_days(service_days)),
    }
}

fn explain_nothing_to_take(figures: &NothingToTakeFigures) -> Message {
    let mut reasons: Vec<Message> = Vec::new();
    for why in figures.days.iter().filter_map(|day| day.why.as_deref()) {
        let reason = match (why, why.strip_prefix("holiday: ")) {
            (_, Some(names)) => messages::holiday(names),
            ("half_day", _) => messages::free_half(),
            ("outside_hours", _) => messages::outside_hours(),
            _ => messages::rest_day(),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    messages::nothing_to_take(describe_requested_days(figures), Argument::list(reasons))
}

/// Requested dates and the part of a day, for a sentence.
fn describe_requested_days(figures: &NothingToTakeFigures) -> Argument {
    let (Some(first), Some(last)) = (figures.days.first(), figures.days.last()) else { return "".into() };
    match first.portion {
        _ if first.date != last.date => messages::dates(first.date, last.date).into(),
        Portion::Full => first.date.into(),
        Portion::Half(Half::Am) => messages::first_half(first.date).into(),
        Portion::Half(Half::Pm) => messages::second_half(first.date).into(),
        Portion::Hours(from, to) => {
            let clock = |time: Time| time.strftime("%H:%M").to_string();
            messages::hours(first.date, clock(from), clock(to)).into()
        }
    }
}
