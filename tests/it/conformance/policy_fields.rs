//! Every field of a policy has an effect, and a test that shows it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    openapi::document,
    repo::{nothing_wrong, read, root},
};

/// Fields of policies, and the tests that show their effect: `<kind>.<field>`, or `.<field>` for policies of every kind.
const EFFECTS: &[(&str, &str, &str)] = &[
    (".name", "tests/it/compliance/compliance/policies/create.rs", "created_policy_has_version_one"),
    (".kind", "tests/it/compliance/compliance/policies/create.rs", "policies_of_each_kind_are_created"),
    (".effective_from", "shared/policy/tests/it/policies.rs", "later_version_ends_an_earlier_one"),
    (".effective_to", "shared/policy/tests/it/policies.rs", "later_version_ends_an_earlier_one"),
    (".scope.sites", "shared/policy/tests/it/policies.rs", "most_specific_policy_applies"),
    (".scope.departments", "shared/policy/tests/it/policies.rs", "most_specific_policy_applies"),
    (".warn_only", "shared/policy/tests/it/evaluation.rs", "warnings_do_not_block_and_come_last"),
    ("leave.leave_type", "shared/policy/tests/it/policies.rs", "one_policy_per_subject_applies"),
    ("leave.entitlement_days", "shared/policy/tests/it/accrual.rs", "entitlement_has_two_decimals"),
    (
        "leave.accrual.schedule",
        "shared/policy/tests/it/accrual.rs",
        "weekly_and_biweekly_instalments_count_from_the_first_day_of_the_leave_year",
    ),
    (
        "leave.accrual.worked_share.earned_minutes",
        "shared/policy/tests/it/hours_worked.rs",
        "months_earn_their_share_rounded_by_the_running_total",
    ),
    (
        "leave.accrual.worked_share.worked_minutes",
        "shared/policy/tests/it/hours_worked.rs",
        "months_earn_their_share_rounded_by_the_running_total",
    ),
    ("leave.accrual.posted_at", "shared/policy/tests/it/accrual.rs", "instalment_has_id_date_and_inputs"),
    (
        "leave.accrual.round_to",
        "shared/policy/tests/it/accrual.rs",
        "monthly_instalments_sum_exactly_to_the_entitlement",
    ),
    ("leave.period_start", "shared/policy/tests/it/accrual.rs", "leave_years_are_contiguous"),
    ("leave.period_start.month", "shared/policy/tests/it/accrual.rs", "leave_years_are_contiguous"),
    ("leave.prorate_by_fte", "shared/policy/tests/it/accrual.rs", "part_time_share_is_applied_before_rounding"),
    ("leave.full_day_minutes", "shared/policy/tests/it/accrual.rs", "part_timer_with_shorter_days_is_prorated_once"),
    ("leave.carry_over.cap_days", "shared/policy/tests/it/carry_over.rs", "leave_above_the_cap_expires_at_year_end"),
    (
        "leave.carry_over.expires_after_months",
        "shared/policy/tests/it/carry_over.rs",
        "carried_days_expire_only_as_far_as_unused",
    ),
    ("leave.negative_days", "shared/policy/tests/it/evaluation.rs", "balance_may_reach_the_floor_but_not_fall_below"),
    (
        "leave.notice_days",
        "shared/policy/tests/it/evaluation.rs",
        "notice_counts_calendar_days_and_grows_with_duration",
    ),
    (
        "leave.notice_tiers[].above_days",
        "shared/policy/tests/it/evaluation.rs",
        "notice_counts_calendar_days_and_grows_with_duration",
    ),
    (
        "leave.notice_tiers[].notice_days",
        "shared/policy/tests/it/evaluation.rs",
        "notice_counts_calendar_days_and_grows_with_duration",
    ),
    ("leave.backdate_days", "shared/policy/tests/it/evaluation.rs", "past_leave_is_limited_by_backdate_days"),
    ("leave.adjoins", "shared/policy/tests/it/runs.rs", "named_leave_types_form_a_run_for_every_limit"),
    (
        "leave.interrupts",
        "tests/it/leave/leaves/create.rs",
        "illness_during_annual_leave_splits_it_and_gives_the_days_back",
    ),
    ("leave.run_days_max", "shared/policy/tests/it/evaluation.rs", "longest_absence_is_chained_across_days_off"),
    (
        "leave.service_days_min",
        "shared/policy/tests/it/evaluation.rs",
        "service_eligibility_and_employment_are_checked_for_the_leave_dates",
    ),
    ("leave.sandwich", "shared/policy/tests/it/counting.rs", "days_off_count_only_by_the_sandwich_rule"),
    ("leave.blackouts[].from", "shared/policy/tests/it/evaluation.rs", "blackout_violation_names_its_days_and_reason"),
    ("leave.blackouts[].to", "shared/policy/tests/it/evaluation.rs", "blackout_violation_names_its_days_and_reason"),
    (
        "leave.blackouts[].reason",
        "shared/policy/tests/it/evaluation.rs",
        "blackout_violation_names_its_days_and_reason",
    ),
    (
        "leave.eligible",
        "shared/policy/tests/it/evaluation.rs",
        "service_eligibility_and_employment_are_checked_for_the_leave_dates",
    ),
    ("leave.attachment_above_days", "shared/policy/tests/it/evaluation.rs", "long_request_needs_an_attachment"),
    ("leave.unit", "shared/policy/tests/it/evaluation.rs", "request_below_the_smallest_unit_is_rejected"),
    (
        "leave.approval[].by",
        "shared/policy/tests/it/approval.rs",
        "each_step_asks_its_approvers_and_missing_managers_become_hr",
    ),
    ("leave.approval[].by.people", "shared/policy/tests/it/approval.rs", "n_of_m_step_needs_n_distinct_approvers"),
    ("leave.approval[].needed", "shared/policy/tests/it/approval.rs", "n_of_m_step_needs_n_distinct_approvers"),
    ("leave.approval[].above_days", "shared/policy/tests/it/evaluation.rs", "approval_steps_depend_on_the_duration"),
    (
        "leave.approval[].escalate_after_hours",
        "tests/it/leave/on/request.rs",
        "pending_request_gets_one_schedule_per_generation",
    ),
    (
        "leave.encashment.max_days",
        "tests/it/leave/leaves/encashments/create.rs",
        "encashment_is_limited_per_year_and_by_the_balance",
    ),
    (
        "leave.encashment.keep_days",
        "tests/it/leave/leaves/encashments/create.rs",
        "encashment_is_limited_per_year_and_by_the_balance",
    ),
    (
        "leave.credit_expires_days",
        "tests/it/leave/leaves/credits/create.rs",
        "credit_counts_from_its_day_and_expires_by_policy",
    ),
    ("attendance.shifts[].code", "shared/policy/tests/it/attendance_plans.rs", "several_shifts_of_a_day_are_sorted"),
    ("attendance.shifts[].from", "shared/policy/tests/it/attendance_plans.rs", "several_shifts_of_a_day_are_sorted"),
    ("attendance.shifts[].to", "shared/policy/tests/it/attendance_plans.rs", "several_shifts_of_a_day_are_sorted"),
    (
        "attendance.shifts[].break_minutes",
        "shared/policy/tests/it/attendance_plans.rs",
        "half_holiday_halves_default_shift_but_not_rostered_shift",
    ),
    (
        "attendance.window_before_minutes",
        "shared/policy/tests/it/attendance_plans.rs",
        "windows_open_and_close_as_the_policy_says",
    ),
    (
        "attendance.window_after_minutes",
        "shared/policy/tests/it/attendance_plans.rs",
        "windows_open_and_close_as_the_policy_says",
    ),
    (
        "attendance.debounce_seconds",
        "shared/policy/tests/it/attendance_punch_reading.rs",
        "taps_within_the_policys_seconds_are_one",
    ),
    (
        "attendance.grace_in_minutes",
        "shared/policy/tests/it/attendance_derived.rs",
        "each_edge_of_a_shift_has_its_own_grace",
    ),
    (
        "attendance.grace_out_minutes",
        "shared/policy/tests/it/attendance_derived.rs",
        "each_edge_of_a_shift_has_its_own_grace",
    ),
    (
        "attendance.breaks[].worked_over_minutes",
        "shared/policy/tests/it/working_time.rs",
        "each_limit_has_its_code_and_is_inclusive",
    ),
    (
        "attendance.breaks[].break_minutes",
        "shared/policy/tests/it/working_time.rs",
        "each_limit_has_its_code_and_is_inclusive",
    ),
    (
        "attendance.rounding",
        "shared/policy/tests/it/attendance_derived.rs",
        "worked_seconds_are_rounded_once_at_the_end",
    ),
    (
        "attendance.rounding_step_minutes",
        "shared/policy/tests/it/attendance_derived.rs",
        "worked_seconds_are_rounded_once_at_the_end",
    ),
    (
        "attendance.default_shift",
        "shared/policy/tests/it/attendance_plans.rs",
        "default_shift_applies_on_the_calendars_working_days",
    ),
    (
        "working_time.daily_max_minutes",
        "shared/policy/tests/it/working_time.rs",
        "each_limit_has_its_code_and_is_inclusive",
    ),
    (
        "working_time.weekly_max_minutes",
        "shared/policy/tests/it/working_time.rs",
        "each_limit_has_its_code_and_is_inclusive",
    ),
    (
        "working_time.daily_rest_minutes",
        "shared/policy/tests/it/working_time.rs",
        "each_limit_has_its_code_and_is_inclusive",
    ),
    (
        "working_time.weekly_rest_minutes",
        "shared/policy/tests/it/working_time.rs",
        "weekly_rest_must_fit_into_seven_days",
    ),
    (
        "carry_over.cap_days",
        "shared/policy/tests/it/carry_over.rs",
        "general_carry_over_skips_types_with_own_rule_or_expiry",
    ),
    (
        "carry_over.expires_after_months",
        "shared/policy/tests/it/carry_over.rs",
        "general_carry_over_expires_after_its_months",
    ),
    (
        "overtime.rest_day_credit.mode",
        "tests/it/leave/on/attendance.rs",
        "proposed_work_posts_nothing_until_it_is_decided",
    ),
    (
        "overtime.rest_day_credit.leave_type",
        "tests/it/leave/on/attendance.rs",
        "granted_work_is_credited_once_from_its_day_and_expires",
    ),
    (
        "overtime.rest_day_credit.share_bp",
        "shared/policy/tests/it/rest_day_credit.rs",
        "credit_is_the_share_of_the_worked_minutes_rounded_down",
    ),
    (
        "overtime.rest_day_credit.expires_days",
        "shared/policy/tests/it/rest_day_credit.rs",
        "own_expiry_precedes_that_of_the_leave_policy",
    ),
    ("overtime.night.from", "shared/policy/tests/it/attendance_overtime.rs", "night_surcharge_adds_to_every_rate"),
    ("overtime.night.to", "shared/policy/tests/it/attendance_overtime.rs", "night_surcharge_adds_to_every_rate"),
    ("overtime.night.extra_bp", "shared/policy/tests/it/attendance_overtime.rs", "night_surcharge_adds_to_every_rate"),
    (
        "overtime.early_work",
        "shared/policy/tests/it/attendance_overtime.rs",
        "work_before_the_shift_counts_as_the_policy_says",
    ),
    (
        "overtime.tiers[].from_minutes",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_tiers_hold_on_rest_days_and_holidays_too",
    ),
    (
        "overtime.tiers[].rate_bp",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_tiers_hold_on_rest_days_and_holidays_too",
    ),
    (
        "overtime.rest_day_rate_bp",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_tiers_hold_on_rest_days_and_holidays_too",
    ),
    (
        "overtime.holiday_rate_bp",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_tiers_hold_on_rest_days_and_holidays_too",
    ),
    (
        "overtime.minimum_block_minutes",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_below_block_or_above_caps_does_not_count",
    ),
    (
        "overtime.daily_cap_minutes",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_below_block_or_above_caps_does_not_count",
    ),
    (
        "overtime.weekly_cap_minutes",
        "shared/policy/tests/it/attendance_overtime.rs",
        "overtime_below_block_or_above_caps_does_not_count",
    ),
    (
        "data_retention.records",
        "tests/it/leave/job/retain.rs",
        "ended_requests_are_archived_and_expire_and_others_stay",
    ),
    (
        "data_retention.keep_days",
        "tests/it/attendance/job/retain.rs",
        "months_older_than_the_policy_says_are_archived_once_and_expire",
    ),
    ("training.course", "tests/it/compliance/compliance/training/create.rs", "policy_sets_the_due_date_of_a_training"),
    (
        "training.due_after_days",
        "tests/it/compliance/compliance/training/create.rs",
        "policy_sets_the_due_date_of_a_training",
    ),
    (
        "training.repeat_months",
        "tests/it/compliance/compliance/training/complete.rs",
        "repeated_training_is_assigned_again",
    ),
    (
        "training.remind_days_before",
        "tests/it/compliance/compliance/training/create.rs",
        "policy_sets_the_due_date_of_a_training",
    ),
];

#[test]
fn every_field_of_a_policy_has_a_test_of_its_effect() {
    let document = document();
    let declared = policy_fields(&document);
    let listed: BTreeSet<String> = EFFECTS.iter().map(|(field, ..)| (*field).to_owned()).collect();
    let mut wrong: Vec<_> = declared
        .difference(&listed)
        .map(|field| format!("{field}: add the test that shows its effect, or remove the field"))
        .collect();
    wrong.extend(listed.difference(&declared).map(|field| format!("{field}: no policy has it")));
    if listed.len() != EFFECTS.len() {
        wrong.push("a field is listed twice".to_owned());
    }
    for (field, file, test) in EFFECTS {
        let text = if root().join(file).is_file() { read(file) } else { String::new() };
        if !has_test(&text, test) {
            wrong.push(format!("{field}: {file} has no test {test}"));
        }
    }
    nothing_wrong("No policy has a field without effect (`EFFECTS` in this test):", &wrong);
}

/// Whether a source has a test of this name, and not only another function.
fn has_test(text: &str, name: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    let mut marked = false;
    lines.any(|line| {
        let signature = line.strip_prefix("async ").unwrap_or(line);
        let named = signature.strip_prefix("fn ").and_then(|rest| rest.split('(').next()) == Some(name);
        let found = marked && named;
        marked = matches!(line, "#[test]" | "#[tokio::test]") || (marked && line.starts_with("#["));
        found
    })
}

/// Fields of policies: `<kind>.<field>`, and `.<field>` for those of policies of every kind. An object is named by its
/// fields; a field that can also be a plain value is named, too.
pub(crate) fn policy_fields(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for draft in document["components"]["schemas"]["PolicyDraft"]["oneOf"].as_array().unwrap() {
        let kind = draft["properties"]["kind"]["enum"][0].as_str().unwrap();
        let common = draft["properties"].as_object().unwrap().iter().filter(|(name, _)| *name != "rules");
        common.for_each(|(name, field)| fields_of(document, &format!(".{name}"), field, &mut found));
        fields_of(document, kind, &draft["properties"]["rules"], &mut found);
    }
    found
}

/// Adds the places of the plain values in a schema.
fn fields_of(document: &Value, place: &str, schema: &Value, found: &mut BTreeSet<String>) {
    let schema = match schema["$ref"].as_str() {
        Some(path) => document.pointer(path.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let parts = ["oneOf", "anyOf", "allOf"].iter().filter_map(|word| schema[word].as_array()).flatten();
    let parts: Vec<_> = parts.filter(|part| part["type"] != "null").collect();
    if let Some(properties) = schema["properties"].as_object() {
        properties.iter().for_each(|(name, field)| fields_of(document, &format!("{place}.{name}"), field, found));
    } else if !parts.is_empty() {
        parts.into_iter().for_each(|part| fields_of(document, place, part, found));
    } else if has_fields(document, &schema["items"]) {
        fields_of(document, &format!("{place}[]"), &schema["items"], found);
    } else {
        found.insert(place.to_owned());
    }
}

/// Whether the items of a list are objects.
fn has_fields(document: &Value, items: &Value) -> bool {
    let path = items["$ref"].as_str().unwrap_or_default().trim_start_matches('#');
    document.pointer(path).is_some_and(|schema| schema["properties"].is_object())
}
