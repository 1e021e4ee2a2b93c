//! Adjoining requests count as one: rules 1 and 8 (docs/rules.md).

use std::collections::BTreeMap;

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::{LeaveId, Minutes};
use policy::{
    ExpectedWork, Half, HalfDays, Holiday, PolicySet, Portion,
    leave::{
        Account, Approver, Evaluation, LeaveCount, LeaveRules, NoticeTier, OccupiedMonth, OtherSlots, Portions,
        ProposedLeave, Sandwich, Slot, Step, count_leave, days_no_longer_between, evaluate_leave, recount_leave,
        without_days_between,
    },
};
use proptest::prelude::*;

use crate::fixtures::{
    annual, calendar, cases, days, expected_work, holiday, leave, leave_policy, person, policy_set, step,
};

const MONDAY: Date = date(2026, 11, 2);
const FRIDAY: Date = date(2026, 11, 6);
const NEXT_MONDAY: Date = date(2026, 11, 9);

/// Annual leave that counts days off between counted days.
fn sandwich_rules() -> LeaveRules {
    LeaveRules { sandwich: Sandwich::Inside, entitlement_days: None, ..annual(0) }
}

/// Request that was made.
#[derive(Debug, Clone)]
struct Made {
    id: LeaveId,
    dates: (Date, Date),
    count: LeaveCount,
}

/// Requests of one person, made one after the other.
struct Requests<'a> {
    work: ExpectedWork<'a>,
    months: BTreeMap<Date, OccupiedMonth>,
    made: Vec<Made>,
}

impl<'a> Requests<'a> {
    fn new(work: ExpectedWork<'a>) -> Self {
        let months = (9..=13).map(|month| date(2026, 1, 1).saturating_add((month - 1).months()));
        Self { work, months: months.map(|month| (month, OccupiedMonth::default())).collect(), made: Vec::new() }
    }

    fn months(&self) -> Vec<(Date, OccupiedMonth)> {
        self.months.iter().map(|(first, month)| (*first, month.clone())).collect()
    }

    fn month_of(&mut self, date: Date) -> &mut OccupiedMonth {
        self.months.entry(date.first_of_month()).or_default()
    }

    /// Makes a request unless it counts nothing.
    fn make(&mut self, (leave_type, rules): (&str, &LeaveRules), dates: (Date, Date), portions: Portions) {
        let months = self.months();
        let count = count_leave(&self.work, dates, portions, rules, OtherSlots { months: &months, except: None });
        if count.total_minutes() == Minutes::ZERO {
            return;
        }
        let id = leave(100 + self.made.len() as u128);
        for on in dates.0.series(1.day()).take_while(|day| *day <= dates.1) {
            let slot = Slot { leave_id: id, leave_type: leave_type.to_owned(), portion: portions.on(on, dates) };
            let day = self.work.day(on);
            self.month_of(on).occupy(&day, slot).unwrap();
        }
        count.dates_between().for_each(|on| self.month_of(on).hold_day_between(id, on));
        self.made.push(Made { id, dates, count });
    }

    /// Ends a request, and then lets the others return the days that no longer lie between leave.
    fn end(&mut self, number: usize, rules: &LeaveRules) {
        let ended = self.made.remove(number);
        for day in &ended.count.days {
            let month = self.month_of(day.date);
            month.release_between(ended.id, day.date, day.date);
            month.release_day_between(ended.id, day.date);
        }
        for at in 0..self.made.len() {
            let (months, one) = (self.months(), self.made[at].clone());
            let others = OtherSlots { months: &months, except: Some(one.id) };
            let released = days_no_longer_between(&self.work, &one.count, rules, others);
            self.made[at].count = without_days_between(&self.work, (&one.count, one.dates), &released);
            released.into_iter().for_each(|on| self.month_of(on).release_day_between(one.id, on));
        }
    }

    fn total(&self) -> Minutes {
        self.made.iter().map(|one| one.count.total_minutes()).sum()
    }

    fn minutes_on(&self, on: Date) -> Minutes {
        let days = self.made.iter().flat_map(|one| &one.count.days);
        days.filter(|day| day.date == on).map(|day| day.minutes).sum()
    }
}

/// Minutes of each request of whole days, in the order in which they are made.
fn made_in_order(rules: &LeaveRules, dates: &[(Date, Date)]) -> Vec<(Minutes, usize)> {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar(vec![])]), person());
    let mut requests = Requests::new(expected_work(&policies, &person));
    dates.iter().for_each(|dates| requests.make(("annual", rules), *dates, Portion::Full.into()));
    requests.made.iter().map(|one| (one.count.total_minutes(), one.count.dates_between().count())).collect()
}

#[test]
fn weekend_between_two_requests_belongs_to_the_later_made_one() {
    let (friday, monday) = ((FRIDAY, FRIDAY), (NEXT_MONDAY, NEXT_MONDAY));
    let rules = sandwich_rules();
    assert_eq!(made_in_order(&rules, &[friday, monday]), [(days(1), 0), (days(3), 2)]);
    assert_eq!(made_in_order(&rules, &[monday, friday]), [(days(1), 0), (days(3), 2)]);
    let requested = (date(2026, 11, 7), NEXT_MONDAY);
    assert_eq!(made_in_order(&rules, &[friday, requested]), [(days(1), 0), (days(3), 2)], "a requested weekend");
    let thursday = (date(2026, 11, 5), date(2026, 11, 5));
    assert_eq!(made_in_order(&rules, &[thursday, monday]), [(days(1), 0), (days(1), 0)], "Friday is worked");
    let none = LeaveRules { sandwich: Sandwich::None, ..rules };
    assert_eq!(made_in_order(&none, &[friday, monday]), [(days(1), 0), (days(1), 0)]);
}

/// Evaluation of annual leave from `first` to `last` after leave of another type from Monday to Friday.
fn after_a_sick_week(rules: LeaveRules, (first, last): (Date, Date)) -> Evaluation {
    let (policies, person) = (policy_set(rules.clone()), person());
    let work = expected_work(&policies, &person);
    let mut requests = Requests::new(work);
    let sick = LeaveRules { leave_type: "sick".into(), sandwich: Sandwich::None, ..rules };
    requests.make(("sick", &sick), (MONDAY, FRIDAY), Portion::Full.into());
    let proposal = ProposedLeave {
        leave_id: None,
        leave_type: "annual",
        first,
        last,
        returned: &[],
        portions: Portion::Full.into(),
        attachment: false,
        today: date(2026, 10, 26),
    };
    evaluate_leave(&work, &Account::new("annual"), &requests.months(), &proposal).unwrap()
}

#[test]
fn named_leave_types_form_a_run_for_every_limit() {
    let hr = Step { above_days: Some(HalfDays(20)), ..step(Approver::Hr) };
    let alone = LeaveRules {
        run_days_max: Some(HalfDays(20)),
        attachment_above_days: Some(HalfDays(20)),
        notice_tiers: vec![NoticeTier { above_days: HalfDays(20), notice_days: 90 }],
        approval: vec![step(Approver::Manager), hr],
        ..sandwich_rules()
    };
    let run = LeaveRules { adjoins: vec!["sick".into()], ..alone.clone() };
    let codes = |evaluation: &Evaluation| -> Vec<String> {
        evaluation.violations.iter().map(|one| one.finding.code.clone()).collect()
    };
    let monday = (NEXT_MONDAY, NEXT_MONDAY);
    let evaluation = after_a_sick_week(alone, monday);
    assert_eq!((codes(&evaluation), evaluation.required, evaluation.steps.len()), (vec![], days(1), 1));
    // Five days, the weekend and the Monday are eight counted days.
    let evaluation = after_a_sick_week(run.clone(), monday);
    assert_eq!((codes(&evaluation), evaluation.required, evaluation.steps.len()), (vec![], days(3), 1));
    assert_eq!((evaluation.between[0].from, evaluation.between[0].to), (date(2026, 11, 7), date(2026, 11, 8)));
    let evaluation = after_a_sick_week(run.clone(), (NEXT_MONDAY, date(2026, 11, 12)));
    assert_eq!(
        (codes(&evaluation), evaluation.steps.len()),
        (vec!["notice_too_short".to_owned(), "attachment_required".to_owned()], 2),
        "eleven counted days, nine of them worked"
    );
    let evaluation = after_a_sick_week(run, (NEXT_MONDAY, date(2026, 11, 16)));
    assert!(codes(&evaluation).contains(&"run_too_long".to_owned()), "eleven working days");
}

#[test]
fn days_between_come_back_when_either_request_ends() {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar(vec![])]), person());
    let rules = sandwich_rules();
    for ended in [0, 1] {
        let mut requests = Requests::new(expected_work(&policies, &person));
        requests.make(("annual", &rules), (FRIDAY, FRIDAY), Portion::Full.into());
        requests.make(("annual", &rules), (date(2026, 11, 8), NEXT_MONDAY), Portion::Full.into());
        assert_eq!(requests.total(), days(4));
        requests.end(ended, &rules);
        assert_eq!(requests.total(), days(1), "request {ended} ends");
        let sunday = requests.made[0].count.days.iter().find(|day| day.date == date(2026, 11, 8));
        assert_eq!(sunday.and_then(|day| day.why.as_deref()), (ended == 0).then_some("rest_day"));
    }
}

#[test]
fn roster_change_returns_no_day_between() {
    let (before, person) = (PolicySet::new(vec![], vec![calendar(vec![])]), person());
    let rules = sandwich_rules();
    let mut requests = Requests::new(expected_work(&before, &person));
    requests.make(("annual", &rules), (FRIDAY, FRIDAY), Portion::Full.into());
    requests.make(("annual", &rules), (NEXT_MONDAY, NEXT_MONDAY), Portion::Full.into());
    let after = PolicySet::new(vec![], vec![calendar(vec![holiday("Friday", FRIDAY)])]);
    let (work, months, monday) = (expected_work(&after, &person), requests.months(), requests.made[1].clone());
    let others = OtherSlots { months: &months, except: Some(monday.id) };
    assert_eq!(days_no_longer_between(&work, &monday.count, &rules, others), [], "the Friday is still leave");
    let (count, difference) = recount_leave(&work, (&monday.count, monday.dates), &rules, MONDAY, others);
    assert_eq!(count.total_minutes(), days(1), "a recount finds no counted day before the weekend");
    assert_eq!(difference, [(date(2026, 11, 7), -days(1)), (date(2026, 11, 8), -days(1))]);
}

/// First date, last date and portions of a stretch of halves, from one number of a half to before another.
fn stretch(first: Date, (from, until): (usize, usize)) -> ((Date, Date), Portions) {
    let date_of = |half: usize| first.saturating_add(i64::try_from(half / 2).unwrap().days());
    let dates = (date_of(from), date_of(until - 1));
    let (starts, ends) = (from % 2 == 1, until % 2 == 1);
    if dates.0 == dates.1 {
        let portion = match (starts, ends) {
            (true, _) => Portion::Half(Half::Pm),
            (false, true) => Portion::Half(Half::Am),
            (false, false) => Portion::Full,
        };
        return (dates, portion.into());
    }
    let half_if = |cut, half| if cut { Portion::Half(half) } else { Portion::Full };
    (dates, Portions { first: half_if(starts, Half::Pm), last: half_if(ends, Half::Am) })
}

fn some_holidays() -> impl Strategy<Value = Vec<Holiday>> {
    let half = prop_oneof![3 => Just(None), 1 => Just(Some(Half::Am)), 1 => Just(Some(Half::Pm))];
    let one = (0_i32..30, 0_i32..4, half).prop_map(|(from, length, half)| {
        let from = MONDAY.saturating_add(from.days());
        Holiday { to: Some(from.saturating_add(length.days())), half, ..holiday("Some", from) }
    });
    prop::collection::vec(one, 0..5)
}

proptest! {
    #![proptest_config(cases())]

    /// However a stretch of leave is cut, in halves of days and in any order, it counts as one request; and a part that
    /// ends leaves what the rest would count.
    #[test]
    fn adjoining_requests_count_as_the_single_request(
        holidays in some_holidays(),
        offset in 0_i32..12,
        halves in 2_usize..44,
        cuts in prop::collection::btree_set(1_usize..44, 0..6),
        order in prop::collection::vec(any::<u32>(), 8),
        of_sick in prop::collection::vec(any::<bool>(), 8),
        ended in any::<prop::sample::Index>(),
    ) {
        let policies = PolicySet::new(vec![leave_policy(1, sandwich_rules())], vec![calendar(holidays)]);
        let person = person();
        let work = expected_work(&policies, &person);
        let annual = LeaveRules { adjoins: vec!["sick".into()], ..sandwich_rules() };
        let sick = LeaveRules { leave_type: "sick".into(), adjoins: vec!["annual".into()], ..sandwich_rules() };
        let first = MONDAY.saturating_add(offset.days());
        let alone = |range: (usize, usize)| {
            let (dates, portions) = stretch(first, range);
            count_leave(&work, dates, portions, &annual, OtherSlots::default()).total_minutes()
        };
        let mut bounds: Vec<usize> = cuts.into_iter().filter(|cut| *cut < halves).collect();
        bounds.insert(0, 0);
        bounds.push(halves);
        let mut pieces: Vec<_> = bounds.windows(2).map(|pair| (pair[0], pair[1])).zip(order).zip(of_sick).collect();
        pieces.sort_by_key(|((_, order), _)| *order);
        let mut requests = Requests::new(work);
        let mut ranges = Vec::new();
        for ((range, _), is_sick) in pieces {
            let (dates, portions) = stretch(first, range);
            let of_type = if is_sick { ("sick", &sick) } else { ("annual", &annual) };
            let before = requests.made.len();
            requests.make(of_type, dates, portions);
            ranges.extend((requests.made.len() > before).then_some(range));
        }
        prop_assert_eq!(requests.total(), alone((0, halves)));
        for on in first.series(1.day()).take(halves) {
            prop_assert!(requests.minutes_on(on) <= work.day_minutes(on), "{}", on);
        }
        let months = requests.months();
        for one in &requests.made {
            let others = OtherSlots { months: &months, except: Some(one.id) };
            let (count, difference) = recount_leave(&work, (&one.count, one.dates), &annual, first, others);
            prop_assert_eq!((&count.days, difference.len()), (&one.count.days, 0));
            prop_assert!(days_no_longer_between(&work, &one.count, &annual, others).is_empty());
        }
        if !ranges.is_empty() {
            let number = ended.index(ranges.len());
            requests.end(number, &annual);
            let (from, until) = ranges[number];
            let rest = [(0, from), (until, halves)];
            let rest: Minutes = rest.into_iter().filter(|(from, until)| from < until).map(alone).sum();
            prop_assert_eq!(requests.total(), rest, "without {:?}", (from, until));
        }
    }
}
