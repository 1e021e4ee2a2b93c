//! Duration and recount: rules 1 and 2 (docs/rules.md).

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use kernel::Minutes;
use policy::{
    Half, Holiday, LeaveAmount, PolicySet, Portion,
    leave::{DayRange, OtherSlots, Portions, Sandwich, count_leave, day_ranges},
};
use proptest::prelude::*;

use crate::fixtures::{DAY, calendar, cases, count_by, days, expected_work, holiday, person, recount_by};

const MONDAY: Date = date(2026, 11, 2);
const WEDNESDAY: Date = date(2026, 11, 4);
const FRIDAY: Date = date(2026, 11, 6);

/// Minutes of Monday to Friday with a holiday on Wednesday and a half day on `half`, requested day by day.
fn week_with_half_day(half: Date) -> Minutes {
    let calendar = calendar(vec![holiday("Wednesday", WEDNESDAY)]);
    let week = MONDAY.series(1.day()).take_while(|day| *day <= FRIDAY);
    week.map(|day| {
        let portion = if day == half { Portion::Half(Half::Am) } else { Portion::Full };
        count_by(&calendar, (day, day), portion, DAY, Sandwich::None).total_minutes()
    })
    .sum()
}

#[test]
fn week_with_half_day_on_its_holiday_counts_four_days() {
    assert_eq!(week_with_half_day(WEDNESDAY), days(4));
}

#[test]
fn week_with_holiday_and_half_day_counts_3_5() {
    assert_eq!(week_with_half_day(MONDAY), Minutes(3 * 480 + 240));
}

#[test]
fn half_day_on_a_holiday_counts_zero_with_reason() {
    let calendar = calendar(vec![holiday("Wednesday", WEDNESDAY)]);
    let counted = count_by(&calendar, (WEDNESDAY, WEDNESDAY), Portion::Half(Half::Pm), DAY, Sandwich::None);
    assert_eq!(counted.total_minutes(), Minutes::ZERO);
    assert_eq!(counted.days[0].why.as_deref(), Some("holiday: Wednesday"));
}

#[test]
fn half_first_and_half_last_day_are_part_of_one_request() {
    let (policies, person) = (PolicySet::new(vec![], vec![calendar(vec![])]), person());
    let work = expected_work(&policies, &person);
    let portions = Portions { first: Portion::Half(Half::Pm), last: Portion::Half(Half::Am) };
    let count = count_leave(&work, (MONDAY, WEDNESDAY), portions, Sandwich::None, OtherSlots::default());
    let days: Vec<_> = count.days.iter().map(|day| (day.portion, day.minutes.0)).collect();
    assert_eq!(days, [(portions.first, 240), (Portion::Full, 480), (portions.last, 240)]);
}

#[test]
fn days_off_count_only_by_the_sandwich_rule() {
    let calendar = calendar(vec![holiday("Friday", FRIDAY)]);
    let dates = (date(2026, 11, 5), date(2026, 11, 9));
    let plain = count_by(&calendar, dates, Portion::Full, DAY, Sandwich::None);
    assert_eq!(plain.total_minutes(), days(2));
    let why: Vec<_> = plain.days.iter().map(|day| day.why.as_deref().unwrap_or("-")).collect();
    assert_eq!(why, ["-", "holiday: Friday", "rest_day", "rest_day", "-"]);
    let sandwich = count_by(&calendar, dates, Portion::Full, DAY, Sandwich::Inside);
    assert_eq!(sandwich.total_minutes(), days(5));
    assert_eq!(sandwich.days[2].why.as_deref(), Some("sandwich"));
    let edges = count_by(&calendar, (date(2026, 11, 6), date(2026, 11, 10)), Portion::Full, DAY, Sandwich::Inside);
    assert_eq!(edges.total_minutes(), days(2), "days off at the edge do not count");
}

#[test]
fn request_across_new_year_counts_both_years() {
    let closure = Holiday { to: Some(date(2027, 1, 1)), yearly: true, ..holiday("Closure", date(2026, 12, 24)) };
    let counted =
        count_by(&calendar(vec![closure]), (date(2026, 12, 21), date(2027, 1, 5)), Portion::Full, DAY, Sandwich::None);
    assert_eq!(counted.total_minutes(), days(5), "21 to 23 December, 4 and 5 January");
    assert_eq!(counted.days.len(), 16);
}

#[test]
fn day_ranges_join_consecutive_days_with_equal_minutes() {
    let counted =
        count_by(&calendar(vec![]), (date(2026, 11, 5), date(2026, 11, 9)), Portion::Full, DAY, Sandwich::None);
    let run = |from, to| DayRange { from, to, minutes: DAY };
    assert_eq!(counted.day_ranges(), [run(date(2026, 11, 5), FRIDAY), run(date(2026, 11, 9), date(2026, 11, 9))]);
    let thursday_to_saturday = run(date(2026, 11, 5), date(2026, 11, 7));
    assert_eq!(thursday_to_saturday.minutes_until(date(2026, 11, 4)), Minutes(0));
    assert_eq!(thursday_to_saturday.minutes_until(FRIDAY), days(2));
    assert_eq!(thursday_to_saturday.minutes_until(date(2030, 1, 1)), days(3));
}

#[test]
fn amounts_show_days_with_three_decimals() {
    for (minutes, day, days) in [
        (2880, 480, 6.0),
        (240, 480, 0.5),
        (1, 480, 0.002),
        (1, 5000, 0.0),
        (160, 480, 0.333),
        (320, 480, 0.667),
        (-240, 480, -0.5),
        (455, 455, 1.0),
        (3, 400, 0.008),
    ] {
        let shown = LeaveAmount::from_minutes(Minutes(minutes), Minutes(day));
        assert_eq!(serde_json::to_value(shown).unwrap(), serde_json::json!({"minutes": minutes, "days": days}));
    }
}

#[test]
fn recount_returns_the_difference_and_keeps_history() {
    let old = calendar(vec![]);
    let frozen = count_by(&old, (MONDAY, FRIDAY), Portion::Full, DAY, Sandwich::None);
    let mut new = calendar(vec![holiday("Monday", MONDAY), holiday("Friday", FRIDAY)]);
    new.version = 2;
    let (counted, changed) = recount_by(&new, &frozen, DAY, Sandwich::None, WEDNESDAY);
    assert_eq!(changed, [(FRIDAY, -DAY)]);
    assert_eq!(counted.total_minutes(), days(4), "Monday is history");
    assert_eq!((counted.calendar_version, frozen.calendar_version), (2, 1));
    let (_, none) = recount_by(&new, &counted, DAY, Sandwich::None, WEDNESDAY);
    assert!(none.is_empty());
}

fn some_holidays() -> impl Strategy<Value = Vec<Holiday>> {
    let half = prop_oneof![3 => Just(None), 1 => Just(Some(Half::Am)), 1 => Just(Some(Half::Pm))];
    let one = (0_i32..40, 0_i32..4, half).prop_map(|(from, length, half)| {
        let from = MONDAY.saturating_add(from.days());
        Holiday { to: Some(from.saturating_add(length.days())), half, ..holiday("Some", from) }
    });
    prop::collection::vec(one, 0..6)
}

fn sandwich() -> impl Strategy<Value = Sandwich> {
    prop_oneof![Just(Sandwich::None), Just(Sandwich::Inside)]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn recount_changes_no_earlier_day_and_differences_add_up(
        before in some_holidays(), after in some_holidays(), rule in sandwich(),
        first in 0_i32..20, length in 0_i32..20, from in 0_i32..45, day in 1_i64..700,
    ) {
        let first = MONDAY.saturating_add(first.days());
        let last = first.saturating_add(length.days());
        let from = MONDAY.saturating_add(from.days());
        let frozen = count_by(&calendar(before), (first, last), Portion::Full, Minutes(day), rule);
        let (counted, changed) = recount_by(&calendar(after), &frozen, Minutes(day), rule, from);
        prop_assert_eq!(counted.days.len(), frozen.days.len());
        for (new, old) in counted.days.iter().zip(&frozen.days).filter(|(_, old)| old.date < from) {
            prop_assert_eq!(new, old);
        }
        prop_assert!(changed.iter().all(|(date, _)| *date >= from));
        let difference: Minutes = changed.iter().map(|(_, minutes)| *minutes).sum();
        prop_assert_eq!(counted.total_minutes(), frozen.total_minutes() + difference);
    }

    #[test]
    fn day_ranges_contain_exactly_their_days(minutes in prop::collection::vec(prop_oneof![Just(0), Just(240), Just(480)], 0..40)) {
        let dates = MONDAY.series(1.day()).zip(minutes.iter().copied().map(Minutes));
        let runs = day_ranges(dates.clone());
        let until = |on| runs.iter().map(|run| run.minutes_until(on)).sum::<Minutes>();
        let mut sum = Minutes::ZERO;
        for (date, minutes) in dates {
            sum = sum + minutes;
            prop_assert_eq!(until(date), sum);
        }
        let back: Vec<_> = runs.iter().flat_map(|run| run.dates().map(|date| (date, run.minutes))).collect();
        prop_assert!(back.windows(2).all(|pair| pair[0].0 < pair[1].0));
        prop_assert!(back.iter().all(|(_, minutes)| *minutes != Minutes::ZERO));
    }

    #[test]
    fn request_counts_the_sum_of_its_days(holidays in some_holidays(), first in 0_i32..20, length in 0_i32..20) {
        let calendar = calendar(holidays);
        let first = MONDAY.saturating_add(first.days());
        let last = first.saturating_add(length.days());
        let whole = count_by(&calendar, (first, last), Portion::Full, DAY, Sandwich::None).total_minutes();
        let each = first.series(1.day()).take_while(|day| *day <= last);
        let sum: Minutes = each.map(|day| count_by(&calendar, (day, day), Portion::Full, DAY, Sandwich::None).total_minutes()).sum();
        prop_assert_eq!(whole, sum);
    }
}
