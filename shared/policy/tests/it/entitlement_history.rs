//! Balances after changes of the employment, of its terms and of policies: rule 6 (docs/rules.md).

use std::collections::BTreeMap;

use directory::{ContractTerms, DatedTerms, Person};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::{Actor, Language, Minutes};
use policy::{
    EffectivePeriod, Policy, PolicyRef, PolicyScope, PolicySet,
    leave::{
        Account, AccrualRules, AccrualSchedule, BalanceDifference, EntryKind, LeaveRules, LedgerEntry, PeriodStart,
        PostedAt, RoundTo, available_minutes, due_entries, preview_terms, project_balance,
    },
};
use proptest::prelude::*;

use crate::fixtures::{
    annual, calendar, carry, cases, days, entry, leave_policy, moment, person, policy_set, post_due, take, yearly,
};

/// Person hired on a day.
fn hired(on: Date) -> Person {
    Person { hire_date: on, ..person() }
}

/// The person with other terms from a day on.
fn changed(before: &Person, on: Date, change: impl FnOnce(&mut DatedTerms)) -> Person {
    let mut person = before.clone();
    if person.terms.is_empty() {
        person.terms.push(DatedTerms::current(before, before.hire_date));
    }
    let mut terms = DatedTerms { from: on, ..person.terms.last().unwrap().clone() };
    change(&mut terms);
    person = terms.apply_to(&person);
    person.terms.push(terms);
    person
}

fn at_site(number: u128, site: &str, rules: LeaveRules) -> Policy {
    Policy { scope: PolicyScope { sites: vec![site.into()], departments: vec![] }, ..leave_policy(number, rules) }
}

/// Version 2 of a policy, from a day on.
fn second_version(first: &Policy, from: Date, rules: LeaveRules) -> Policy {
    Policy {
        reference: PolicyRef { policy_version: 2, ..first.reference },
        effective: EffectivePeriod { from, to: None },
        scope: first.scope.clone(),
        ..leave_policy(1, rules)
    }
}

/// Posted balance of an account after everything due was posted, which must then be complete.
fn settled(policies: &PolicySet, person: &Person, account: &mut Account, today: Date) {
    post_due(policies, person, account, today);
    assert!(due_entries(policies, person, account, today).is_empty());
}

/// Checks that the balances of all days of three years are those of a person entered with these terms at once.
fn assert_as_entered_at_once(policies: &PolicySet, person: &Person, account: &Account) {
    let fresh = project_balance(policies, person, &Account::new("annual"), date(2027, 12, 31));
    let projection = project_balance(policies, person, account, date(2027, 12, 31));
    for on in date(2025, 1, 1).series(1.day()).take_while(|on| *on <= date(2027, 12, 31)) {
        assert_eq!(projection.balance_on(on), fresh.balance_on(on), "{on}");
    }
}

#[test]
fn first_day_moved_from_february_to_may_leaves_seven_instalments() {
    let policies = policy_set(annual(60));
    let (mut account, today) = (Account::new("annual"), date(2026, 11, 30));
    settled(&policies, &hired(date(2026, 2, 15)), &mut account, today);
    let moved = hired(date(2026, 5, 1));
    settled(&policies, &moved, &mut account, today);
    let mut sums: BTreeMap<Date, Minutes> = BTreeMap::new();
    for posting in &account.postings {
        let sum = sums.entry(posting.on).or_default();
        *sum = *sum + posting.minutes;
    }
    sums.retain(|_, sum| *sum != Minutes::ZERO);
    assert_eq!(sums.len(), 7, "{sums:?}");
    assert_eq!(account.posted_minutes_until(today), Minutes(7 * 1200));
    assert_eq!(account.posted_minutes_until(date(2026, 4, 30)), Minutes::ZERO);
    assert_as_entered_at_once(&policies, &moved, &account);
}

#[test]
fn yearly_grant_follows_a_corrected_first_day() {
    let policies = policy_set(yearly(60));
    let mut account = Account::new("annual");
    settled(&policies, &hired(date(2026, 2, 15)), &mut account, date(2026, 6, 1));
    let moved = hired(date(2026, 7, 2));
    settled(&policies, &moved, &mut account, date(2026, 8, 1));
    // 183 of 365 days of 30 days.
    assert_eq!(account.posted_minutes_until(date(2026, 8, 1)), Minutes(7220));
    assert_eq!(account.posted_minutes_until(date(2026, 7, 1)), Minutes::ZERO);
    assert_as_entered_at_once(&policies, &moved, &account);
}

#[test]
fn move_between_sites_with_other_schedules_grants_nothing_twice() {
    let munich = LeaveRules { period_start: PeriodStart::Month(1), ..annual(60) };
    let sites = vec![at_site(1, "berlin", yearly(60)), at_site(2, "munich", munich)];
    let policies = PolicySet::new(sites, vec![calendar(vec![])]);
    let mut account = Account::new("annual");
    let before = hired(date(2025, 1, 1));
    settled(&policies, &before, &mut account, date(2026, 6, 30));
    let after = changed(&before, date(2026, 7, 1), |terms| terms.site = "munich".into());
    settled(&policies, &after, &mut account, date(2026, 6, 30));
    // The first site gives six of twelve months of 30 days, the second 2.5 days a month from July on.
    assert_eq!(account.posted_minutes_until(date(2026, 6, 30)) - days(30), days(15));
    settled(&policies, &after, &mut account, date(2026, 7, 1));
    assert_eq!(account.posted_minutes_until(date(2026, 7, 1)) - days(30), days(15) + Minutes(1200));
    settled(&policies, &after, &mut account, date(2026, 12, 31));
    assert_eq!(account.posted_minutes_until(date(2026, 12, 31)) - days(30), days(30));
    assert_as_entered_at_once(&policies, &after, &account);
}

#[test]
fn policy_version_written_late_reaches_people_entered_before() {
    let first = leave_policy(1, annual(48));
    let second = second_version(&first, date(2026, 7, 1), annual(60));
    let (old, new) = (PolicySet::new(vec![first.clone()], vec![]), PolicySet::new(vec![first, second], vec![]));
    let mut account = Account::new("annual");
    let person = hired(date(2026, 1, 1));
    settled(&old, &person, &mut account, date(2026, 11, 20));
    assert_eq!(account.posted_minutes_until(date(2026, 11, 20)), days(22));
    settled(&new, &person, &mut account, date(2026, 11, 21));
    assert_eq!(account.posted_minutes_until(date(2026, 6, 30)), days(12));
    assert_eq!(account.posted_minutes_until(date(2026, 11, 21)), Minutes(12 * 480 + 5 * 1200));
    assert_as_entered_at_once(&new, &person, &account);
}

#[test]
fn policy_version_with_the_same_entitlement_leaves_the_yearly_grant() {
    let first = leave_policy(1, yearly(60));
    let second = second_version(&first, date(2026, 7, 1), LeaveRules { notice_days: 7, ..yearly(60) });
    let mut account = Account::new("annual");
    let person = hired(date(2026, 1, 1));
    settled(&PolicySet::new(vec![first.clone()], vec![]), &person, &mut account, date(2026, 6, 1));
    let policies = PolicySet::new(vec![first, second], vec![]);
    assert_eq!(due_entries(&policies, &person, &account, date(2026, 12, 31)), []);
}

#[test]
fn balance_of_a_leaver_is_right_whenever_the_end_is_entered() {
    for (half_days, last, right) in [(60, date(2026, 10, 31), days(25)), (24, date(2026, 1, 31), days(1))] {
        let policies = policy_set(annual(half_days));
        let leaver = Person { termination_date: Some(last), ..hired(date(2026, 1, 1)) };
        for entered in [date(2026, 1, 15), last, date(2026, 11, 30), date(2026, 12, 20)] {
            let mut account = Account::new("annual");
            settled(&policies, &hired(date(2026, 1, 1)), &mut account, entered);
            settled(&policies, &leaver, &mut account, entered.max(last));
            assert_eq!(account.posted_minutes_until(last), right, "entered on {entered}");
            assert_eq!(account.posted_minutes_until(date(2027, 12, 31)), right, "entered on {entered}");
            assert_as_entered_at_once(&policies, &leaver, &account);
            // The end is withdrawn.
            settled(&policies, &hired(date(2026, 1, 1)), &mut account, date(2026, 12, 31));
            assert_as_entered_at_once(&policies, &hired(date(2026, 1, 1)), &account);
        }
    }
}

#[test]
fn leaver_entries_of_an_earlier_version_are_corrected() {
    let policies = policy_set(annual(60));
    let leaver = Person { termination_date: Some(date(2026, 10, 15)), ..hired(date(2026, 1, 1)) };
    let mut account = Account::new("annual");
    // Nine instalments, a shortened one for a last day that was moved since, and a correction on that last day.
    for number in 1..=9 {
        let (id, on) = (format!("accrual#2026-01-01#{number}of12"), date(2026, number, 1));
        account.post_if_missing(&entry(&id, EntryKind::Accrual, on, Minutes(1200)));
    }
    let short =
        entry("accrual#2026-01-01#10of12-until-2026-10-10", EntryKind::Accrual, date(2026, 10, 1), Minutes(387));
    account.post_if_missing(&short);
    let correction = entry("leaver#2026-01-01#1", EntryKind::Adjust, date(2026, 10, 10), Minutes(-600));
    account.post_if_missing(&correction);
    let lines = due_entries(&policies, &leaver, &account, date(2026, 11, 1));
    let shown: Vec<_> = lines.iter().map(|line| (line.entry_id.as_str(), line.on, line.minutes.0)).collect();
    assert_eq!(
        shown,
        [("accrual#2026-01-01#10of12#2", date(2026, 10, 1), 194), ("leaver#2026-01-01#2", date(2026, 10, 10), 600),]
    );
    settled(&policies, &leaver, &mut account, date(2026, 11, 1));
    assert_as_entered_at_once(&policies, &leaver, &account);
}

#[test]
fn change_of_fte_within_an_interval_is_explained_by_its_parts() {
    let policies = policy_set(LeaveRules { prorate_by_fte: true, ..annual(60) });
    let mut account = Account::new("annual");
    let before = hired(date(2026, 1, 1));
    settled(&policies, &before, &mut account, date(2026, 6, 20));
    let after = changed(&before, date(2026, 6, 16), |terms| terms.contract.fte_bp = 5_000);
    let lines = due_entries(&policies, &after, &account, date(2026, 7, 1));
    let shown: Vec<_> = lines.iter().map(|line| (line.entry_id.as_str(), line.on, line.minutes.0)).collect();
    assert_eq!(
        shown,
        [("accrual#2026-01-01#6of12#2", date(2026, 6, 1), -300), ("accrual#2026-01-01#7of12", date(2026, 7, 1), 600)]
    );
    assert_eq!(
        lines[0].why.to_string(),
        "Instalment 6 of 12 for the leave year 2026-01-01 to 2026-12-31, whose entitlement changes (30 days a year from \
         2026-06-01 to 2026-06-15, 30 days a year at 50 % from 2026-06-16 to 2026-06-30): 1.875 days (900 minutes). This entry \
         corrects it by -0.625 days (-300 minutes). Posted before the employment or the policy changed: 2.5 days (1200 \
         minutes)."
    );
    assert_eq!(lines[0].inputs["parts"][1]["fte_bp"], 5_000);
    settled(&policies, &after, &mut account, date(2026, 12, 31));
    assert_eq!(account.posted_minutes_until(date(2026, 12, 31)), Minutes(5 * 1200 + 900 + 6 * 600));
}

#[test]
fn shorter_standard_day_keeps_the_days_of_the_balance() {
    let policies = policy_set(yearly(60));
    let mut account = Account::new("annual");
    let before = hired(date(2026, 1, 1));
    settled(&policies, &before, &mut account, date(2026, 7, 10));
    let after = changed(&before, date(2026, 7, 1), |terms| terms.contract.day_minutes = Minutes(360));
    let lines = due_entries(&policies, &after, &account, date(2026, 7, 10));
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    assert_eq!((line.entry_id.as_str(), line.on), ("day_length#2026-07-01#480to360#1", date(2026, 7, 1)));
    assert_eq!((line.kind, line.rule.as_str(), line.minutes), (EntryKind::Adjust, "day_length", Minutes(-3600)));
    assert_eq!(
        line.why.to_string(),
        "The standard day changes from 480 to 360 minutes. The balance keeps its days: 30 days (14400 minutes) become 30 \
         days (10800 minutes)."
    );
    assert_eq!(
        line.why.text(Language::German),
        "Der Regelarbeitstag ändert sich von 480 auf 360 Minuten. Der Saldo behält seine Tage: aus 30 Tage (14400 min) \
         werden 30 Tage (10800 min)."
    );
    settled(&policies, &after, &mut account, date(2026, 7, 10));
    assert_eq!(account.posted_minutes_until(date(2026, 6, 30)), days(30));
    assert_eq!(account.posted_minutes_until(date(2026, 7, 1)), Minutes(30 * 360));
    // Leave that is entered later for days before the change corrects the conversion.
    take(&mut account, 1, date(2026, 6, 1), date(2026, 6, 4));
    settled(&policies, &after, &mut account, date(2026, 7, 11));
    assert_eq!(account.posted_minutes_until(date(2026, 7, 11)), Minutes(26 * 360));
    // The change is withdrawn.
    settled(&policies, &before, &mut account, date(2026, 7, 12));
    assert_eq!(account.posted_minutes_until(date(2026, 7, 12)), days(26));
}

#[test]
fn debt_and_carried_leave_keep_their_days_when_the_standard_day_changes() {
    let policies = policy_set(LeaveRules { carry_over: carry(10, Some(3)), ..yearly(60) });
    let before = hired(date(2025, 1, 1));
    let after = changed(&before, date(2026, 2, 1), |terms| terms.contract.day_minutes = Minutes(240));
    let balance = |account: &Account, on| project_balance(&policies, &after, account, on).balance_on(on);
    let account = Account::new("annual");
    assert_eq!(balance(&account, date(2026, 2, 1)), Minutes(40 * 240));
    assert_eq!(balance(&account, date(2026, 4, 1)), Minutes(30 * 240), "ten days of four hours expire");
    let mut debtor = Account::new("annual");
    take(&mut debtor, 1, date(2025, 1, 10), date(2025, 2, 28));
    take(&mut debtor, 2, date(2026, 1, 2), date(2026, 1, 22));
    assert_eq!(balance(&debtor, date(2026, 1, 31)), -days(11));
    assert_eq!(balance(&debtor, date(2026, 2, 1)), Minutes(-11 * 240));
}

#[test]
fn carried_leave_gets_its_corrected_last_day_also_after_folding() {
    let rules = |months| LeaveRules { carry_over: carry(10, months), ..yearly(60) };
    let (first, person) = (leave_policy(1, rules(Some(1))), hired(date(2025, 1, 1)));
    let mut account = Account::new("annual");
    settled(&PolicySet::new(vec![first.clone()], vec![]), &person, &mut account, date(2026, 1, 2));
    let second = second_version(&first, date(2025, 7, 1), rules(Some(6)));
    let policies = PolicySet::new(vec![first, second], vec![]);
    let lines = due_entries(&policies, &person, &account, date(2026, 1, 3));
    let shown: Vec<_> = lines.iter().map(|line| (line.entry_id.as_str(), line.minutes.0, line.expires_on)).collect();
    assert_eq!(shown, [("carry_over#in#2026-01-01#2", 0, Some(date(2026, 6, 30)))]);
    settled(&policies, &person, &mut account, date(2026, 1, 3));
    let folded = account.fold_before(date(2026, 1, 2));
    for account in [&account, &folded] {
        let projection = project_balance(&policies, &person, account, date(2026, 12, 31));
        assert_eq!(projection.balance_on(date(2026, 6, 30)), days(40));
        assert_eq!(projection.balance_on(date(2026, 7, 1)), days(30));
    }
}

#[test]
fn floor_holds_in_days_when_the_standard_day_changes() {
    let policies = policy_set(yearly(60));
    let before = hired(date(2026, 1, 1));
    let after = changed(&before, date(2026, 7, 1), |terms| terms.contract.day_minutes = Minutes(360));
    let mut account = Account::new("annual");
    take(&mut account, 1, date(2026, 3, 1), date(2026, 4, 3));
    let available = |floor| available_minutes(&policies, &after, &account, date(2026, 5, 1), floor);
    assert_eq!(available(-days(5)), days(1));
    assert_eq!(available(Minutes::ZERO), -days(4));
}

#[test]
fn preview_of_changed_terms_shows_balances_and_entries() {
    let policies = policy_set(annual(60));
    let mut account = Account::new("annual");
    let before = hired(date(2026, 2, 15));
    settled(&policies, &before, &mut account, date(2026, 4, 30));
    let after = hired(date(2026, 4, 1));
    let preview = preview_terms(&policies, (&before, &after), &account, &[], (date(2026, 5, 1), date(2026, 12, 31)));
    let first = |on, before, after| BalanceDifference { on, before: Minutes(before), after: Minutes(after) };
    assert_eq!(preview.balance, first(date(2026, 12, 31), 12_600, 10_800));
    assert_eq!(preview.changes, [first(date(2026, 2, 15), 600, 0), first(date(2026, 3, 1), 1800, 0)]);
    let entries: Vec<_> = preview.entries.iter().map(|line| (line.on, line.minutes.0)).collect();
    assert_eq!(entries, [(date(2026, 2, 15), -600), (date(2026, 3, 1), -1200)], "the instalment of May is due anyway");
}

/// Change of what is known about a person, or a run of the job.
#[derive(Debug, Clone)]
enum Step {
    Post(i32),
    FirstDay(i32),
    LastDay(Option<i32>),
    Terms(i32, Terms),
    WithoutTerms,
    PolicyVersion(i32),
}

#[derive(Debug, Clone, Copy)]
enum Terms {
    Fte(u16),
    Day(i64),
    Site(&'static str),
}

const BEGIN: Date = date(2025, 1, 1);
/// Days on which something happens: two years.
const SPAN: i32 = 730;

fn day(number: i32) -> Date {
    BEGIN.saturating_add(number.days())
}

fn step() -> impl Strategy<Value = Step> {
    let terms = prop_oneof![
        prop::sample::select(vec![10_000_u16, 5_000, 8_000, 3_333]).prop_map(Terms::Fte),
        prop::sample::select(vec![480_i64, 360, 457, 240]).prop_map(Terms::Day),
        prop::sample::select(vec!["berlin", "munich"]).prop_map(Terms::Site),
    ];
    prop_oneof![
        4 => (0..200).prop_map(Step::Post),
        1 => (0..400).prop_map(Step::FirstDay),
        2 => prop::option::of(0..SPAN).prop_map(Step::LastDay),
        4 => (0..SPAN, terms).prop_map(|(on, terms)| Step::Terms(on, terms)),
        1 => Just(Step::WithoutTerms),
        1 => (0..SPAN).prop_map(Step::PolicyVersion),
    ]
}

fn some_rules() -> impl Strategy<Value = LeaveRules> {
    let start = prop_oneof![Just(PeriodStart::Month(1)), Just(PeriodStart::Month(7)), Just(PeriodStart::Anniversary)];
    let schedule = prop::sample::select(AccrualSchedule::BY_CALENDAR.to_vec());
    let at = prop_oneof![Just(PostedAt::Start), Just(PostedAt::End)];
    let round = prop_oneof![Just(RoundTo::Minute), Just(RoundTo::HalfDay), Just(RoundTo::Day)];
    let carry_over = prop::option::of((0_u16..12, prop::option::of(1_u8..=12)));
    (0_u16..70, start, schedule, at, round, carry_over, any::<bool>()).prop_map(
        |(entitlement, period_start, schedule, posted_at, round_to, carry_over, prorate_by_fte)| LeaveRules {
            period_start,
            accrual: AccrualRules { schedule, posted_at, round_to, worked_share: None },
            carry_over: carry_over.and_then(|(cap, months)| carry(cap, months)),
            prorate_by_fte,
            ..annual(entitlement)
        },
    )
}

/// Facts about the employment that are known at one time.
#[derive(Debug, Clone)]
struct Known {
    first_day: i32,
    last_day: Option<i32>,
    terms: BTreeMap<i32, Vec<Terms>>,
    version_from: Option<i32>,
}

impl Known {
    fn person(&self) -> Person {
        let mut person = hired(day(self.first_day));
        person.termination_date = self.last_day.filter(|last| *last >= self.first_day).map(day);
        for (on, terms) in &self.terms {
            person = changed(&person, day(*on).max(person.hire_date.saturating_add(1.day())), |dated| {
                for change in terms {
                    let contract = dated.contract;
                    match *change {
                        Terms::Fte(fte_bp) => dated.contract = ContractTerms { fte_bp, ..contract },
                        Terms::Day(minutes) => {
                            dated.contract = ContractTerms { day_minutes: Minutes(minutes), ..contract };
                        }
                        Terms::Site(site) => dated.site = site.into(),
                    }
                }
            });
        }
        person
    }

    fn policies(&self, [berlin, munich, later]: &[LeaveRules; 3]) -> PolicySet {
        let first = at_site(1, "berlin", berlin.clone());
        let mut policies = vec![at_site(2, "munich", munich.clone())];
        policies.extend(self.version_from.map(|from| second_version(&first, day(from), later.clone())));
        policies.push(first);
        PolicySet::new(policies, vec![calendar(vec![])])
    }
}

/// Account with leave and credits that do not depend on the employment.
fn account_with(leave: &[(i32, i32)], credits: &[(i32, i64, Option<i32>)]) -> Account {
    let mut account = Account::new("annual");
    for (number, (on, length)) in leave.iter().enumerate() {
        take(&mut account, number as u128, day(*on), day(on + length));
    }
    for (number, (on, minutes, lasts)) in credits.iter().enumerate() {
        let credit = entry(&format!("credit{number}"), EntryKind::Grant, day(*on), Minutes(*minutes));
        account.post_if_missing(&LedgerEntry { expires_on: lasts.map(|lasts| day(on + lasts)), ..credit });
    }
    account
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn year_with_several_schedules_earns_one_entitlement(
        schedules in prop::collection::vec(prop::sample::select(AccrualSchedule::BY_CALENDAR[..5].to_vec()), 2),
        at in prop_oneof![Just(PostedAt::Start), Just(PostedAt::End)], moved in 1_i32..364, back in prop::option::of(1_i32..364),
    ) {
        let rules = |at_site: usize| {
            let rules = annual(60);
            let accrual = AccrualRules { schedule: schedules[at_site], posted_at: at, ..rules.accrual };
            LeaveRules { accrual, ..rules }
        };
        let sites = vec![at_site(1, "berlin", rules(0)), at_site(2, "munich", rules(1))];
        let policies = PolicySet::new(sites, vec![calendar(vec![])]);
        let mut mover = changed(&hired(BEGIN), day(moved), |terms| terms.site = "munich".into());
        if let Some(back) = back.filter(|back| *back > moved) {
            mover = changed(&mover, day(back), |terms| terms.site = "berlin".into());
        }
        let end = date(2025, 12, 31);
        let balance = project_balance(&policies, &mover, &Account::new("annual"), end).balance_on(end);
        prop_assert_eq!(balance, days(30));
    }

    #[test]
    fn balance_after_any_history_is_that_of_the_final_history_entered_at_once(
        rules in [some_rules(), some_rules(), some_rules()], steps in prop::collection::vec(step(), 1..14),
        leave in prop::collection::vec((0..SPAN, 0..9), 0..5),
        credits in prop::collection::vec((0..SPAN, 1_i64..3000, prop::option::of(1..300)), 0..3),
        fold in prop::option::of(0..SPAN),
    ) {
        let mut known = Known { first_day: 30, last_day: None, terms: BTreeMap::new(), version_from: None };
        let (mut account, mut today) = (account_with(&leave, &credits), 0);
        for step in steps {
            match step {
                Step::Post(after) => {
                    today += after;
                    let (policies, person) = (known.policies(&rules), known.person());
                    for line in due_entries(&policies, &person, &account, day(today)) {
                        let posted = line.to_ledger_entry("annual", moment(), Actor::Unknown);
                        prop_assert!(!account.has_posting(&posted.id), "{} is posted twice", posted.id);
                        prop_assert_eq!(posted.explanation(Minutes(1)), Some(line.why));
                        account.post_if_missing(&posted);
                    }
                    prop_assert!(due_entries(&policies, &person, &account, day(today)).is_empty());
                }
                Step::FirstDay(first) => known.first_day = first,
                Step::LastDay(last) => known.last_day = last,
                Step::Terms(on, terms) => known.terms.entry(on).or_default().push(terms),
                Step::WithoutTerms => known.terms.clear(),
                Step::PolicyVersion(from) => known.version_from = Some(from),
            }
        }
        let (policies, person, end) = (known.policies(&rules), known.person(), day(SPAN.max(today)));
        let mut fresh = account_with(&leave, &credits);
        let projected = project_balance(&policies, &person, &account, end);
        post_due(&policies, &person, &mut account, end);
        post_due(&policies, &person, &mut fresh, end);
        prop_assert!(due_entries(&policies, &person, &account, end).is_empty());
        for on in BEGIN.series(1.day()).take_while(|on| *on <= end) {
            let right = fresh.posted_minutes_until(on);
            prop_assert_eq!(account.posted_minutes_until(on), right, "posted on {}", on);
            prop_assert_eq!(projected.balance_on(on), right, "projected on {}", on);
        }
        // Folded history keeps all later balances.
        if let Some(close) = fold {
            let later = end.saturating_add(400.days());
            let folded = project_balance(&policies, &person, &account.fold_before(day(close)), later);
            let whole = project_balance(&policies, &person, &fresh, later);
            for on in day(close).series(1.day()).take_while(|on| *on <= later) {
                prop_assert_eq!(folded.balance_on(on), whole.balance_on(on), "folded, on {}", on);
            }
        }
    }
}
