//! Evaluation of requests: rules 5 and 8 (docs/rules.md).

use directory::{EmploymentType, Person};
use jiff::civil::{Date, date, time};
use kernel::{Language, Minutes};
use policy::{
    EffectivePeriod, Half, HalfDays, Policy, PolicySet, Portion,
    leave::{
        Account, Approver, Blackout, EntryKind, Evaluation, FloorBreach, LeaveRules, LeaveUnit, NotEvaluable,
        NoticeTier, OccupiedMonth, ProposedLeave, Slot, Step, evaluate_leave, find_floor_breach,
    },
};

use crate::fixtures::{
    annual, calendar, days, entry, expected_work, holiday, leave, leave_policy, occupy, person, policy_set, step, take,
    yearly,
};

const MONDAY: Date = date(2026, 11, 2);
const FRIDAY: Date = date(2026, 11, 6);

fn proposal(first: Date, last: Date) -> ProposedLeave<'static> {
    let (leave_id, leave_type, portion, attachment) = (None, "annual", Portion::Full, false);
    let (returned, today) = (&[], date(2026, 10, 1));
    ProposedLeave { leave_id, leave_type, first, last, returned, portions: portion.into(), attachment, today }
}

/// 30 days per leave year, posted on 1 January.
fn rules() -> LeaveRules {
    yearly(60)
}

fn evaluate_with(
    policy_set: &PolicySet,
    person: &Person,
    months: &[(Date, OccupiedMonth)],
    proposal: &ProposedLeave<'_>,
) -> Evaluation {
    let mut account = Account::new("annual").fold_before(date(2026, 1, 1));
    if policy_set.policies()[0].leave_rules().is_some_and(|rules| rules.entitlement_days == Some(HalfDays(0).into())) {
        account.post_if_missing(&entry("grant#1", EntryKind::Grant, date(2026, 1, 1), days(30)));
    }
    evaluate_leave(&expected_work(policy_set, person), &account, months, proposal).unwrap()
}

fn evaluated(rules: LeaveRules, proposal: &ProposedLeave<'_>) -> Evaluation {
    evaluate_with(&policy_set(rules), &person(), &[], proposal)
}

fn codes(evaluation: &Evaluation) -> Vec<&str> {
    evaluation.violations.iter().map(|violation| violation.finding.code.as_str()).collect()
}

/// English sentences as stored, which the figures tell again.
fn texts(evaluation: &Evaluation) -> Vec<&str> {
    let violations = evaluation.violations.iter();
    let told_again = violations.inspect(|one| assert_eq!(one.message().to_string(), one.explanation));
    told_again.map(|one| one.explanation.as_str()).collect()
}

#[test]
fn request_within_all_limits_is_allowed() {
    let evaluation = evaluated(rules(), &proposal(MONDAY, FRIDAY));
    assert!(evaluation.is_allowed() && evaluation.violations.is_empty());
    assert_eq!((evaluation.required, evaluation.available), (days(5), Some(days(30))));
    assert_eq!(evaluation.lowest, Some((FRIDAY, days(25))));
    assert_eq!(evaluation.steps, [step(Approver::Manager)]);
}

#[test]
fn balance_may_reach_the_floor_but_not_fall_below() {
    let ten = |negative| LeaveRules { negative_days: HalfDays(negative), ..yearly(20) };
    assert!(evaluated(ten(0), &proposal(MONDAY, date(2026, 11, 13))).is_allowed());
    let evaluation = evaluated(ten(0), &proposal(MONDAY, date(2026, 11, 16)));
    assert_eq!(codes(&evaluation), ["insufficient_balance"]);
    assert_eq!(
        texts(&evaluation),
        [
            "This request takes 11 days (5280 minutes), but 10 days (4800 minutes) can be taken on 2026-11-02. The balance would fall to \
          -1 day (-480 minutes) on 2026-11-16; it must not fall below 0 days (0 minutes)."
        ]
    );
    assert!(evaluated(ten(2), &proposal(MONDAY, date(2026, 11, 16))).is_allowed());
}

#[test]
fn later_booked_leave_reduces_earlier_availability() {
    let policy_set = policy_set(yearly(20));
    let mut account = Account::new("annual").fold_before(date(2026, 1, 1));
    take(&mut account, 1, date(2026, 12, 1), date(2026, 12, 8));
    let evaluated = |first, last| {
        evaluate_leave(&expected_work(&policy_set, &person()), &account, &[], &proposal(first, last)).unwrap()
    };
    assert_eq!(evaluated(MONDAY, FRIDAY).lowest, Some((date(2026, 12, 8), -days(3))));
    assert_eq!(codes(&evaluated(MONDAY, FRIDAY)), ["insufficient_balance"]);
    assert!(evaluated(MONDAY, date(2026, 11, 3)).is_allowed());
    let own = ProposedLeave { leave_id: Some(leave(1)), ..proposal(date(2026, 12, 1), date(2026, 12, 8)) };
    assert!(
        evaluate_leave(&expected_work(&policy_set, &person()), &account, &[], &own).unwrap().is_allowed(),
        "the days of the request itself are ignored"
    );
}

#[test]
fn future_accruals_count_only_from_their_date() {
    let policy_set = policy_set(annual(24));
    let account = Account::new("annual").fold_before(date(2026, 1, 1));
    let evaluated = |first, last| {
        evaluate_leave(&expected_work(&policy_set, &person()), &account, &[], &proposal(first, last)).unwrap()
    };
    assert_eq!(codes(&evaluated(date(2026, 1, 5), date(2026, 1, 6))), ["insufficient_balance"]);
    assert_eq!(evaluated(date(2026, 2, 2), date(2026, 2, 3)).lowest, Some((date(2026, 2, 3), Minutes(0))));
}

#[test]
fn unlimited_leave_has_no_balance_check() {
    let evaluation = evaluated(LeaveRules { entitlement_days: None, ..rules() }, &proposal(MONDAY, date(2026, 12, 31)));
    assert!(evaluation.is_allowed());
    assert_eq!((evaluation.available, evaluation.lowest), (None, None));
}

#[test]
fn half_day_on_a_holiday_is_rejected_with_its_reason() {
    let policy = Policy { warn_only: vec!["nothing_to_take".into()], ..leave_policy(1, rules()) };
    let policy_set = PolicySet::new(vec![policy], vec![calendar(vec![holiday("Founders' Day", MONDAY)])]);
    let evaluation = evaluate_with(
        &policy_set,
        &person(),
        &[],
        &ProposedLeave { portions: Portion::Half(Half::Am).into(), ..proposal(MONDAY, MONDAY) },
    );
    assert_eq!(codes(&evaluation), ["nothing_to_take"]);
    assert!(!evaluation.is_allowed(), "a policy cannot turn `nothing_to_take` into a warning");
    assert_eq!(
        texts(&evaluation),
        ["This request counts 0 minutes (first half of 2026-11-02): holiday Founders' Day. Choose a working day."]
    );
    let weekend = evaluated(rules(), &proposal(date(2026, 11, 7), date(2026, 11, 8)));
    assert_eq!(
        texts(&weekend),
        ["This request counts 0 minutes (2026-11-07 to 2026-11-08): rest day. Choose a working day."]
    );
}

#[test]
fn notice_counts_calendar_days_and_grows_with_duration() {
    let tiers = vec![
        NoticeTier { above_days: HalfDays(4), notice_days: 14 },
        NoticeTier { above_days: HalfDays(8), notice_days: 40 },
    ];
    let rules = LeaveRules { notice_days: 3, notice_tiers: tiers, ..rules() };
    let evaluated = |today, last| evaluated(rules.clone(), &ProposedLeave { today, ..proposal(MONDAY, last) });
    assert!(evaluated(date(2026, 10, 30), MONDAY).is_allowed());
    let late = evaluated(date(2026, 10, 31), MONDAY);
    assert_eq!(codes(&late), ["notice_too_short"]);
    assert_eq!(
        texts(&late),
        ["Leave of 1 day (480 minutes) needs 3 days of notice; 2026-11-02 is 2 days after 2026-10-31."]
    );
    assert_eq!(
        late.violations[0].message().text(Language::German),
        "Urlaub von 1 Tag (480 min) braucht 3 Tage Vorlauf; der 02.11.2026 liegt 2 Tage nach dem 31.10.2026."
    );
    assert_eq!(late.violations[0].pointer, "/start_date");
    assert_eq!(late.violations[0].finding.figures["notice_days_needed"], 3);
    assert!(evaluated(date(2026, 10, 19), date(2026, 11, 4)).is_allowed());
    assert_eq!(codes(&evaluated(date(2026, 10, 20), date(2026, 11, 4))), ["notice_too_short"]);
    assert_eq!(codes(&evaluated(date(2026, 10, 1), FRIDAY)), ["notice_too_short"]);
}

#[test]
fn violation_without_its_figures_keeps_the_stored_sentence() {
    let mut late = evaluated(LeaveRules { notice_days: 60, ..rules() }, &proposal(MONDAY, MONDAY)).violations.remove(0);
    late.finding.figures.as_object_mut().unwrap().remove("day_minutes");
    assert_eq!(late.message().text(Language::German), late.explanation);
}

#[test]
fn past_leave_is_limited_by_backdate_days() {
    let rules = LeaveRules { backdate_days: 3, notice_days: 10, ..rules() };
    let evaluated = |today| evaluated(rules.clone(), &ProposedLeave { today, ..proposal(MONDAY, MONDAY) });
    assert!(evaluated(date(2026, 11, 5)).is_allowed(), "past leave needs no notice");
    let late = evaluated(date(2026, 11, 6));
    assert_eq!(codes(&late), ["begins_in_the_past"]);
    assert_eq!(texts(&late), ["2026-11-02 was 4 days ago. Leave can be requested up to 3 days in the past."]);
}

/// November with leave on some days.
fn occupied(from: i8, to: i8, portion: Portion) -> (Date, OccupiedMonth) {
    let mut month = OccupiedMonth::default();
    let slot = Slot { leave_id: leave(7), leave_type: "annual".into(), portion };
    (from..=to).for_each(|day| occupy(&mut month, date(2026, 11, day), slot.clone()).unwrap());
    (date(2026, 11, 1), month)
}

#[test]
fn longest_absence_is_chained_across_days_off() {
    let policy_set = policy_set(LeaveRules { run_days_max: Some(HalfDays(12)), ..rules() });
    let evaluated = |months: &[(Date, OccupiedMonth)], proposal: &ProposedLeave<'_>| {
        evaluate_with(&policy_set, &person(), months, proposal)
    };
    let week = proposal(MONDAY, FRIDAY);
    assert!(evaluated(&[], &week).is_allowed());
    assert!(
        evaluated(&[occupied(9, 9, Portion::Full)], &week).is_allowed(),
        "six days with the Monday after the weekend"
    );
    let long = evaluated(&[occupied(9, 10, Portion::Full)], &week);
    assert_eq!(codes(&long), ["run_too_long"]);
    assert_eq!(
        texts(&long),
        ["This would make 7 days (3360 minutes) of absence in a row, 2026-11-02 to 2026-11-10. The limit is 6 days."]
    );
    assert!(evaluated(&[occupied(10, 12, Portion::Full)], &week).is_allowed(), "a worked Monday is between them");
    assert!(
        evaluated(&[occupied(9, 9, Portion::Half(Half::Pm))], &week).is_allowed(),
        "a worked morning is between them"
    );
    let mut other = occupied(9, 10, Portion::Full);
    other.1.days.values_mut().flatten().for_each(|slot| slot.leave_type = "sick".into());
    assert!(evaluated(&[other], &week).is_allowed(), "leave of another type does not chain");
    let own = ProposedLeave { leave_id: Some(leave(7)), ..week };
    assert!(evaluated(&[occupied(9, 10, Portion::Full)], &own).is_allowed(), "the request itself does not chain");
    let before = evaluated(&[occupied(2, 6, Portion::Full)], &proposal(date(2026, 11, 9), date(2026, 11, 10)));
    assert_eq!(codes(&before), ["run_too_long"]);
}

#[test]
fn service_eligibility_and_employment_are_checked_for_the_leave_dates() {
    let newcomer = Person { hire_date: date(2026, 10, 1), ..person() };
    let policy_set_of = |rules| policy_set(rules);
    let evaluated =
        |rules, person: &Person| evaluate_with(&policy_set_of(rules), person, &[], &proposal(MONDAY, MONDAY));
    let service = evaluated(LeaveRules { service_days_min: 90, entitlement_days: None, ..rules() }, &newcomer);
    assert_eq!(codes(&service), ["service_too_short"]);
    assert_eq!(
        texts(&service),
        ["Leave can start 90 days after the hire date 2026-10-01; 2026-11-02 is 32 days after it."]
    );
    let eligible = LeaveRules { eligible: vec![EmploymentType::PartTime, EmploymentType::Intern], ..rules() };
    let refused = evaluated(eligible, &person());
    assert_eq!(
        texts(&refused),
        ["annual is only for the employment types part_time, intern; this employee has the type full_time."]
    );
    let leaver = Person { termination_date: Some(date(2026, 11, 1)), ..person() };
    assert!(codes(&evaluated(LeaveRules { entitlement_days: None, ..rules() }, &leaver)).contains(&"not_eligible"));
}

#[test]
fn blackout_violation_names_its_days_and_reason() {
    let blackout = |from, to| Blackout { from, to, reason: "stock-taking".into() };
    let rules = LeaveRules {
        blackouts: vec![blackout(date(2026, 11, 5), date(2026, 11, 8)), blackout(date(2026, 12, 1), date(2026, 12, 2))],
        ..rules()
    };
    let evaluation = evaluated(rules.clone(), &proposal(MONDAY, FRIDAY));
    assert_eq!(codes(&evaluation), ["blackout"]);
    assert_eq!(
        texts(&evaluation),
        [
            "2026-11-05 to 2026-11-06 are in the blackout period 2026-11-05 to 2026-11-08 (stock-taking). Choose other days."
        ]
    );
    assert!(evaluated(rules, &proposal(MONDAY, date(2026, 11, 4))).is_allowed());
}

#[test]
fn long_request_needs_an_attachment() {
    let rules = LeaveRules { attachment_above_days: Some(HalfDays(6)), ..rules() };
    assert!(evaluated(rules.clone(), &proposal(MONDAY, date(2026, 11, 4))).is_allowed());
    let evaluation = evaluated(rules.clone(), &proposal(MONDAY, date(2026, 11, 5)));
    assert_eq!(
        (codes(&evaluation), evaluation.violations[0].pointer.as_str()),
        (vec!["attachment_required"], "/attachment_id")
    );
    assert!(evaluated(rules, &ProposedLeave { attachment: true, ..proposal(MONDAY, date(2026, 11, 5)) }).is_allowed());
}

#[test]
fn request_below_the_smallest_unit_is_rejected() {
    let span = |from, to| Portion::Hours(time(from, 0, 0, 0), time(12, to, 0, 0));
    for (unit, portion, fits) in [
        (LeaveUnit::Day, Portion::Full, true),
        (LeaveUnit::Day, Portion::Half(Half::Am), false),
        (LeaveUnit::Day, span(9, 0), false),
        (LeaveUnit::HalfDay, Portion::Half(Half::Pm), true),
        (LeaveUnit::HalfDay, span(9, 0), false),
        (LeaveUnit::Hour, span(9, 15), true),
        (LeaveUnit::Hour, span(9, 20), false),
        (LeaveUnit::Hour, Portion::Full, true),
    ] {
        let evaluation = evaluated(
            LeaveRules { unit, ..rules() },
            &ProposedLeave { portions: portion.into(), ..proposal(MONDAY, MONDAY) },
        );
        assert_eq!(evaluation.is_allowed(), fits, "{unit:?} {portion:?}: {:?}", evaluation.violations);
    }
}

#[test]
fn warnings_do_not_block_and_come_last() {
    let rules = LeaveRules { notice_days: 60, attachment_above_days: Some(HalfDays(0)), ..rules() };
    let policy = Policy { warn_only: vec!["notice_too_short".into()], ..leave_policy(1, rules) };
    let policy_set = PolicySet::new(vec![policy], vec![calendar(vec![])]);
    let evaluation = evaluate_with(&policy_set, &person(), &[], &proposal(MONDAY, MONDAY));
    assert_eq!(codes(&evaluation), ["attachment_required", "notice_too_short"]);
    let attached =
        evaluate_with(&policy_set, &person(), &[], &ProposedLeave { attachment: true, ..proposal(MONDAY, MONDAY) });
    assert!(attached.is_allowed() && !attached.violations[0].blocking);
}

#[test]
fn approval_steps_depend_on_the_duration() {
    let hr = Step { above_days: Some(HalfDays(10)), ..step(Approver::Hr) };
    let rules = LeaveRules { approval: vec![step(Approver::Manager), hr], ..rules() };
    assert_eq!(evaluated(rules.clone(), &proposal(MONDAY, FRIDAY)).steps.len(), 1);
    assert_eq!(evaluated(rules, &proposal(MONDAY, date(2026, 11, 9))).steps.len(), 2);
}

#[test]
fn evaluation_fails_without_policy_or_calendar() {
    let account = Account::new("annual");
    let failure = |policy_set: &PolicySet| {
        evaluate_leave(&expected_work(policy_set, &person()), &account, &[], &proposal(MONDAY, MONDAY)).unwrap_err()
    };
    assert_eq!(failure(&PolicySet::new(vec![], vec![calendar(vec![])])), NotEvaluable::NoPolicy);
    assert_eq!(failure(&PolicySet::new(vec![leave_policy(1, rules())], vec![])), NotEvaluable::NoCalendar);
}

#[test]
fn hr_overrides_no_end_of_employment_but_an_employment_type() {
    let leaver = Person { termination_date: Some(MONDAY), ..person() };
    let after = evaluate_with(&policy_set(rules()), &leaver, &[], &proposal(MONDAY, FRIDAY));
    let eligible = vec![EmploymentType::Intern];
    let of_type = evaluated(LeaveRules { eligible, ..rules() }, &proposal(MONDAY, FRIDAY));
    assert_eq!((codes(&after), codes(&of_type)), (vec!["not_eligible"], vec!["not_eligible"]));
    assert!(!after.violations[0].is_overridable() && of_type.violations[0].is_overridable());
}

#[test]
fn days_without_a_policy_have_no_floor() {
    let limited = EffectivePeriod { from: date(2020, 1, 1), to: Some(date(2026, 12, 31)) };
    let policies = PolicySet::new(vec![Policy { effective: limited, ..leave_policy(1, yearly(0)) }], vec![]);
    let breach_of = |on: Date| {
        let mut account = Account::new("annual");
        account.post_if_missing(&entry("adjust#1", EntryKind::Adjust, on, -days(1)));
        find_floor_breach(&policies, &person(), &account, MONDAY)
    };
    assert_eq!(breach_of(date(2027, 3, 1)), None);
    let breach = FloorBreach { on: date(2026, 12, 1), lowest: -days(1), floor: Minutes::ZERO };
    assert_eq!(breach_of(date(2026, 12, 1)), Some(breach));
}
