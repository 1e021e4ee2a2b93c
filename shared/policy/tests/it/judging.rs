//! Rules 5 and 8: what the policies say to a request.

use directory::{EmploymentType, Person};
use jiff::civil::{Date, date, time};
use kernel::Minutes;
use policy::{
    Half, HalfDays, Policy, PolicySet, Portion,
    leave::{
        Account, Approver, Blackout, EntryKind, Evaluation, LeaveRules, LeaveUnit, NotEvaluable, NoticeTier,
        OccupiedMonth, ProposedLeave, Slot, Step, evaluate,
    },
};

use crate::make::{annual, book, calendar, days, entry, holiday, leave, leave_policy, person, step, take, yearly};

const MONDAY: Date = date(2026, 11, 2);
const FRIDAY: Date = date(2026, 11, 6);

fn ask(first: Date, last: Date) -> ProposedLeave<'static> {
    let (leave_id, leave_type, portion, attachment) = (None, "annual", Portion::Full, false);
    ProposedLeave { leave_id, leave_type, first, last, portion, attachment, today: date(2026, 10, 1) }
}

/// Thirty days on 1 January.
fn rules() -> LeaveRules {
    yearly(60)
}

fn said_of(book: &PolicySet, person: &Person, months: &[(Date, OccupiedMonth)], ask: &ProposedLeave<'_>) -> Evaluation {
    let mut account = Account::new("annual").fold_before(date(2026, 1, 1));
    if book.policies()[0].leave().is_some_and(|rules| rules.entitlement_days == Some(HalfDays(0))) {
        account.post(&entry("grant#1", EntryKind::Grant, date(2026, 1, 1), days(30)));
    }
    evaluate(book, person, &account, months, ask).unwrap()
}

fn said(rules: LeaveRules, ask: &ProposedLeave<'_>) -> Evaluation {
    said_of(&book(rules), &person(), &[], ask)
}

fn codes(judgement: &Evaluation) -> Vec<&str> {
    judgement.violations.iter().map(|violation| violation.code.as_str()).collect()
}

fn texts(judgement: &Evaluation) -> Vec<&str> {
    judgement.violations.iter().map(|violation| violation.explanation.as_str()).collect()
}

#[test]
fn a_plain_request_is_fine_and_says_what_it_takes() {
    let judgement = said(rules(), &ask(MONDAY, FRIDAY));
    assert!(judgement.is_allowed() && judgement.violations.is_empty());
    assert_eq!((judgement.required, judgement.balance), (days(5), Some(days(30))));
    assert_eq!(judgement.lowest, Some((FRIDAY, days(25))));
    assert_eq!(judgement.steps, [step(Approver::Manager)]);
}

#[test]
fn the_balance_may_fall_to_the_floor_and_not_below() {
    let ten = |negative| LeaveRules { negative_days: HalfDays(negative), ..yearly(20) };
    assert!(said(ten(0), &ask(MONDAY, date(2026, 11, 13))).is_allowed());
    let judgement = said(ten(0), &ask(MONDAY, date(2026, 11, 16)));
    assert_eq!(codes(&judgement), ["insufficient_balance"]);
    assert_eq!(
        texts(&judgement),
        [
            "11 days (5280 minutes) are asked for, and 10 days (4800 minutes) can be taken on 2026-11-02; the balance would be -1 day (-480 minutes) \
          on 2026-11-16, and it may not fall below 0 days (0 minutes)."
        ]
    );
    assert!(said(ten(2), &ask(MONDAY, date(2026, 11, 16))).is_allowed());
}

#[test]
fn leave_that_is_booked_later_counts_against_leave_before_it() {
    let book = book(yearly(20));
    let mut account = Account::new("annual").fold_before(date(2026, 1, 1));
    take(&mut account, 1, date(2026, 12, 1), date(2026, 12, 8));
    let said = |first, last| evaluate(&book, &person(), &account, &[], &ask(first, last)).unwrap();
    assert_eq!(said(MONDAY, FRIDAY).lowest, Some((date(2026, 12, 8), -days(3))));
    assert_eq!(codes(&said(MONDAY, FRIDAY)), ["insufficient_balance"]);
    assert!(said(MONDAY, date(2026, 11, 3)).is_allowed());
    let own = ProposedLeave { leave_id: Some(leave(1)), ..ask(date(2026, 12, 1), date(2026, 12, 8)) };
    assert!(
        evaluate(&book, &person(), &account, &[], &own).unwrap().is_allowed(),
        "its own days do not count against it"
    );
}

#[test]
fn accruals_to_come_are_counted_only_from_their_day_on() {
    let book = book(annual(24));
    let account = Account::new("annual").fold_before(date(2026, 1, 1));
    let said = |first, last| evaluate(&book, &person(), &account, &[], &ask(first, last)).unwrap();
    assert_eq!(codes(&said(date(2026, 1, 5), date(2026, 1, 6))), ["insufficient_balance"]);
    assert_eq!(said(date(2026, 2, 2), date(2026, 2, 3)).lowest, Some((date(2026, 2, 3), Minutes(0))));
}

#[test]
fn a_type_without_a_limit_takes_no_balance() {
    let judgement = said(LeaveRules { entitlement_days: None, ..rules() }, &ask(MONDAY, date(2026, 12, 31)));
    assert!(judgement.is_allowed());
    assert_eq!((judgement.balance, judgement.lowest), (None, None));
}

#[test]
fn a_half_day_on_a_holiday_is_refused_with_its_reason() {
    let policy = Policy { warn_only: vec!["nothing_to_take".into()], ..leave_policy(1, rules()) };
    let book = PolicySet::new(vec![policy], vec![calendar(vec![holiday("Founders' Day", MONDAY)])]);
    let judgement =
        said_of(&book, &person(), &[], &ProposedLeave { portion: Portion::Half(Half::Am), ..ask(MONDAY, MONDAY) });
    assert_eq!(codes(&judgement), ["nothing_to_take"]);
    assert!(!judgement.is_allowed(), "whatever the policy says of warnings");
    assert_eq!(
        texts(&judgement),
        ["There is nothing to take: the first half of 2026-11-02 is the holiday Founders' Day."]
    );
    let weekend = said(rules(), &ask(date(2026, 11, 7), date(2026, 11, 8)));
    assert_eq!(texts(&weekend), ["There is nothing to take: 2026-11-07 to 2026-11-08 is a rest day."]);
}

#[test]
fn notice_is_in_calendar_days_and_longer_for_longer_requests() {
    let tiers = vec![
        NoticeTier { above_days: HalfDays(4), notice_days: 14 },
        NoticeTier { above_days: HalfDays(8), notice_days: 40 },
    ];
    let rules = LeaveRules { notice_days: 3, notice_tiers: tiers, ..rules() };
    let said = |today, last| said(rules.clone(), &ProposedLeave { today, ..ask(MONDAY, last) });
    assert!(said(date(2026, 10, 30), MONDAY).is_allowed());
    let late = said(date(2026, 10, 31), MONDAY);
    assert_eq!(codes(&late), ["notice_too_short"]);
    assert_eq!(texts(&late), ["2026-11-02 is 2 days after 2026-10-31; 1 day (480 minutes) need 3 days of notice."]);
    assert_eq!(late.violations[0].pointer, "/start_date");
    assert_eq!(late.violations[0].figures["notice_days_needed"], 3);
    assert!(said(date(2026, 10, 19), date(2026, 11, 4)).is_allowed());
    assert_eq!(codes(&said(date(2026, 10, 20), date(2026, 11, 4))), ["notice_too_short"]);
    assert_eq!(codes(&said(date(2026, 10, 1), FRIDAY)), ["notice_too_short"]);
}

#[test]
fn the_past_is_closed_but_for_the_days_that_the_policy_allows() {
    let rules = LeaveRules { backdate_days: 3, notice_days: 10, ..rules() };
    let said = |today| said(rules.clone(), &ProposedLeave { today, ..ask(MONDAY, MONDAY) });
    assert!(said(date(2026, 11, 5)).is_allowed(), "notice is not asked of what has begun");
    let late = said(date(2026, 11, 6));
    assert_eq!(codes(&late), ["begins_in_the_past"]);
    assert_eq!(texts(&late), ["2026-11-02 is 4 days ago; at most 3 days back can be asked for."]);
}

/// A month with whole days of leave.
fn away(from: i8, to: i8, portion: Portion) -> (Date, OccupiedMonth) {
    let mut month = OccupiedMonth::default();
    let slot = Slot { leave_id: leave(7), leave_type: "annual".into(), portion };
    (from..=to).for_each(|day| month.occupy(date(2026, 11, day), slot.clone()).unwrap());
    (date(2026, 11, 1), month)
}

#[test]
fn the_longest_run_is_chained_across_days_off() {
    let book = book(LeaveRules { run_days_max: Some(HalfDays(12)), ..rules() });
    let said = |months: &[(Date, OccupiedMonth)], ask: &ProposedLeave<'_>| said_of(&book, &person(), months, ask);
    let week = ask(MONDAY, FRIDAY);
    assert!(said(&[], &week).is_allowed());
    assert!(said(&[away(9, 9, Portion::Full)], &week).is_allowed(), "six days with the Monday after the weekend");
    let long = said(&[away(9, 10, Portion::Full)], &week);
    assert_eq!(codes(&long), ["run_too_long"]);
    assert_eq!(
        texts(&long),
        [
            "With it, 7 days (3360 minutes) in one piece from 2026-11-02 to 2026-11-10 would be away; 6 days are allowed."
        ]
    );
    assert!(said(&[away(10, 12, Portion::Full)], &week).is_allowed(), "a worked Monday is between them");
    assert!(said(&[away(9, 9, Portion::Half(Half::Pm))], &week).is_allowed(), "a worked morning is between them");
    let mut other = away(9, 10, Portion::Full);
    other.1.days.values_mut().flatten().for_each(|slot| slot.leave_type = "sick".into());
    assert!(said(&[other], &week).is_allowed(), "leave of another type does not chain");
    let own = ProposedLeave { leave_id: Some(leave(7)), ..week };
    assert!(said(&[away(9, 10, Portion::Full)], &own).is_allowed(), "nor does the request itself");
    let before = said(&[away(2, 6, Portion::Full)], &ask(date(2026, 11, 9), date(2026, 11, 10)));
    assert_eq!(codes(&before), ["run_too_long"]);
}

#[test]
fn service_eligibility_and_employment_are_judged_on_the_days_of_the_leave() {
    let newcomer = Person { hire_date: date(2026, 10, 1), ..person() };
    let book_of = |rules| book(rules);
    let said = |rules, person: &Person| said_of(&book_of(rules), person, &[], &ask(MONDAY, MONDAY));
    let service = said(LeaveRules { service_days_min: 90, entitlement_days: None, ..rules() }, &newcomer);
    assert_eq!(codes(&service), ["service_too_short"]);
    assert_eq!(texts(&service), ["2026-11-02 is 32 days after the first day at work, 2026-10-01; 90 days are needed."]);
    let eligible = LeaveRules { eligible: vec![EmploymentType::PartTime, EmploymentType::Intern], ..rules() };
    let refused = said(eligible, &person());
    assert_eq!(texts(&refused), ["annual is for part_time, intern; the employment is full_time."]);
    let leaver = Person { termination_date: Some(date(2026, 11, 1)), ..person() };
    assert!(codes(&said(LeaveRules { entitlement_days: None, ..rules() }, &leaver)).contains(&"not_eligible"));
}

#[test]
fn a_blackout_names_its_days_and_its_reason() {
    let blackout = |from, to| Blackout { from, to, reason: "stock-taking".into() };
    let rules = LeaveRules {
        blackouts: vec![blackout(date(2026, 11, 5), date(2026, 11, 8)), blackout(date(2026, 12, 1), date(2026, 12, 2))],
        ..rules()
    };
    let judgement = said(rules.clone(), &ask(MONDAY, FRIDAY));
    assert_eq!(codes(&judgement), ["blackout"]);
    assert_eq!(
        texts(&judgement),
        ["2026-11-05 to 2026-11-06 are within 2026-11-05 to 2026-11-08, when nobody may be away: stock-taking."]
    );
    assert!(said(rules, &ask(MONDAY, date(2026, 11, 4))).is_allowed());
}

#[test]
fn an_attachment_is_asked_for_above_its_length() {
    let rules = LeaveRules { attachment_above_days: Some(HalfDays(6)), ..rules() };
    assert!(said(rules.clone(), &ask(MONDAY, date(2026, 11, 4))).is_allowed());
    let judgement = said(rules.clone(), &ask(MONDAY, date(2026, 11, 5)));
    assert_eq!(
        (codes(&judgement), judgement.violations[0].pointer.as_str()),
        (vec!["attachment_required"], "/attachment_id")
    );
    assert!(said(rules, &ProposedLeave { attachment: true, ..ask(MONDAY, date(2026, 11, 5)) }).is_allowed());
}

#[test]
fn nothing_smaller_than_the_unit_can_be_asked_for() {
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
        let judgement = said(LeaveRules { unit, ..rules() }, &ProposedLeave { portion, ..ask(MONDAY, MONDAY) });
        assert_eq!(judgement.is_allowed(), fits, "{unit:?} {portion:?}: {:?}", judgement.violations);
    }
}

#[test]
fn what_only_warns_does_not_stand_in_the_way_and_comes_last() {
    let rules = LeaveRules { notice_days: 60, attachment_above_days: Some(HalfDays(0)), ..rules() };
    let policy = Policy { warn_only: vec!["notice_too_short".into()], ..leave_policy(1, rules) };
    let book = PolicySet::new(vec![policy], vec![calendar(vec![])]);
    let judgement = said_of(&book, &person(), &[], &ask(MONDAY, MONDAY));
    assert_eq!(codes(&judgement), ["attachment_required", "notice_too_short"]);
    let attached = said_of(&book, &person(), &[], &ProposedLeave { attachment: true, ..ask(MONDAY, MONDAY) });
    assert!(attached.is_allowed() && !attached.violations[0].blocking);
}

#[test]
fn steps_that_the_length_does_not_call_for_are_left_out() {
    let hr = Step { above_days: Some(HalfDays(10)), ..step(Approver::Hr) };
    let rules = LeaveRules { approval: vec![step(Approver::Manager), hr], ..rules() };
    assert_eq!(said(rules.clone(), &ask(MONDAY, FRIDAY)).steps.len(), 1);
    assert_eq!(said(rules, &ask(MONDAY, date(2026, 11, 9))).steps.len(), 2);
}

#[test]
fn without_a_policy_or_a_calendar_nothing_can_be_said() {
    let account = Account::new("annual");
    let silent = |book: &PolicySet| evaluate(book, &person(), &account, &[], &ask(MONDAY, MONDAY)).unwrap_err();
    assert_eq!(silent(&PolicySet::new(vec![], vec![calendar(vec![])])), NotEvaluable::NoPolicy);
    assert_eq!(silent(&PolicySet::new(vec![leave_policy(1, rules())], vec![])), NotEvaluable::NoCalendar);
}
