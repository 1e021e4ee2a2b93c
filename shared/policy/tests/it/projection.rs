//! Properties of balances for any account: rules 4 to 7 (docs/rules.md).

use directory::Person;
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    HalfDays, PolicySet, Portion,
    leave::{
        Account, AccrualRules, AccrualSchedule, EntryKind, LeaveRules, LedgerEntry, PeriodStart, PostedAt,
        ProposedLeave, RoundTo, available_minutes, due_entries, evaluate_leave, project_balance,
    },
};
use proptest::prelude::*;

use crate::fixtures::{
    annual, cases, days, entry, expected_work, leave, of_leave, person, policy_set, post_due, release, take,
};

/// Change of an account.
#[derive(Debug, Clone)]
enum Happening {
    Credit { on: i32, days: i64, lasts: Option<i32> },
    Taken { on: i32, length: i32 },
    Debit { on: i32, days: i64 },
}

const BEGIN: Date = date(2025, 1, 1);
/// Days on which changes happen: two years.
const SPAN: i32 = 730;

fn day(number: i32) -> Date {
    BEGIN.saturating_add(number.days())
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        2 => (0..SPAN, 1_i64..12, prop::option::of(1..300)).prop_map(|(on, days, lasts)| Happening::Credit { on, days, lasts }),
        4 => (0..SPAN, 0..9).prop_map(|(on, length)| Happening::Taken { on, length }),
        1 => (0..SPAN, 1_i64..5).prop_map(|(on, days)| Happening::Debit { on, days }),
    ]
}

fn happen(account: &mut Account, number: usize, what: &Happening) {
    let id = format!("h{number}");
    match *what {
        Happening::Credit { on, days: many, lasts } => {
            let credit = entry(&id, EntryKind::Grant, day(on), days(many));
            account.post_if_missing(&LedgerEntry { expires_on: lasts.map(|lasts| day(on + lasts)), ..credit });
        }
        Happening::Taken { on, length } => take(account, number as u128, day(on), day(on + length)),
        Happening::Debit { on, days: many } => {
            account.post_if_missing(&entry(&id, EntryKind::Encash, day(on), -days(many)))
        }
    }
}

fn some_rules() -> impl Strategy<Value = LeaveRules> {
    let start = prop_oneof![Just(PeriodStart::Month(1)), Just(PeriodStart::Month(7)), Just(PeriodStart::Anniversary)];
    let carry = prop::option::of((0_u16..12, prop::option::of(1_u8..=12)));
    let schedule =
        prop::sample::select(vec![AccrualSchedule::Yearly, AccrualSchedule::Quarterly, AccrualSchedule::Monthly]);
    let at = prop_oneof![Just(PostedAt::Start), Just(PostedAt::End)];
    (0_u16..40, start, carry, schedule, at, 0_u16..5).prop_map(
        |(entitlement, period_start, carry, schedule, posted_at, negative)| LeaveRules {
            period_start,
            accrual: AccrualRules { schedule, posted_at, round_to: RoundTo::HalfDay, worked_share: None },
            carry_over: carry.and_then(|(cap, months)| crate::fixtures::carry(cap, months)),
            negative_days: HalfDays(negative),
            ..annual(entitlement)
        },
    )
}

fn some_person() -> impl Strategy<Value = Person> {
    (0_i32..250, prop::option::weighted(0.2, 100..700)).prop_map(|(hired, gone)| {
        let hire_date = date(2024, 9, 1).saturating_add(hired.days());
        let termination_date = gone.map(|days: i32| hire_date.saturating_add(days.days()));
        Person { hire_date, termination_date, ..person() }
    })
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec(happening(), 0..8)
}

fn account_of(happenings: &[Happening]) -> Account {
    let mut account = Account::new("annual");
    happenings.iter().enumerate().for_each(|(number, what)| happen(&mut account, number, what));
    account
}

fn balances(policy_set: &PolicySet, person: &Person, account: &Account, from: Date, to: Date) -> Vec<(Date, Minutes)> {
    let projection = project_balance(policy_set, person, account, to);
    from.series(11.days()).take_while(|on| *on <= to).map(|on| (on, projection.balance_on(on))).collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn lines_add_up_to_the_balance_of_any_day(
        rules in some_rules(), person in some_person(), happenings in happenings(), settled in 0..SPAN, asked in 0..SPAN,
    ) {
        let policy_set = policy_set(rules);
        let mut account = account_of(&happenings);
        post_due(&policy_set, &person, &mut account, day(settled));
        let projection = project_balance(&policy_set, &person, &account, day(asked));
        let sum: Minutes = projection.lines.iter().map(|line| line.minutes).sum();
        prop_assert_eq!(sum, projection.balance_on(day(asked)));
        prop_assert!(projection.lines.iter().all(|line| line.on <= day(asked) && !line.why.to_string().is_empty()));
        // A longer projection has the same balances as one up to that day.
        prop_assert_eq!(project_balance(&policy_set, &person, &account, day(SPAN)).balance_on(day(asked)), sum);
        if asked <= settled {
            prop_assert_eq!(account.posted_minutes_until(day(asked)), sum);
            prop_assert!(projection.lines.iter().all(|line| line.posted));
        }
    }

    #[test]
    fn late_job_posts_the_same_entries_as_a_daily_one(
        rules in some_rules(), person in some_person(), happenings in happenings(),
        steps in prop::collection::vec(1_i32..70, 1..14),
    ) {
        let policy_set = policy_set(rules);
        let (mut ran, mut down) = (account_of(&happenings), account_of(&happenings));
        let mut today = 0;
        let mut posted = Vec::new();
        for step in steps {
            today += step;
            posted.extend(post_due(&policy_set, &person, &mut ran, day(today)));
        }
        let mut at_once = post_due(&policy_set, &person, &mut down, day(today));
        let key = |entry: &LedgerEntry| (entry.id.clone(), entry.on);
        posted.sort_by_key(key);
        at_once.sort_by_key(key);
        prop_assert_eq!(posted, at_once);
        prop_assert!(due_entries(&policy_set, &person, &down, day(today)).is_empty());
    }

    #[test]
    fn late_entries_lead_to_the_same_balance_as_timely_ones(
        rules in some_rules(), person in some_person(), happenings in happenings(), late in happenings(),
        settled in 0..SPAN, returned in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let policy_set = policy_set(rules);
        let mut account = account_of(&happenings);
        post_due(&policy_set, &person, &mut account, day(settled));
        for (number, what) in late.iter().enumerate() {
            happen(&mut account, 100 + number, what);
        }
        let mut known: Vec<_> = happenings.iter().enumerate().chain(late.iter().enumerate().map(|(n, what)| (n + 100, what))).collect();
        let taken: Vec<_> = known.iter().filter_map(|(n, what)| match what {
            Happening::Taken { on, length } => Some((*n, *on, *length)),
            _ => None,
        }).collect();
        if let Some(index) = returned.filter(|_| !taken.is_empty()) {
            let (number, on, length) = taken[index.index(taken.len())];
            release(&mut account, number as u128, day(on), day(on + length));
            known.retain(|(n, _)| *n != number);
        }
        post_due(&policy_set, &person, &mut account, day(SPAN));
        prop_assert!(due_entries(&policy_set, &person, &account, day(SPAN)).is_empty());
        let mut fresh = Account::new("annual");
        known.iter().for_each(|(number, what)| happen(&mut fresh, *number, what));
        prop_assert_eq!(
            balances(&policy_set, &person, &account, BEGIN, day(SPAN)),
            balances(&policy_set, &person, &fresh, BEGIN, day(SPAN))
        );
    }

    #[test]
    fn folding_history_changes_no_later_balance_or_due_entry(
        rules in some_rules(), person in some_person(), happenings in happenings(), later in happenings(),
        settled in 0..SPAN, back in 0_i32..400,
    ) {
        let policy_set = policy_set(rules);
        let mut whole = account_of(&happenings);
        post_due(&policy_set, &person, &mut whole, day(settled));
        let close = day(settled - back);
        let mut folded = whole.fold_before(close);
        for account in [&mut whole, &mut folded] {
            for (number, what) in later.iter().enumerate() {
                let after = match what {
                    Happening::Credit { on, .. } | Happening::Taken { on, .. } | Happening::Debit { on, .. } => day(*on) >= close,
                };
                if after {
                    happen(account, 100 + number, what);
                }
            }
        }
        let end = day(SPAN + 200);
        if close <= end {
            prop_assert_eq!(balances(&policy_set, &person, &whole, close, end), balances(&policy_set, &person, &folded, close, end));
        }
        let ids = |account: &Account| due_entries(&policy_set, &person, account, end).into_iter().map(|line| (line.entry_id, line.on, line.minutes)).collect::<Vec<_>>();
        prop_assert_eq!(ids(&whole), ids(&folded));
    }

    #[test]
    fn available_leave_can_be_taken_exactly(
        rules in some_rules(), person in some_person(), happenings in happenings(), settled in 0..SPAN, on in 0..SPAN,
    ) {
        let floor = rules.lowest_allowed_balance(person.contract.day_minutes);
        let policy_set = policy_set(rules);
        let mut account = account_of(&happenings);
        post_due(&policy_set, &person, &mut account, day(settled));
        let most = available_minutes(&policy_set, &person, &account, day(on), floor);
        let falls_below = |minutes: i64| {
            let mut taken = account.clone();
            if minutes > 0 {
                taken.post_if_missing(&of_leave("hold", EntryKind::Hold, leave(1000), (day(on), day(on)), -minutes));
            }
            project_balance(&policy_set, &person, &taken, day(SPAN + 400)).lowest_balance_from(day(on)).1 < floor
        };
        prop_assert_eq!(falls_below(0), most < Minutes::ZERO);
        if most >= Minutes::ZERO {
            prop_assert!(!falls_below(most.0), "{most} on {}", day(on));
            prop_assert!(falls_below(most.0 + 1), "{most} on {}", day(on));
        }
    }

    #[test]
    fn admitted_requests_never_push_a_day_below_the_floor(
        rules in some_rules(), happenings in prop::collection::vec(happening(), 0..3),
        asked in prop::collection::vec((0..SPAN, 0_i32..25), 1..8), today in 0..SPAN, closed in any::<bool>(), gone in prop::option::weighted(0.2, 0..SPAN),
    ) {
        let person = Person { hire_date: date(2025, 1, 1), termination_date: gone.map(day), ..person() };
        let floor = rules.lowest_allowed_balance(person.contract.day_minutes);
        let rules = LeaveRules { backdate_days: 3000, ..rules };
        let policy_set = policy_set(rules);
        let credits: Vec<_> = happenings.into_iter().filter(|what| matches!(what, Happening::Credit { .. })).collect();
        let mut account = account_of(&credits);
        post_due(&policy_set, &person, &mut account, day(today));
        if closed {
            account = account.fold_before(BEGIN);
        }
        let end = day(SPAN + 400);
        let lowest = |account: &Account| project_balance(&policy_set, &person, account, end).lowest_balance_from(BEGIN).1;
        let before = lowest(&account);
        for (number, (on, length)) in asked.into_iter().enumerate() {
            let (first, last) = (day(on), day(on + length));
            let ask = ProposedLeave { leave_id: None, leave_type: "annual", first, last, portions: Portion::Full.into(), returned: &[], attachment: false, today: first };
            let said = evaluate_leave(&expected_work(&policy_set, &person), &account, &[], &ask).unwrap();
            if said.is_allowed() {
                let id = leave(1000 + number as u128);
                for run in said.count.day_ranges() {
                    let name = format!("hold#{}", run.from);
                    account.post_if_missing(&of_leave(&name, EntryKind::Hold, id, (run.from, run.to), -run.minutes.0));
                }
                prop_assert!(lowest(&account) >= floor.min(before), "{} after {first} to {last}", lowest(&account));
            }
        }
    }
}
