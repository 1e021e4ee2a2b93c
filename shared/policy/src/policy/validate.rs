//! Validation of policies. Errors have JSON pointers into the request body.

use std::collections::BTreeSet;

use jiff::civil::Date;
use kernel::{Argument, FieldError, Message, Minutes, YEARS};

use super::{DataRetentionRules, OvertimeRules, Policy, PolicyRules, RetainedRecords, TrainingRules};
use crate::{
    HalfDays,
    leave::{AccrualSchedule, Approver, LeaveRules, PeriodStart, PostedAt, Step, WorkedShare},
    messages,
    working_time::{AttendanceRules, WorkingTimeRules},
};

/// Most characters of a name, a reason or a course.
const TEXT_MAX: usize = 200;
/// Most characters of a slug.
const SLUG_MAX: usize = 50;
/// Most members of a list.
const LIST_MAX: usize = 100;
/// Most approval steps of a leave type.
const STEPS_MAX: usize = 10;
/// Most calendar days of a period such as a notice: two years.
const DAYS_MAX: u16 = 731;
/// Most hours before an escalation: a leap year.
const HOURS_MAX: u16 = 8_784;
/// Highest rate in basis points: ten times the hourly pay.
const RATE_MAX_BP: u32 = 100_000;
/// Minutes of a week.
const WEEK: Minutes = Minutes(7 * Minutes::CIVIL_DAY.0);

/// Codes of [`crate::leave::DowngradableCode`], which a policy can turn into warnings.
const DOWNGRADABLE_CODES: [&str; 15] = [
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
    "weekly_rest",
];

/// Field errors found so far.
#[derive(Default)]
struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Adds an error unless the condition `holds`.
    fn require(&mut self, holds: bool, pointer: impl Into<String>, code: &str, detail: Message) {
        if !holds {
            self.0.push(FieldError { pointer: pointer.into(), code: code.to_owned(), detail });
        }
    }

    fn check_text(&mut self, text: &str, pointer: impl Into<String>) {
        let fine = !text.trim().is_empty() && text.chars().count() <= TEXT_MAX;
        self.require(fine, pointer, "length", messages::text_length(TEXT_MAX));
    }

    fn check_slug(&mut self, text: &str, pointer: impl Into<String>) {
        self.require(is_slug(text), pointer, "not_a_slug", messages::slug(SLUG_MAX));
    }

    fn check_count<T>(&mut self, list: &[T], most: usize, pointer: impl Into<String>) {
        self.require(list.len() <= most, pointer, "too_many", messages::list_length(most));
    }

    fn check_minutes(&mut self, minutes: Minutes, most: Minutes, pointer: impl Into<String>) {
        let fine = (Minutes::ZERO..=most).contains(&minutes);
        self.require(fine, pointer, "out_of_range", messages::minutes_range(0, most.0));
    }

    fn check_date(&mut self, date: Date, pointer: impl Into<String>) {
        self.require(YEARS.contains(&date.year()), pointer, "out_of_range", messages::date_range());
    }

    fn check_days(&mut self, days: u16, pointer: impl Into<String>) {
        self.require(days <= DAYS_MAX, pointer, "out_of_range", messages::days_range(DAYS_MAX));
    }

    fn check_half_days(&mut self, days: HalfDays, pointer: impl Into<String>) {
        let most = HalfDays::DAYS_MAX;
        self.require(days.0 <= most * 2, pointer, "out_of_range", messages::days_range(most));
    }
}

/// Whether a text has 1 to 50 lower-case letters, digits, `-` and `_`.
fn is_slug(text: &str) -> bool {
    let fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    (1..=SLUG_MAX).contains(&text.len()) && text.bytes().all(fine)
}

impl Policy {
    /// Returns all field errors of the policy; empty if it is valid. The JSON pointers lead into the request body:
    /// `/rules/entitlement_days`.
    pub fn validate(&self) -> Vec<FieldError> {
        let mut errors = FieldErrors::default();
        errors.check_text(&self.name, "/name");
        errors.check_date(self.effective.from, "/effective_from");
        if let Some(to) = self.effective.to {
            errors.check_date(to, "/effective_to");
            let detail = messages::ends_before_it_begins(to, self.effective.from);
            errors.require(self.effective.from <= to, "/effective_to", "ends_before_it_begins", detail);
        }
        errors.check_count(&self.scope.sites, LIST_MAX, "/scope/sites");
        errors.check_count(&self.scope.departments, LIST_MAX, "/scope/departments");
        for (at, site) in self.scope.sites.iter().enumerate() {
            errors.check_slug(site, format!("/scope/sites/{at}"));
        }
        for (at, code) in self.warn_only.iter().enumerate() {
            let detail = messages::unknown_code(Argument::list(DOWNGRADABLE_CODES));
            errors.require(
                DOWNGRADABLE_CODES.contains(&code.as_str()),
                format!("/warn_only/{at}"),
                "unknown_code",
                detail,
            );
        }
        match &self.rules {
            PolicyRules::Leave(rules) => check_leave_rules(&mut errors, rules),
            PolicyRules::Attendance(rules) => check_attendance_rules(&mut errors, rules),
            PolicyRules::WorkingTime(rules) => check_working_time_rules(&mut errors, rules),
            PolicyRules::CarryOver(rules) => check_carry_over(&mut errors, rules, "/rules"),
            PolicyRules::Overtime(rules) => check_overtime_rules(&mut errors, rules),
            PolicyRules::DataRetention(rules) => check_data_retention_rules(&mut errors, rules),
            PolicyRules::Training(rules) => check_training_rules(&mut errors, rules),
        }
        errors.0
    }
}

fn check_leave_rules(errors: &mut FieldErrors, rules: &LeaveRules) {
    errors.check_slug(&rules.leave_type, "/rules/leave_type");
    if let Some(days) = rules.entitlement_days {
        let most = HalfDays::DAYS_MAX;
        let fine = days.0 <= most * 100;
        errors.require(fine, "/rules/entitlement_days", "out_of_range", messages::days_range(most));
    }
    check_accrual(errors, rules);
    if let Some(day) = rules.full_day_minutes {
        let (least, most) = (1, Minutes::CIVIL_DAY.0);
        let detail = messages::minutes_range(least, most);
        errors.require((least..=most).contains(&day.0), "/rules/full_day_minutes", "out_of_range", detail);
    }
    if let PeriodStart::Month(month) = rules.period_start {
        let fine = (1..=12).contains(&month);
        errors.require(fine, "/rules/period_start/month", "out_of_range", messages::month_range());
    }
    if let Some(rules) = &rules.carry_over {
        check_carry_over(errors, rules, "/rules/carry_over");
    }
    errors.check_half_days(rules.negative_days, "/rules/negative_days");
    errors.check_days(rules.notice_days, "/rules/notice_days");
    errors.check_days(rules.backdate_days, "/rules/backdate_days");
    if let Some(days) = rules.run_days_max {
        errors.require(days.0 > 0, "/rules/run_days_max", "out_of_range", messages::run_days_max());
        errors.check_half_days(days, "/rules/run_days_max");
    }
    if let Some(days) = rules.attachment_above_days {
        errors.check_half_days(days, "/rules/attachment_above_days");
    }
    check_credit_days(errors, rules.credit_expires_days, "/rules/credit_expires_days");
    if let Some(encashment) = &rules.encashment {
        errors.check_half_days(encashment.max_days, "/rules/encashment/max_days");
        errors.check_half_days(encashment.keep_days, "/rules/encashment/keep_days");
    }
    errors.require(
        rules.interrupts.len() <= LIST_MAX,
        "/rules/interrupts",
        "too_many",
        messages::leave_types_above(LIST_MAX),
    );
    errors.require(
        rules.adjoins.len() <= LIST_MAX,
        "/rules/adjoins",
        "too_many",
        messages::leave_types_above(LIST_MAX),
    );
    let at_once = rules.interrupts.is_empty() || rules.approval.is_empty();
    errors.require(at_once, "/rules/interrupts", "needs_decision", messages::interruption_without_approval());
    let foreign = !rules.interrupts.contains(&rules.leave_type);
    errors.require(foreign, "/rules/interrupts", "own_type", messages::interruption_of_own_type());
    check_notice_tiers(errors, rules);
    check_blackouts(errors, rules);
    check_approval_steps(errors, &rules.approval);
}

/// Checks that a share of the worked time belongs to the schedule of hours worked, which needs an entitlement as its limit and
/// is posted after the work.
fn check_accrual(errors: &mut FieldErrors, rules: &LeaveRules) {
    let accrual = &rules.accrual;
    let by_hours = accrual.schedule == AccrualSchedule::PerHoursWorked;
    let pointer = "/rules/accrual/worked_share";
    let Some(share) = accrual.worked_share.filter(|_| by_hours) else {
        let fine = by_hours == accrual.worked_share.is_some();
        return errors.require(fine, pointer, "required", messages::worked_share_by_schedule());
    };
    let most = WorkedShare::MINUTES_MAX;
    for (minutes, most, name) in [
        (share.worked_minutes, most, "worked_minutes"),
        (share.earned_minutes, share.worked_minutes.min(most), "earned_minutes"),
    ] {
        let detail = messages::minutes_range(1, most);
        errors.require((1..=most).contains(&minutes), format!("{pointer}/{name}"), "out_of_range", detail);
    }
    let at_the_end = accrual.posted_at == PostedAt::End;
    errors.require(at_the_end, "/rules/accrual/posted_at", "not_at_the_end", messages::hours_posted_at_the_end());
    let limited = rules.entitlement_days.is_some();
    errors.require(limited, "/rules/entitlement_days", "required", messages::hours_need_an_entitlement());
}

fn check_notice_tiers(errors: &mut FieldErrors, rules: &LeaveRules) {
    errors.check_count(&rules.notice_tiers, LIST_MAX, "/rules/notice_tiers");
    let mut before: Option<HalfDays> = None;
    for (at, tier) in rules.notice_tiers.iter().enumerate() {
        let pointer = format!("/rules/notice_tiers/{at}");
        errors.check_days(tier.notice_days, format!("{pointer}/notice_days"));
        errors.check_half_days(tier.above_days, format!("{pointer}/above_days"));
        let rises = before.is_none_or(|before| before < tier.above_days);
        errors.require(rises, format!("{pointer}/above_days"), "not_in_order", messages::notice_tier_order());
        before = Some(tier.above_days);
    }
}

fn check_blackouts(errors: &mut FieldErrors, rules: &LeaveRules) {
    errors.check_count(&rules.blackouts, LIST_MAX, "/rules/blackouts");
    for (at, blackout) in rules.blackouts.iter().enumerate() {
        let detail = messages::ends_before_it_begins(blackout.to, blackout.from);
        let pointer = format!("/rules/blackouts/{at}");
        errors.check_date(blackout.from, format!("{pointer}/from"));
        errors.check_date(blackout.to, format!("{pointer}/to"));
        errors.require(blackout.from <= blackout.to, format!("{pointer}/to"), "ends_before_it_begins", detail);
        errors.check_text(&blackout.reason, format!("{pointer}/reason"));
    }
}

fn check_approval_steps(errors: &mut FieldErrors, steps: &[Step]) {
    errors.check_count(steps, STEPS_MAX, "/rules/approval");
    for (at, step) in steps.iter().enumerate() {
        let pointer = format!("/rules/approval/{at}");
        let needed = format!("{pointer}/needed");
        errors.require(step.needed > 0, needed.clone(), "out_of_range", messages::step_without_approval());
        match &step.by {
            Approver::People(people) => {
                let distinct: BTreeSet<_> = people.iter().collect();
                errors.require(
                    distinct.len() == people.len(),
                    format!("{pointer}/by/people"),
                    "repeated",
                    messages::approver_repeated(),
                );
                errors.check_count(people, LIST_MAX, format!("{pointer}/by/people"));
                let enough = usize::from(step.needed) <= distinct.len();
                errors.require(enough, needed, "too_many", messages::needed_above_approvers(distinct.len()));
            }
            Approver::Manager | Approver::SecondManager => {
                errors.require(step.needed <= 1, needed, "too_many", messages::single_approver());
            }
            Approver::Hr => {}
        }
        if let Some(days) = step.above_days {
            errors.check_half_days(days, format!("{pointer}/above_days"));
        }
        let soon = step.escalate_after_hours.is_none_or(|hours| (1..=HOURS_MAX).contains(&hours));
        let detail = messages::hours_range(HOURS_MAX);
        errors.require(soon, format!("{pointer}/escalate_after_hours"), "out_of_range", detail);
    }
}

fn check_carry_over(errors: &mut FieldErrors, rules: &crate::CarryOver, pointer: &str) {
    errors.check_half_days(rules.cap_days, format!("{pointer}/cap_days"));
    let fine = rules.expires_after_months.is_none_or(|months| (1..=12).contains(&months));
    errors.require(fine, format!("{pointer}/expires_after_months"), "out_of_range", messages::months_range(12));
}

fn check_attendance_rules(errors: &mut FieldErrors, rules: &AttendanceRules) {
    errors.require(!rules.shifts.is_empty(), "/rules/shifts", "required", messages::shift_needed());
    errors.check_count(&rules.shifts, LIST_MAX, "/rules/shifts");
    let mut codes = BTreeSet::new();
    for (at, shift) in rules.shifts.iter().enumerate() {
        let pointer = format!("/rules/shifts/{at}");
        errors.check_slug(&shift.code, format!("{pointer}/code"));
        errors.require(
            codes.insert(&shift.code),
            format!("{pointer}/code"),
            "repeated",
            messages::shift_code_repeated(),
        );
        let length = shift.length();
        let fine = Minutes::ZERO <= shift.break_minutes && shift.break_minutes < length;
        let detail = messages::shift_break(length.0);
        errors.require(fine, format!("{pointer}/break_minutes"), "out_of_range", detail);
    }
    if let Some(default) = &rules.default_shift {
        let detail = messages::default_shift_unknown();
        errors.require(codes.contains(default), "/rules/default_shift", "unknown_shift", detail);
    }
    let half_day = Minutes(12 * 60);
    errors.check_minutes(rules.window_before_minutes, half_day, "/rules/window_before_minutes");
    errors.check_minutes(rules.window_after_minutes, half_day, "/rules/window_after_minutes");
    let most = AttendanceRules::DEBOUNCE_SECONDS_MAX;
    let detail = messages::seconds_range(most);
    errors.require(rules.debounce_seconds <= most, "/rules/debounce_seconds", "out_of_range", detail);
    errors.check_minutes(rules.grace_in_minutes, half_day, "/rules/grace_in_minutes");
    errors.check_minutes(rules.grace_out_minutes, half_day, "/rules/grace_out_minutes");
    errors.check_count(&rules.breaks, LIST_MAX, "/rules/breaks");
    let mut before = -Minutes(1);
    for (at, required) in rules.breaks.iter().enumerate() {
        let pointer = format!("/rules/breaks/{at}");
        errors.check_minutes(
            required.worked_over_minutes,
            Minutes::CIVIL_DAY,
            format!("{pointer}/worked_over_minutes"),
        );
        errors.check_minutes(required.break_minutes, half_day, format!("{pointer}/break_minutes"));
        let rises = before < required.worked_over_minutes;
        errors.require(rises, format!("{pointer}/worked_over_minutes"), "not_in_order", messages::break_order());
        before = required.worked_over_minutes;
    }
    let step = (1..=60).contains(&rules.rounding_step_minutes.0);
    errors.require(step, "/rules/rounding_step_minutes", "out_of_range", messages::minutes_range(1, 60));
}

fn check_working_time_rules(errors: &mut FieldErrors, rules: &WorkingTimeRules) {
    errors.check_minutes(rules.daily_max_minutes, Minutes::CIVIL_DAY, "/rules/daily_max_minutes");
    errors.check_minutes(rules.weekly_max_minutes, WEEK, "/rules/weekly_max_minutes");
    errors.check_minutes(rules.daily_rest_minutes, Minutes::CIVIL_DAY, "/rules/daily_rest_minutes");
    errors.check_minutes(rules.weekly_rest_minutes, WEEK, "/rules/weekly_rest_minutes");
    let possible = rules.daily_max_minutes + rules.daily_rest_minutes <= Minutes::CIVIL_DAY;
    errors.require(possible, "/rules/daily_rest_minutes", "impossible", messages::maximum_and_rest_above_a_day());
}

fn check_overtime_rules(errors: &mut FieldErrors, rules: &OvertimeRules) {
    errors.require(!rules.tiers.is_empty(), "/rules/tiers", "required", messages::overtime_tier_needed());
    errors.check_count(&rules.tiers, LIST_MAX, "/rules/tiers");
    let mut before: Option<Minutes> = None;
    for (at, tier) in rules.tiers.iter().enumerate() {
        let pointer = format!("/rules/tiers/{at}");
        let rises = before.map_or(tier.from_minutes == Minutes::ZERO, |before| before < tier.from_minutes);
        errors.require(rises, format!("{pointer}/from_minutes"), "not_in_order", messages::overtime_tier_order());
        errors.check_minutes(tier.from_minutes, Minutes::CIVIL_DAY, format!("{pointer}/from_minutes"));
        check_rate(errors, tier.rate_bp, format!("{pointer}/rate_bp"));
        before = Some(tier.from_minutes);
    }
    if let Some(night) = &rules.night {
        errors.require(night.from != night.to, "/rules/night/to", "impossible", messages::night_without_length());
        check_rate(errors, night.extra_bp, "/rules/night/extra_bp".to_owned());
    }
    check_rate(errors, rules.rest_day_rate_bp, "/rules/rest_day_rate_bp".to_owned());
    check_rate(errors, rules.holiday_rate_bp, "/rules/holiday_rate_bp".to_owned());
    errors.check_minutes(rules.minimum_block_minutes, rules.daily_cap_minutes, "/rules/minimum_block_minutes");
    errors.check_minutes(rules.daily_cap_minutes, Minutes::CIVIL_DAY, "/rules/daily_cap_minutes");
    errors.check_minutes(rules.weekly_cap_minutes, WEEK, "/rules/weekly_cap_minutes");
    if let Some(credit) = &rules.rest_day_credit {
        errors.check_slug(&credit.leave_type, "/rules/rest_day_credit/leave_type");
        let detail = messages::credit_share_range(RATE_MAX_BP);
        let fine = (1..=RATE_MAX_BP).contains(&credit.share_bp);
        errors.require(fine, "/rules/rest_day_credit/share_bp", "out_of_range", detail);
        check_credit_days(errors, credit.expires_days, "/rules/rest_day_credit/expires_days");
    }
}

/// Checks that the days until a credit expires are 1 to 731, if there are any.
fn check_credit_days(errors: &mut FieldErrors, days: Option<u16>, pointer: &str) {
    if let Some(days) = days {
        errors.require(days > 0, pointer, "out_of_range", messages::credit_validity());
        errors.check_days(days, pointer);
    }
}

fn check_rate(errors: &mut FieldErrors, rate_bp: u32, pointer: String) {
    errors.require(rate_bp <= RATE_MAX_BP, pointer, "out_of_range", messages::rate_range(RATE_MAX_BP));
}

fn check_data_retention_rules(errors: &mut FieldErrors, rules: &DataRetentionRules) {
    let detail = messages::unknown_records(Argument::list(RetainedRecords::NAMES));
    errors.require(
        RetainedRecords::NAMES.contains(&rules.records.as_str()),
        "/rules/records",
        "unknown_records",
        detail,
    );
    let least = DataRetentionRules::KEEP_DAYS_MIN;
    errors.require(rules.keep_days >= least, "/rules/keep_days", "out_of_range", messages::keep_days(least));
}

fn check_training_rules(errors: &mut FieldErrors, rules: &TrainingRules) {
    errors.check_text(&rules.course, "/rules/course");
    errors.check_days(rules.due_after_days, "/rules/due_after_days");
    let fine = rules.repeat_months.is_none_or(|months| (1..=120).contains(&months));
    errors.require(fine, "/rules/repeat_months", "out_of_range", messages::months_range(120));
    errors.check_days(rules.remind_days_before, "/rules/remind_days_before");
}
