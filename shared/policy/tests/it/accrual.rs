//! Accrual: rule 6 (docs/rules.md).

use directory::{ContractTerms, Person};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    HundredthDays, PolicyRef,
    leave::{
        AccrualRules, AccrualSchedule, LeaveRules, LeaveYear, PeriodStart, PostedAt, RoundTo, instalments, leave_years,
    },
};
use proptest::prelude::*;

use crate::fixtures::{DAY, annual, cases, person};

const BY: PolicyRef = PolicyRef { policy_id: kernel::PolicyId::new(uuid::Uuid::from_u128(1)), policy_version: 1 };

fn rules(half_days: u16, schedule: AccrualSchedule, round_to: RoundTo) -> LeaveRules {
    LeaveRules {
        accrual: AccrualRules { schedule, posted_at: PostedAt::Start, round_to, worked_share: None },
        ..annual(half_days)
    }
}

fn year(year: i16) -> LeaveYear {
    LeaveYear { from: date(year, 1, 1), to: date(year, 12, 31) }
}

fn minutes(rules: &LeaveRules, person: &Person, period: LeaveYear) -> Vec<i64> {
    instalments(rules, BY, person, period).into_iter().map(|instalment| instalment.minutes.0).collect()
}

#[test]
fn monthly_instalments_sum_exactly_to_the_entitlement() {
    for entitlement in [30, 19, 15] {
        let entries =
            minutes(&rules(entitlement * 2, AccrualSchedule::Monthly, RoundTo::Minute), &person(), year(2026));
        assert_eq!(entries.len(), 12);
        assert_eq!(entries.iter().sum::<i64>(), i64::from(entitlement) * 480);
    }
    let halves = minutes(&rules(19 * 2, AccrualSchedule::Monthly, RoundTo::HalfDay), &person(), year(2026));
    assert_eq!(halves, [720, 720, 720, 720, 720, 960, 720, 720, 720, 720, 720, 960]);
    let whole = minutes(&rules(30 * 2, AccrualSchedule::Monthly, RoundTo::Day), &person(), year(2026));
    assert_eq!(whole, [960, 1440, 960, 1440, 960, 1440, 960, 1440, 960, 1440, 960, 1440]);
}

#[test]
fn all_schedules_and_roundings_sum_to_the_entitlement() {
    for entitlement in 1..=60_u16 {
        for schedule in AccrualSchedule::BY_CALENDAR {
            for round_to in [RoundTo::Minute, RoundTo::HalfDay, RoundTo::Day] {
                for period_start in [PeriodStart::Month(1), PeriodStart::Month(4), PeriodStart::Anniversary] {
                    sums_in_every_year(&LeaveRules { period_start, ..rules(entitlement, schedule, round_to) });
                }
            }
        }
    }
}

/// Checks the years 2023 to 2026, which include a leap year.
fn sums_in_every_year(rules: &LeaveRules) {
    let joiner = Person { hire_date: date(2020, 2, 29), ..person() };
    let HundredthDays(entitlement) = rules.entitlement_days.unwrap();
    let all = i64::from(entitlement) * 480 / 100;
    let all = if rules.accrual.round_to == RoundTo::Day { (all + 240) / 480 * 480 } else { all };
    for period in leave_years(rules, joiner.hire_date, date(2023, 1, 1), date(2026, 12, 31)) {
        let each = minutes(rules, &joiner, period);
        assert_eq!(each.iter().sum::<i64>(), all, "{period:?} {:?}", rules.accrual);
        assert!(each.iter().all(|minutes| *minutes > 0), "{each:?}");
        assert!(each.len() <= usize::from(rules.accrual.schedule.instalment_count()));
    }
}

#[test]
fn instalment_has_id_date_and_inputs() {
    let rules = rules(60, AccrualSchedule::SemiMonthly, RoundTo::Minute);
    let all = instalments(&rules, BY, &person(), year(2026));
    let days: Vec<_> = all.iter().take(4).map(|one| one.on.to_string()).collect();
    assert_eq!(days, ["2026-01-01", "2026-01-16", "2026-02-01", "2026-02-16"]);
    assert_eq!((all[2].id.as_str(), all[2].number, all[2].count), ("accrual#2026-01-01#3of24", 3, 24));
    assert_eq!(all[2].inputs.interval_to.to_string(), "2026-02-15");
    let end = LeaveRules { accrual: AccrualRules { posted_at: PostedAt::End, ..rules.accrual }, ..rules };
    let days: Vec<_> =
        instalments(&end, BY, &person(), year(2026)).iter().take(4).map(|one| one.on.to_string()).collect();
    assert_eq!(days, ["2026-01-15", "2026-01-31", "2026-02-15", "2026-02-28"]);
}

#[test]
fn joiners_and_leavers_are_prorated_by_calendar_days() {
    let monthly = rules(60, AccrualSchedule::Monthly, RoundTo::Minute);
    let joiner = Person { hire_date: date(2026, 6, 16), ..person() };
    let entries = instalments(&monthly, BY, &joiner, year(2026));
    assert_eq!((entries[0].on, entries[0].minutes), (date(2026, 6, 16), Minutes(600)), "15 of 30 days of 1200 minutes");
    assert_eq!(entries.iter().map(|one| one.minutes.0).sum::<i64>(), 600 + 6 * 1200);
    let leaver = Person { termination_date: Some(date(2026, 2, 14)), ..person() };
    assert_eq!(minutes(&monthly, &leaver, year(2026)), [1200, 600]);
    let upfront = rules(60, AccrualSchedule::Yearly, RoundTo::HalfDay);
    let joiner = Person { hire_date: date(2026, 7, 2), ..person() };
    assert_eq!(minutes(&upfront, &joiner, year(2026)), [15 * 480], "183 of 365 days of 30 are 15.04 days");
    assert!(minutes(&upfront, &joiner, year(2025)).is_empty());
    let gone = Person { termination_date: Some(date(2025, 12, 31)), ..person() };
    assert!(minutes(&upfront, &gone, year(2026)).is_empty());
}

#[test]
fn part_time_share_is_applied_before_rounding() {
    let contract = ContractTerms { fte_bp: 5_000, ..person().contract };
    let half = Person { contract, ..person() };
    let rules = LeaveRules { prorate_by_fte: true, ..rules(25 * 2, AccrualSchedule::Monthly, RoundTo::HalfDay) };
    assert_eq!(minutes(&rules, &half, year(2026)).iter().sum::<i64>(), 12 * 480 + 240);
    let whole = LeaveRules { prorate_by_fte: false, ..rules };
    assert_eq!(minutes(&whole, &half, year(2026)).iter().sum::<i64>(), 25 * 480);
}

#[test]
fn part_timer_with_shorter_days_is_prorated_once() {
    let rules = LeaveRules { prorate_by_fte: true, ..rules(24 * 2, AccrualSchedule::Monthly, RoundTo::Minute) };
    let earned = |rules: &LeaveRules, day: i64| {
        let contract = ContractTerms { fte_bp: 5_000, day_minutes: Minutes(day), ..person().contract };
        minutes(rules, &Person { contract, ..person() }, year(2026)).iter().sum::<i64>()
    };
    assert_eq!(earned(&rules, 240), 5_760, "24 days of four hours");
    assert_eq!(earned(&rules, 480), 5_760, "12 days of eight hours");
    assert_eq!(earned(&LeaveRules { full_day_minutes: Some(Minutes(420)), ..rules.clone() }, 210), 5_040);
    assert_eq!(earned(&LeaveRules { prorate_by_fte: false, ..rules }, 240), 5_760, "24 days of the own standard day");
}

#[test]
fn entitlement_has_two_decimals() {
    let mut rules = rules(0, AccrualSchedule::Yearly, RoundTo::Minute);
    rules.entitlement_days = Some(serde_json::from_str("20.83").unwrap());
    assert_eq!(rules.entitlement_days, Some(HundredthDays(2083)));
    assert_eq!(minutes(&rules, &person(), year(2026)), [9_998], "20.83 days are 9998.4 minutes");
    assert_eq!(serde_json::to_string(&rules.entitlement_days).unwrap(), "20.83");
    for (text, hundredths) in [("25.5", 2550), ("30", 3000), ("0.05", 5), ("\"20.83\"", 2083), ("366", 36_600)] {
        assert_eq!(serde_json::from_str::<HundredthDays>(text).unwrap(), HundredthDays(hundredths));
    }
    for text in ["20.835", "366.01", "-1", "\"30\"", "null"] {
        assert!(serde_json::from_str::<HundredthDays>(text).is_err(), "{text}");
    }
}

#[test]
fn weekly_and_biweekly_instalments_count_from_the_first_day_of_the_leave_year() {
    for (schedule, count, each) in [(AccrualSchedule::Weekly, 53, 276), (AccrualSchedule::Biweekly, 27, 552)] {
        let rules = rules(60, schedule, RoundTo::Minute);
        let all = instalments(&rules, BY, &person(), year(2026));
        let last = all.last().unwrap();
        assert_eq!((all.len(), last.on, last.inputs.interval_days), (count, date(2026, 12, 31), 1));
        assert_eq!(all[0].minutes, Minutes(each), "{schedule:?}: 30 days x 7 or 14 / 365");
        assert_eq!(all[1].on, date(2026, 1, 1).saturating_add(all[0].inputs.interval_days.days()));
        assert_eq!(all.iter().map(|one| one.minutes.0).sum::<i64>(), 30 * 480);
        assert_eq!(last.id, format!("accrual#2026-01-01#{count}of{count}"));
    }
}

#[test]
fn unlimited_leave_has_no_instalments() {
    assert!(minutes(&LeaveRules { entitlement_days: None, ..annual(0) }, &person(), year(2026)).is_empty());
    assert!(minutes(&annual(0), &person(), year(2026)).is_empty());
}

#[test]
fn leave_years_are_contiguous() {
    let with = |period_start| LeaveRules { period_start, ..annual(60) };
    let april = leave_years(&with(PeriodStart::Month(4)), date(2020, 1, 1), date(2026, 3, 31), date(2026, 4, 1));
    let shown: Vec<_> = april.iter().map(|period| format!("{} {}", period.from, period.to)).collect();
    assert_eq!(shown, ["2025-04-01 2026-03-31", "2026-04-01 2027-03-31"]);
    let leap = leave_years(&with(PeriodStart::Anniversary), date(2024, 2, 29), date(2024, 3, 1), date(2028, 3, 1));
    let firsts: Vec<_> = leap.iter().map(|period| period.from.to_string()).collect();
    assert_eq!(firsts, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
    assert!(leap.windows(2).all(|pair| pair[0].to.tomorrow().unwrap() == pair[1].from));
}

fn schedule() -> impl Strategy<Value = AccrualSchedule> {
    prop::sample::select(AccrualSchedule::BY_CALENDAR.to_vec())
}

fn rounding() -> impl Strategy<Value = RoundTo> {
    prop_oneof![Just(RoundTo::Minute), Just(RoundTo::HalfDay), Just(RoundTo::Day)]
}

fn start() -> impl Strategy<Value = PeriodStart> {
    prop_oneof![(1_u8..=12).prop_map(PeriodStart::Month), Just(PeriodStart::Anniversary)]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn partial_years_stay_between_zero_and_the_entitlement(
        entitlement in 1_u16..=60, schedule in schedule(), round_to in rounding(), period_start in start(),
        hired in 0_i32..1500, stays in 0_i32..1500, day in 1_i64..=720, fte in 1_u16..=10_000,
    ) {
        let hire_date = date(2022, 1, 1).saturating_add(hired.days());
        let last = hire_date.saturating_add(stays.days());
        let termination_date = Some(last);
        let contract = ContractTerms { day_minutes: Minutes(day), fte_bp: fte, ..person().contract };
        let joiner = Person { hire_date, termination_date, contract, ..person() };
        let full_day_minutes = Some(Minutes(day));
        let rules = LeaveRules { period_start, prorate_by_fte: true, full_day_minutes, ..rules(entitlement, schedule, round_to) };
        let unit = match round_to { RoundTo::Minute => 1, RoundTo::HalfDay => (day + 1) / 2, RoundTo::Day => day };
        let whole = i64::from(entitlement) * day * i64::from(fte) / 20_000 + unit;
        for period in leave_years(&rules, hire_date, hire_date, last) {
            let parts = instalments(&rules, BY, &joiner, period);
            prop_assert!(parts.iter().all(|part| part.minutes > Minutes::ZERO));
            prop_assert!(parts.iter().all(|part| hire_date <= part.on && Some(part.on) <= termination_date));
            prop_assert!(parts.windows(2).all(|pair| pair[0].on < pair[1].on));
            prop_assert!(parts.iter().map(|part| part.minutes.0).sum::<i64>() <= whole);
        }
    }

    #[test]
    fn full_year_earns_the_full_entitlement(
        entitlement in 1_u16..=60, schedule in schedule(), period_start in start(), day in 1_i64..=720, hired in 0_i32..1500,
    ) {
        let hire_date = date(2020, 1, 1).saturating_add(hired.days());
        let contract = ContractTerms { day_minutes: Minutes(day), ..person().contract };
        let joiner = Person { hire_date, contract, ..person() };
        let rules = LeaveRules { period_start, ..rules(entitlement, schedule, RoundTo::Minute) };
        // Half a minute is rounded up.
        let all = (i64::from(entitlement) * day + 1).div_euclid(2);
        for period in leave_years(&rules, hire_date, date(2024, 1, 1), date(2026, 12, 31)).iter().filter(|p| p.from >= hire_date) {
            prop_assert_eq!(minutes(&rules, &joiner, *period).iter().sum::<i64>(), all);
        }
    }

    #[test]
    fn leaver_and_successor_together_earn_one_entitlement(
        schedule in schedule(), period_start in (1_u8..=12).prop_map(PeriodStart::Month), split in 0_i32..364,
    ) {
        // A leaver and a successor who joins on the next day together earn one entitlement, apart from rounding.
        let rules = LeaveRules { period_start, ..rules(60, schedule, RoundTo::Minute) };
        let period = leave_years(&rules, date(2020, 1, 1), date(2026, 6, 1), date(2026, 6, 1))[0];
        let last: Date = period.from.saturating_add(split.days());
        let leaver = Person { termination_date: Some(last), ..person() };
        let joiner = Person { hire_date: last.tomorrow().unwrap(), ..person() };
        let sum: i64 = minutes(&rules, &leaver, period).iter().chain(&minutes(&rules, &joiner, period)).sum();
        prop_assert!((sum - 30 * DAY.0).abs() <= 1, "{sum}");
    }
}
