//! Punches without a told kind, and repeated taps: rules 11 and 17 (docs/rules.md).

use jiff::ToSpan;
use kernel::{CorrectionId, Minutes};
use policy::{
    attendance::{ChangedInput, DayStatus, Punch, PunchKind, changed_inputs, in_reading_order, with_read_kinds},
    working_time::AttendanceRules,
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    attendance_fixtures::{Day, MONDAY, PersonFixture, attendance, by_default, punch},
    fixtures::cases,
};

/// Second of the day, told kind, and whether the punch is voided.
type RawTap = (i64, Option<PunchKind>, bool);

fn kinds(punches: &[Punch]) -> Vec<PunchKind> {
    in_reading_order(punches).into_iter().map(|punch| punch.kind).collect()
}

/// Number of punches with the flag `repeated`.
fn repeated(punches: &[Punch]) -> usize {
    punches.iter().filter(|punch| punch.is_repeated()).count()
}

fn debounced(debounce_seconds: u16) -> PersonFixture {
    PersonFixture::new(AttendanceRules { debounce_seconds, ..by_default() })
}

#[test]
fn untold_kinds_alternate_in_the_order_of_time_whatever_arrived_first() {
    use PunchKind::{CheckIn, CheckOut};
    let fixture = PersonFixture::new(by_default());
    for taps in [
        ["tap 8:59", "tap 12:00", "tap 12:30", "tap 17:31"],
        ["tap 12:00", "tap 12:30", "tap 17:31", "tap 8:59"],
        ["tap 17:31", "tap 12:30", "tap 8:59", "tap 12:00"],
    ] {
        let day = fixture.day(MONDAY).punched(&taps);
        let outcome = day.derive().outcome;
        assert_eq!((outcome.status, outcome.worked_minutes), (DayStatus::Present, Minutes(482)), "{taps:?}");
        assert_eq!(kinds(&with_read_kinds(day.punches, 60)), [CheckIn, CheckOut, CheckIn, CheckOut]);
    }
    let first_file = fixture.day(MONDAY).punched(&["tap 12:00", "tap 12:30", "tap 17:31"]);
    assert_eq!(first_file.derive().outcome.status, DayStatus::Incomplete);
    let later = Day { punches: with_read_kinds(first_file.punches, 60), ..first_file }.punched(&["tap 8:59"]);
    assert_eq!(later.derive().outcome.worked_minutes, Minutes(482), "the kinds of the first file are derived again");
}

#[test]
fn untold_kind_follows_the_told_punches_before_it() {
    use PunchKind::{BreakStart, CheckIn, CheckOut};
    let fixture = PersonFixture::new(by_default());
    let read = |taps: &[&str]| kinds(&with_read_kinds(fixture.day(MONDAY).punched(taps).punches, 60));
    assert_eq!(read(&["in 9:00", "tap 17:30"]), [CheckIn, CheckOut]);
    assert_eq!(read(&["in 9:00", "break 12:00", "tap 17:30"]), [CheckIn, BreakStart, CheckOut]);
    assert_eq!(read(&["tap 9:00", "out 12:00", "tap 12:30"]), [CheckIn, CheckOut, CheckIn]);
    let mut wrong = fixture.day(MONDAY).punched(&["tap 8:00", "tap 9:00", "tap 17:30"]);
    wrong.punches[0].voided_by = Some(CorrectionId::new(Uuid::from_u128(1)));
    assert_eq!(kinds(&with_read_kinds(wrong.punches, 60)), [CheckIn, CheckOut], "a voided punch is not read");
}

#[test]
fn taps_within_the_policys_seconds_are_one() {
    for (seconds, taps, worked_seconds, ignored) in [
        (60, &["tap 9:00:00", "tap 9:00:59", "tap 17:30:00"][..], 8 * 3600, 1),
        (60, &["tap 9:00:00", "tap 9:00:20", "tap 9:00:40", "tap 17:30:00", "tap 17:30:30"], 8 * 3600 + 30, 3),
        (60, &["in 9:00:00", "in 9:00:30", "out 17:30:00", "out 17:30:59"], 8 * 3600 + 59, 2),
        (
            60,
            &["in 9:00", "break 12:00:00", "break 12:00:20", "back 12:40:00", "back 12:40:30", "out 17:30"],
            28_220,
            2,
        ),
        (60, &["tap 8:59:30", "in 9:00:00", "out 17:30:00"], 8 * 3600 + 30, 1),
        (60, &["in 9:00:00", "tap 17:29:40", "out 17:30:00"], 8 * 3600, 1),
        (3_600, &["tap 9:00", "tap 9:59:59", "tap 17:30"], 8 * 3600, 1),
        (0, &["in 9:00", "in 9:00", "tap 9:00", "out 17:30"], 8 * 3600, 2),
    ] {
        let fixture = debounced(seconds);
        let day = fixture.day(MONDAY).punched(taps);
        let outcome = day.derive().outcome;
        assert_eq!((outcome.status, outcome.worked_seconds), (DayStatus::Present, worked_seconds), "{taps:?}");
        assert_eq!(repeated(&with_read_kinds(day.punches, seconds)), ignored, "{taps:?}");
    }
    let separate = debounced(60).day(MONDAY).punched(&["tap 9:00:00", "tap 9:01:00"]).derive().outcome;
    assert_eq!((separate.status, separate.worked_seconds), (DayStatus::Present, 60), "a minute apart");
    assert_eq!(debounced(0).day(MONDAY).punched(&["tap 9:00:00", "tap 9:00:01"]).derive().outcome.worked_seconds, 1);
}

#[test]
fn told_kinds_that_alternate_within_a_second_are_kept() {
    use PunchKind::{CheckIn, CheckOut};
    let fixture = PersonFixture::new(by_default());
    let day = fixture.day(MONDAY).punched(&["in 9:00", "in 9:00", "out 9:00", "out 17:30"]);
    let read = with_read_kinds(day.punches.clone(), 60);
    assert_eq!((kinds(&read), repeated(&read)), (vec![CheckIn, CheckOut, CheckIn, CheckOut], 0));
    let outcome = day.derive().outcome;
    assert_eq!(
        (outcome.status, outcome.worked_minutes, outcome.late_minutes),
        (DayStatus::Present, Minutes(480), Minutes(0))
    );
}

#[test]
fn inferred_kind_is_no_input_of_the_day() {
    let fixture = PersonFixture::new(by_default());
    let day = fixture.day(MONDAY).punched(&["tap 9:00", "tap 17:30"]);
    let mut read = day.clone();
    read.punches = with_read_kinds(read.punches, 60);
    assert_eq!(read.derive(), day.derive());
    let told = fixture.day(MONDAY).punched(&["in 9:00", "tap 17:30"]);
    assert_eq!(changed_inputs(&day.derive().inputs, &told.derive().inputs), [ChangedInput::Punches]);
}

fn raw_taps() -> impl Strategy<Value = Vec<RawTap>> {
    use PunchKind::{BreakEnd, BreakStart, CheckIn, CheckOut};
    let told = prop::sample::select(vec![CheckIn, CheckOut, BreakStart, BreakEnd]);
    let kind = prop_oneof![3 => Just(None), 1 => told.prop_map(Some)];
    let second = prop_oneof![25_000_i64..70_000, 32_400_i64..32_500];
    prop::collection::vec((second, kind, prop::bool::weighted(0.1)), 0..10)
}

fn tap_punches(fixture: &PersonFixture, raw: &[RawTap]) -> Vec<Punch> {
    let begins = fixture.instant(MONDAY.at(0, 0, 0, 0));
    let made = raw.iter().zip(1_u128..).map(|((second, told, voided), number)| {
        let at = begins.checked_add(second.seconds()).unwrap();
        Punch {
            kind_inferred: told.is_none(),
            voided_by: voided.then(|| CorrectionId::new(Uuid::from_u128(1))),
            ..punch(number, told.unwrap_or(PunchKind::CheckIn), at, &fixture.person.time_zone)
        }
    });
    made.collect()
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn day_is_the_same_for_every_order_and_split_of_its_punch_files(
        (raw, order) in raw_taps().prop_flat_map(|raw| {
            let order = Just((0..raw.len()).collect::<Vec<_>>()).prop_shuffle();
            (Just(raw), order)
        }),
        splits in prop::collection::vec(1_usize..4, 10),
        debounce_seconds in prop::sample::select(vec![0_u16, 60, 3_600]),
    ) {
        let rules = AttendanceRules { debounce_seconds, ..attendance() };
        let fixture = PersonFixture::new(rules).on(MONDAY, "day");
        let punches = tap_punches(&fixture, &raw);
        let at_once = with_read_kinds(punches.clone(), debounce_seconds);
        let mut pending: Vec<Punch> = order.iter().map(|index| punches[*index].clone()).collect();
        let mut arrived: Vec<Punch> = Vec::new();
        for size in splits {
            let file: Vec<Punch> = pending.drain(..size.min(pending.len())).collect();
            arrived = with_read_kinds(arrived.into_iter().chain(file).collect(), debounce_seconds);
        }
        arrived = with_read_kinds(arrived.into_iter().chain(pending).collect(), debounce_seconds);
        let day = |punches: &[Punch]| Day { punches: punches.to_vec(), ..fixture.day(MONDAY) };
        prop_assert_eq!(day(&arrived).derive(), day(&at_once).derive());
        prop_assert_eq!(day(&punches).derive(), day(&at_once).derive(), "stored kinds do not matter");
        arrived.sort_by_key(|punch| punch.id);
        let counted = |punches: &[Punch]| -> Vec<_> {
            punches.iter().filter(|punch| punch.is_counted()).map(|punch| (punch.id, punch.kind, punch.is_repeated())).collect()
        };
        prop_assert_eq!(counted(&arrived), counted(&at_once));
    }
}
