//! Properties of any plan and any day of punches.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{CorrectionId, Minutes};
use policy::{
    Half, OvertimeRules, Portion,
    attendance::{
        ChangedInput, DayLeave, DayStatus, DerivedDay, Exception, Plan, Punch, PunchKind, WeekToDate, changed_inputs,
    },
    working_time::{AttendanceRules, Rounding},
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    attendance_fixtures::{Day, PersonFixture, at, attendance, by_night, punch},
    fixtures::{cases, holiday, leave},
};

const ZONES: [&str; 5] =
    ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Auckland"];

/// Date around the clock changes of 2026.
fn date() -> impl Strategy<Value = Date> {
    (prop::sample::select(vec![(3, 5), (3, 26), (4, 2), (10, 1), (10, 22), (10, 29), (12, 29)]), 0_i64..6)
        .prop_map(|((month, day), days)| Date::constant(2026, month, day).checked_add(days.days()).unwrap())
}

/// Shifts of one day that do not overlap.
fn shifts() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "",
        "early",
        "day",
        "late",
        "night",
        "evening",
        "morning kitchen",
        "early late",
        "early night",
    ])
}

fn fixture() -> impl Strategy<Value = PersonFixture> {
    let rules = (0_i64..=720, 0_i64..=720, 0_i64..=15, any::<bool>()).prop_map(|(before, after, grace, default)| {
        let minutes = Minutes;
        AttendanceRules {
            window_before_minutes: minutes(before),
            window_after_minutes: minutes(after),
            grace_in_minutes: minutes(grace),
            grace_out_minutes: minutes(grace),
            default_shift: default.then(|| "day".to_owned()),
            ..attendance()
        }
    });
    let rounding = prop::sample::select(vec![Rounding::None, Rounding::Nearest, Rounding::Down, Rounding::Up]);
    let roster = (date(), prop::collection::vec(shifts(), 1..9));
    let free = (date(), date(), prop::sample::select(vec![None, Some(Half::Am), Some(Half::Pm)]));
    let caps = (0_i64..60, 60_i64..600, any::<bool>());
    (rules, rounding, 1_i64..=30, prop::option::of(roster), free, caps, prop::sample::select(ZONES.to_vec())).prop_map(
        |(rules, rounding, step, roster, (full, half_on, half), (block, cap, rated), zone)| {
            let rules = AttendanceRules { rounding, rounding_step_minutes: Minutes(step), ..rules };
            let overtime =
                OvertimeRules { minimum_block_minutes: Minutes(block), daily_cap_minutes: Minutes(cap), ..by_night() };
            let fixture =
                PersonFixture { overtime: rated.then_some(overtime), ..PersonFixture::new(rules).in_zone(zone) };
            let halves = half.map(|half| policy::Holiday { half: Some(half), ..holiday("Half", half_on) });
            let fixture = fixture.with_holidays(halves.into_iter().chain([holiday("Full", full)]).collect());
            match roster {
                Some((starts_on, cycle)) => fixture.rostered(starts_on, &cycle),
                None => fixture,
            }
        },
    )
}

/// Punches: second of the day, kind, and whether it is voided.
type RawPunches = Vec<(i64, PunchKind, bool)>;

fn raw() -> impl Strategy<Value = RawPunches> {
    use PunchKind::{BreakEnd, BreakStart, CheckIn, CheckOut};
    let any_kind = prop::sample::select(vec![CheckIn, CheckOut, BreakStart, BreakEnd]);
    let wild = prop::collection::vec((-3_600_i64..108_000, any_kind, prop::bool::weighted(0.1)), 0..9);
    let orderly =
        (prop::collection::btree_set(-3_600_i64..108_000, 2..8), any::<bool>()).prop_map(|(instants, rests)| {
            let kinds = if rests { vec![CheckIn, BreakStart, BreakEnd, CheckOut] } else { vec![CheckIn, CheckOut] };
            let whole = instants.len() / kinds.len() * kinds.len();
            let kinds = kinds.into_iter().cycle();
            instants.into_iter().take(whole).zip(kinds).map(|(at, kind)| (at, kind, false)).collect()
        });
    prop_oneof![wild, orderly]
}

fn leaves() -> impl Strategy<Value = Vec<DayLeave>> {
    let hours = (0_i8..23, 1_i8..6).prop_map(|(from, hours)| Portion::Hours(at(from, 0), at((from + hours) % 24, 0)));
    let half = prop::sample::select(vec![Portion::Half(Half::Am), Portion::Half(Half::Pm), Portion::Full]);
    let one = (prop_oneof![hours, half], 0_i64..=480, any::<bool>()).prop_map(|(portion, minutes, active)| {
        let (leave_id, leave_type) = (leave(1), "annual".to_owned());
        DayLeave { leave_id, leave_type, portion, minutes: Minutes(minutes), active, version: 1 }
    });
    prop::collection::vec(one, 0..3).prop_map(|leaves| {
        let numbered = leaves.into_iter().zip(1_u128..);
        numbered.map(|(one, number)| DayLeave { leave_id: leave(number), ..one }).collect()
    })
}

fn begins(fixture: &PersonFixture, on: Date) -> Timestamp {
    on.to_zoned(TimeZone::get(&fixture.person.time_zone).unwrap()).unwrap().timestamp()
}

fn punches(fixture: &PersonFixture, on: Date, raw: &RawPunches) -> Vec<Punch> {
    let begins = begins(fixture, on);
    let made = raw.iter().zip(1_u128..).map(|((seconds, kind, voided), number)| {
        let made = punch(number, *kind, begins.checked_add(seconds.seconds()).unwrap(), &fixture.person.time_zone);
        Punch { voided_by: voided.then(|| CorrectionId::new(Uuid::from_u128(number))), ..made }
    });
    made.collect()
}

fn check_consistency(plan: &Plan, derived: &DerivedDay, day: &Day<'_>) -> Result<(), TestCaseError> {
    let outcome = &derived.outcome;
    let sum = |overtime: Option<bool>| -> Minutes {
        let pieces = outcome.pieces.iter().filter(|one| overtime.is_none_or(|asked| one.overtime == asked));
        pieces.map(|piece| piece.minutes).sum()
    };
    prop_assert_eq!(sum(None), outcome.worked_minutes, "pieces add up");
    prop_assert_eq!(sum(Some(true)), outcome.overtime.minutes);
    prop_assert!(outcome.pieces.iter().all(|piece| piece.minutes > Minutes::ZERO));
    prop_assert!(outcome.overtime.not_counted_minutes >= Minutes::ZERO);
    prop_assert!(outcome.worked_seconds >= 0 && outcome.break_minutes >= Minutes::ZERO);
    let rules = day.fixture.rules.as_ref().unwrap();
    let off = (outcome.worked_minutes.0 * 60 - outcome.worked_seconds).abs();
    prop_assert!(off < rules.rounding_step_minutes.0.max(1) * 60, "rounded once");
    prop_assert!((Minutes::ZERO..=plan.expected_minutes).contains(&outcome.expected_minutes));
    prop_assert_eq!(outcome.missing_minutes, (outcome.expected_minutes - outcome.worked_minutes).max(Minutes::ZERO));
    prop_assert_eq!(outcome.late_minutes > Minutes::ZERO, derived.exceptions.contains(&Exception::Late));
    let shift_time: i64 = plan.shifts.iter().map(|span| span.to.duration_since(span.from).as_mins()).sum();
    for minutes in [outcome.late_minutes, outcome.early_minutes] {
        prop_assert!((0..=shift_time).contains(&minutes.0));
    }
    let counting = day.punches.iter().filter(|punch| punch.is_counted()).count();
    if counting == 0 {
        prop_assert_eq!(outcome.worked_seconds, 0);
        prop_assert!(!matches!(outcome.status, DayStatus::Present | DayStatus::HalfLeave | DayStatus::Incomplete));
    } else {
        prop_assert!(!matches!(outcome.status, DayStatus::Absent | DayStatus::Holiday | DayStatus::RestDay));
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn windows_never_overlap_and_contain_their_shifts(fixture in fixture(), first in date(), offset in 0_i64..864_000) {
        let days: Vec<Date> = (0..10).map(|days| first.checked_add(days.days()).unwrap()).collect();
        let plans: Vec<Plan> = fixture.ask(|planner| days.iter().map(|day| planner.plan(*day)).collect());
        for plan in &plans {
            prop_assert!(plan.opens_at <= plan.closes_at, "{:?}", plan);
        }
        let ends = |plan: &Plan| plan.shifts.iter().map(|span| span.to).max();
        for pair in plans.windows(2) {
            prop_assert!(pair[0].closes_at <= pair[1].opens_at, "{:?}", pair);
        }
        for (at, plan) in plans.iter().enumerate().skip(3).take(4) {
            let apart = plans[..at].iter().filter_map(ends).all(|end| plan.shifts.iter().all(|span| end <= span.from))
                && plans[at + 1..].iter().flat_map(|later| &later.shifts).all(|later| ends(plan).is_none_or(|end| end <= later.from));
            let holds = plan.shifts.iter().all(|span| plan.opens_at <= span.from && span.to <= plan.closes_at);
            prop_assert!(holds || !apart, "{:?}", plan);
        }
        let instant = begins(&fixture, first).checked_add(offset.seconds()).unwrap();
        let zone = TimeZone::get(&fixture.person.time_zone).unwrap();
        let holding: Vec<Date> =
            plans.iter().filter(|plan| (plan.opens_at..plan.closes_at).contains(&instant)).map(|plan| plan.date).collect();
        let standing = fixture.place(None, instant);
        prop_assert!(holding.len() <= 1);
        if standing.in_window {
            prop_assert!(holding.is_empty() || holding == [standing.date]);
        } else {
            prop_assert_eq!(standing.date, zone.to_datetime(instant).date());
        }
    }

    #[test]
    fn derived_figures_are_consistent_for_any_punches(
        fixture in fixture(), on in date(), raw in raw(), leaves in leaves(), week in 0_i64..3_000, turn in 0_usize..9,
    ) {
        let before = WeekToDate { week_worked_minutes: Minutes(week), week_overtime_minutes: Minutes(week / 5), ..WeekToDate::default() };
        let day = Day { fixture: &fixture, date: on, punches: punches(&fixture, on, &raw), leaves, before };
        let derived = day.derive();
        check_consistency(&fixture.plan(on), &derived, &day)?;
        prop_assert_eq!(&day.derive(), &derived, "the derivation is deterministic");
        let mut turned = day.clone();
        let by = turn.min(turned.punches.len());
        turned.punches.rotate_left(by);
        turned.leaves.reverse();
        prop_assert_eq!(&turned.derive(), &derived, "the order of punches does not matter");
    }

    #[test]
    fn voided_punch_changes_only_the_input_digest(
        fixture in fixture(), on in date(), raw in raw(), seconds in 0_i64..86_400,
    ) {
        let day = Day { fixture: &fixture, date: on, punches: punches(&fixture, on, &raw), leaves: vec![], before: WeekToDate::default() };
        let instant = begins(&fixture, on).checked_add(seconds.seconds()).unwrap();
        let voided = punch(99, PunchKind::CheckIn, instant, &fixture.person.time_zone);
        let mut more = day.clone();
        more.punches.push(Punch { voided_by: Some(CorrectionId::new(Uuid::from_u128(1))), ..voided });
        let (before, after) = (day.derive(), more.derive());
        prop_assert_eq!(changed_inputs(&before.inputs, &after.inputs), [ChangedInput::Punches]);
        prop_assert_eq!(DerivedDay { inputs: before.inputs.clone(), ..after }, before);
    }

    #[test]
    fn later_check_in_is_never_less_late(fixture in fixture(), on in date(), first in 0_i64..86_400, later in 0_i64..3_600) {
        let late = |seconds: i64| {
            let instant = begins(&fixture, on).checked_add(seconds.seconds()).unwrap();
            let day = Day { fixture: &fixture, date: on, punches: vec![], leaves: vec![], before: WeekToDate::default() };
            day.ask(|inputs| policy::attendance::late_minutes_of_check_in(inputs, instant))
        };
        let plan = fixture.plan(on);
        let same_shift = plan.shifts.iter().any(|span| {
            let end = begins(&fixture, on).checked_add((first + later).seconds()).unwrap();
            span.from < end && end < span.to && span.code == plan.shifts[0].code
        });
        if same_shift {
            prop_assert!(late(first) <= late(first + later));
        }
    }
}
