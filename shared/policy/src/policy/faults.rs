//! What is wrong with a policy, by JSON pointer into the request body.

use std::collections::BTreeSet;

use kernel::{FieldError, Minutes};

use super::{DataRetentionRules, OvertimeRules, Policy, PolicyRules, TrainingRules};
use crate::{
    HalfDays,
    leave::{Approver, LeaveRules, PeriodStart, Step},
    work::{AttendanceRules, WorkingTimeRules},
};

/// A name, a reason or a course has at most so many characters.
const TEXT_MAX: usize = 200;
/// A code has at most so many.
const SLUG_MAX: usize = 50;
/// Lists have at most so many members.
const LIST_MAX: usize = 100;
/// A request passes at most so many steps.
const STEPS_MAX: usize = 10;
/// Nothing is asked for longer before than this: two years.
const DAYS_MAX: u16 = 731;
/// The highest rate: ten times the pay.
const RATE_MAX_BP: u32 = 100_000;
/// A week, in minutes.
const WEEK: Minutes = Minutes(7 * Minutes::CIVIL_DAY.0);

/// Codes of violations that a policy may turn into warnings, those of leave and those of worked days.
const DOWNGRADABLE_CODES: [&str; 14] = [
    "attachment_required",
    "begins_in_the_past",
    "blackout",
    "break_missing",
    "daily_maximum",
    "daily_overtime_cap",
    "daily_rest",
    "insufficient_balance",
    "not_eligible",
    "notice_too_short",
    "run_too_long",
    "service_too_short",
    "unit_too_small",
    "weekly_maximum",
];
/// What is kept for some time.
const RECORDS: [&str; 4] = ["attendance", "audit_logs", "leave_requests", "notifications"];

/// The faults found so far.
#[derive(Default)]
struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a fault where something does not hold.
    fn check(&mut self, holds: bool, pointer: impl Into<String>, code: &str, detail: impl Into<String>) {
        if !holds {
            self.0.push(FieldError { pointer: pointer.into(), code: code.to_owned(), detail: detail.into() });
        }
    }

    fn text(&mut self, text: &str, pointer: impl Into<String>) {
        let fine = !text.trim().is_empty() && text.chars().count() <= TEXT_MAX;
        self.check(fine, pointer, "length", format!("Expected 1 to {TEXT_MAX} characters."));
    }

    fn slug(&mut self, text: &str, pointer: impl Into<String>) {
        let detail = format!("Expected 1 to {SLUG_MAX} lower-case letters, digits, `-` or `_`.");
        self.check(is_slug(text), pointer, "not_a_slug", detail);
    }

    fn at_most<T>(&mut self, list: &[T], most: usize, pointer: impl Into<String>) {
        self.check(list.len() <= most, pointer, "too_many", format!("Expected at most {most}."));
    }

    fn minutes(&mut self, minutes: Minutes, most: Minutes, pointer: impl Into<String>) {
        let fine = (Minutes::ZERO..=most).contains(&minutes);
        self.check(fine, pointer, "out_of_range", format!("Expected 0 to {} minutes.", most.0));
    }

    fn days(&mut self, days: u16, pointer: impl Into<String>) {
        self.check(days <= DAYS_MAX, pointer, "out_of_range", format!("Expected 0 to {DAYS_MAX} days."));
    }

    fn half_days(&mut self, days: HalfDays, pointer: impl Into<String>) {
        let most = HalfDays::DAYS_MAX;
        self.check(days.0 <= most * 2, pointer, "out_of_range", format!("Expected 0 to {most} days."));
    }
}

fn is_slug(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    (1..=SLUG_MAX).contains(&text.len()) && text.bytes().all(fine)
}

impl Policy {
    /// What is wrong with it, by JSON pointer into the request body (`/rules/entitlement_days`, `/effective_from`...).
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = FieldErrors::default();
        faults.text(&self.name, "/name");
        if let Some(to) = self.effective.to {
            let detail = format!("{to} is before {}.", self.effective.from);
            faults.check(self.effective.from <= to, "/effective_to", "ends_before_it_begins", detail);
        }
        faults.at_most(&self.scope.sites, LIST_MAX, "/scope/sites");
        faults.at_most(&self.scope.departments, LIST_MAX, "/scope/departments");
        for (at, site) in self.scope.sites.iter().enumerate() {
            faults.slug(site, format!("/scope/sites/{at}"));
        }
        for (at, code) in self.warn_only.iter().enumerate() {
            let detail = format!("Expected one of {}.", DOWNGRADABLE_CODES.join(", "));
            faults.check(
                DOWNGRADABLE_CODES.contains(&code.as_str()),
                format!("/warn_only/{at}"),
                "unknown_code",
                detail,
            );
        }
        match &self.rules {
            PolicyRules::Leave(rules) => leave(&mut faults, rules),
            PolicyRules::Attendance(rules) => attendance(&mut faults, rules),
            PolicyRules::WorkingTime(rules) => working_time(&mut faults, rules),
            PolicyRules::CarryOver(rules) => carry_over(&mut faults, rules, "/rules"),
            PolicyRules::Overtime(rules) => overtime(&mut faults, rules),
            PolicyRules::DataRetention(rules) => data_retention(&mut faults, rules),
            PolicyRules::Training(rules) => training(&mut faults, rules),
        }
        faults.0
    }
}

fn leave(faults: &mut FieldErrors, rules: &LeaveRules) {
    faults.slug(&rules.leave_type, "/rules/leave_type");
    if let Some(days) = rules.entitlement_days {
        faults.half_days(days, "/rules/entitlement_days");
    }
    if let PeriodStart::Month(month) = rules.period_start {
        let fine = (1..=12).contains(&month);
        faults.check(fine, "/rules/period_start/month", "out_of_range", "Expected a month from 1 to 12.");
    }
    if let Some(rules) = &rules.carry_over {
        carry_over(faults, rules, "/rules/carry_over");
    }
    faults.half_days(rules.negative_days, "/rules/negative_days");
    faults.days(rules.notice_days, "/rules/notice_days");
    faults.days(rules.backdate_days, "/rules/backdate_days");
    if let Some(days) = rules.run_days_max {
        faults.check(days.0 > 0, "/rules/run_days_max", "out_of_range", "Nobody could be away at all.");
        faults.half_days(days, "/rules/run_days_max");
    }
    if let Some(days) = rules.attachment_above_days {
        faults.half_days(days, "/rules/attachment_above_days");
    }
    if let Some(days) = rules.credit_expires_days {
        faults.check(days > 0, "/rules/credit_expires_days", "out_of_range", "A credit needs at least a day.");
        faults.days(days, "/rules/credit_expires_days");
    }
    if let Some(encashment) = &rules.encashment {
        faults.half_days(encashment.max_days, "/rules/encashment/max_days");
        faults.half_days(encashment.keep_days, "/rules/encashment/keep_days");
    }
    notice_tiers(faults, rules);
    blackouts(faults, rules);
    approval(faults, &rules.approval);
}

fn notice_tiers(faults: &mut FieldErrors, rules: &LeaveRules) {
    faults.at_most(&rules.notice_tiers, LIST_MAX, "/rules/notice_tiers");
    let mut before: Option<HalfDays> = None;
    for (at, tier) in rules.notice_tiers.iter().enumerate() {
        let pointer = format!("/rules/notice_tiers/{at}");
        faults.days(tier.notice_days, format!("{pointer}/notice_days"));
        faults.half_days(tier.above_days, format!("{pointer}/above_days"));
        let rises = before.is_none_or(|before| before < tier.above_days);
        let detail = "Tiers go from the shortest request to the longest, each once.";
        faults.check(rises, format!("{pointer}/above_days"), "not_in_order", detail);
        before = Some(tier.above_days);
    }
}

fn blackouts(faults: &mut FieldErrors, rules: &LeaveRules) {
    faults.at_most(&rules.blackouts, LIST_MAX, "/rules/blackouts");
    for (at, blackout) in rules.blackouts.iter().enumerate() {
        let detail = format!("{} is before {}.", blackout.to, blackout.from);
        let pointer = format!("/rules/blackouts/{at}");
        faults.check(blackout.from <= blackout.to, format!("{pointer}/to"), "ends_before_it_begins", detail);
        faults.text(&blackout.reason, format!("{pointer}/reason"));
    }
}

fn approval(faults: &mut FieldErrors, steps: &[Step]) {
    faults.at_most(steps, STEPS_MAX, "/rules/approval");
    for (at, step) in steps.iter().enumerate() {
        let pointer = format!("/rules/approval/{at}");
        let needed = format!("{pointer}/needed");
        faults.check(step.needed > 0, needed.clone(), "out_of_range", "A step needs at least one approver.");
        match &step.by {
            Approver::People(people) => {
                let distinct: BTreeSet<_> = people.iter().collect();
                faults.check(distinct.len() == people.len(), format!("{pointer}/by/people"), "repeated", "Each once.");
                faults.at_most(people, LIST_MAX, format!("{pointer}/by/people"));
                let enough = usize::from(step.needed) <= distinct.len();
                faults.check(enough, needed, "too_many", format!("There are only {} of them.", distinct.len()));
            }
            Approver::Manager | Approver::SecondManager => {
                faults.check(step.needed <= 1, needed, "too_many", "There is only one of them.");
            }
            Approver::Hr => {}
        }
        if let Some(days) = step.above_days {
            faults.half_days(days, format!("{pointer}/above_days"));
        }
        let soon = step.escalate_after_hours.is_none_or(|hours| (1..=8_784).contains(&hours));
        faults.check(soon, format!("{pointer}/escalate_after_hours"), "out_of_range", "Expected 1 to 8784 hours.");
    }
}

fn carry_over(faults: &mut FieldErrors, rules: &crate::CarryOver, pointer: &str) {
    faults.half_days(rules.cap_days, format!("{pointer}/cap_days"));
    let fine = rules.expires_after_months.is_none_or(|months| (1..=12).contains(&months));
    faults.check(fine, format!("{pointer}/expires_after_months"), "out_of_range", "Expected 1 to 12 months.");
}

fn attendance(faults: &mut FieldErrors, rules: &AttendanceRules) {
    faults.check(!rules.shifts.is_empty(), "/rules/shifts", "required", "At least one shift is needed.");
    faults.at_most(&rules.shifts, LIST_MAX, "/rules/shifts");
    let mut codes = BTreeSet::new();
    for (at, shift) in rules.shifts.iter().enumerate() {
        let pointer = format!("/rules/shifts/{at}");
        faults.slug(&shift.code, format!("{pointer}/code"));
        faults.check(codes.insert(&shift.code), format!("{pointer}/code"), "repeated", "Another shift has this code.");
        let length = shift.length();
        let fine = Minutes::ZERO <= shift.break_minutes && shift.break_minutes < length;
        let detail = format!("The break must be shorter than the shift of {} minutes.", length.0);
        faults.check(fine, format!("{pointer}/break_minutes"), "out_of_range", detail);
    }
    if let Some(default) = &rules.default_shift {
        let detail = "Expected the code of one of the shifts.";
        faults.check(codes.contains(default), "/rules/default_shift", "unknown_shift", detail);
    }
    let half_day = Minutes(12 * 60);
    faults.minutes(rules.window_before_minutes, half_day, "/rules/window_before_minutes");
    faults.minutes(rules.window_after_minutes, half_day, "/rules/window_after_minutes");
    faults.minutes(rules.grace_in_minutes, half_day, "/rules/grace_in_minutes");
    faults.minutes(rules.grace_out_minutes, half_day, "/rules/grace_out_minutes");
    faults.at_most(&rules.breaks, LIST_MAX, "/rules/breaks");
    let mut before = -Minutes(1);
    for (at, required) in rules.breaks.iter().enumerate() {
        let pointer = format!("/rules/breaks/{at}");
        faults.minutes(required.worked_over_minutes, Minutes::CIVIL_DAY, format!("{pointer}/worked_over_minutes"));
        faults.minutes(required.break_minutes, half_day, format!("{pointer}/break_minutes"));
        let rises = before < required.worked_over_minutes;
        faults.check(rises, format!("{pointer}/worked_over_minutes"), "not_in_order", "From the shortest day up.");
        before = required.worked_over_minutes;
    }
    let step = (1..=60).contains(&rules.rounding_step_minutes.0);
    faults.check(step, "/rules/rounding_step_minutes", "out_of_range", "Expected 1 to 60 minutes.");
}

fn working_time(faults: &mut FieldErrors, rules: &WorkingTimeRules) {
    faults.minutes(rules.daily_max_minutes, Minutes::CIVIL_DAY, "/rules/daily_max_minutes");
    faults.minutes(rules.weekly_max_minutes, WEEK, "/rules/weekly_max_minutes");
    faults.minutes(rules.daily_rest_minutes, Minutes::CIVIL_DAY, "/rules/daily_rest_minutes");
    faults.minutes(rules.weekly_rest_minutes, WEEK, "/rules/weekly_rest_minutes");
    let possible = rules.daily_max_minutes + rules.daily_rest_minutes <= Minutes::CIVIL_DAY;
    let detail = "The longest day and the rest after it must fit into 24 hours.";
    faults.check(possible, "/rules/daily_rest_minutes", "impossible", detail);
}

fn overtime(faults: &mut FieldErrors, rules: &OvertimeRules) {
    faults.check(!rules.tiers.is_empty(), "/rules/tiers", "required", "At least one tier is needed.");
    faults.at_most(&rules.tiers, LIST_MAX, "/rules/tiers");
    let mut before: Option<Minutes> = None;
    for (at, tier) in rules.tiers.iter().enumerate() {
        let pointer = format!("/rules/tiers/{at}");
        let rises = before.map_or(tier.from_minutes == Minutes::ZERO, |before| before < tier.from_minutes);
        let detail = "The first tier begins at 0, each other one above the one before.";
        faults.check(rises, format!("{pointer}/from_minutes"), "not_in_order", detail);
        faults.minutes(tier.from_minutes, Minutes::CIVIL_DAY, format!("{pointer}/from_minutes"));
        rate(faults, tier.rate_bp, format!("{pointer}/rate_bp"));
        before = Some(tier.from_minutes);
    }
    if let Some(night) = &rules.night {
        let detail = "A night that ends when it begins would be all day.";
        faults.check(night.from != night.to, "/rules/night/to", "impossible", detail);
        rate(faults, night.extra_bp, "/rules/night/extra_bp".to_owned());
    }
    rate(faults, rules.rest_day_rate_bp, "/rules/rest_day_rate_bp".to_owned());
    rate(faults, rules.holiday_rate_bp, "/rules/holiday_rate_bp".to_owned());
    faults.minutes(rules.minimum_block_minutes, rules.daily_cap_minutes, "/rules/minimum_block_minutes");
    faults.minutes(rules.daily_cap_minutes, Minutes::CIVIL_DAY, "/rules/daily_cap_minutes");
    faults.minutes(rules.weekly_cap_minutes, WEEK, "/rules/weekly_cap_minutes");
}

fn rate(faults: &mut FieldErrors, rate_bp: u32, pointer: String) {
    faults.check(rate_bp <= RATE_MAX_BP, pointer, "out_of_range", format!("Expected 0 to {RATE_MAX_BP} basis points."));
}

fn data_retention(faults: &mut FieldErrors, rules: &DataRetentionRules) {
    let detail = format!("Expected one of {}.", RECORDS.join(", "));
    faults.check(RECORDS.contains(&rules.records.as_str()), "/rules/records", "unknown_records", detail);
    faults.check(rules.keep_days > 0, "/rules/keep_days", "out_of_range", "Expected at least a day.");
}

fn training(faults: &mut FieldErrors, rules: &TrainingRules) {
    faults.text(&rules.course, "/rules/course");
    faults.days(rules.due_after_days, "/rules/due_after_days");
    let fine = rules.repeat_months.is_none_or(|months| (1..=120).contains(&months));
    faults.check(fine, "/rules/repeat_months", "out_of_range", "Expected 1 to 120 months.");
    faults.days(rules.remind_days_before, "/rules/remind_days_before");
}
