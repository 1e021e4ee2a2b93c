//! Expected work of a date, and what leave of it counts: rule 1 (docs/rules.md).

use directory::{DatedTerms, PatternDay, WorkPattern};
use jiff::{ToSpan, civil::Date};
use kernel::Minutes;
use policy::{
    DayPattern, ExpectedWork, Half, Portion,
    attendance::{DayKind, PATTERN_SHIFT},
    leave::{OccupiedMonth, OtherSlots, Sandwich, Slot, count_leave},
};
use proptest::prelude::*;

use crate::{
    attendance_fixtures::{MONDAY, PersonFixture, at, attendance, by_default},
    fixtures::{calendar, cases, holiday, leave, worked},
};

impl PersonFixture {
    /// Calls a function with the expected work of the person.
    fn expect<T>(&self, question: impl FnOnce(&ExpectedWork<'_>) -> T) -> T {
        self.ask(|planner| {
            let work = ExpectedWork {
                policies: planner.policies,
                rosters: planner.rosters,
                schedule: planner.schedule,
                person: planner.person,
            };
            question(&work)
        })
    }

    fn minutes(&self, date: Date, portion: Portion) -> i64 {
        self.expect(|work| work.day(date).counted_minutes(portion).0)
    }

    /// Minutes of each day of a request for whole days.
    fn counted(&self, first: Date, last: Date) -> Vec<i64> {
        let count =
            self.expect(|work| count_leave(work, (first, last), Portion::Full, Sandwich::None, OtherSlots::default()));
        count.days.iter().map(|day| day.minutes.0).collect()
    }

    fn with_pattern(mut self, starts_on: Date, cycle: Vec<PatternDay>) -> Self {
        self.person.work_pattern = Some(WorkPattern { starts_on, cycle });
        self
    }
}

fn day(days: i32) -> Date {
    MONDAY.saturating_add(days.days())
}

fn hours(from: (i8, i8), to: (i8, i8)) -> Portion {
    Portion::Hours(at(from.0, from.1), at(to.0, to.1))
}

const fn flexible(minutes: i64) -> PatternDay {
    PatternDay { minutes: Minutes(minutes), from: None, to: None }
}

fn timed(minutes: i64, from: i8, to: i8) -> PatternDay {
    PatternDay { minutes: Minutes(minutes), from: Some(at(from, 0)), to: Some(at(to, 0)) }
}

#[test]
fn leave_of_rostered_people_is_not_counted_by_the_week_of_the_site() {
    let mut fixture = PersonFixture::new(attendance());
    let mut site = calendar(vec![]);
    site.week.saturday = worked(DayPattern::Am);
    fixture.calendar = Some(site);
    let fixture = fixture.on(day(5), "day").on(day(6), "day").on(day(7), "").on(day(8), "");
    assert_eq!(fixture.counted(day(5), day(8)), [480, 480, 0, 0]);
    let rotation = PersonFixture::new(attendance()).rostered(MONDAY, &["night", "night", "", "", "", "", "night"]);
    assert_eq!(rotation.counted(day(0), day(6)), [480, 480, 0, 0, 0, 0, 480]);
    assert_eq!(rotation.expect(|work| work.day(day(6)).kind), DayKind::Work, "a rostered Sunday");
    assert_eq!(rotation.expect(|work| work.day(day(3)).kind), DayKind::Rest, "a free Thursday");
}

#[test]
fn hours_count_inside_the_shift_of_the_person() {
    let night = PersonFixture::new(attendance()).on(MONDAY, "night");
    for (portion, minutes) in [
        (hours((22, 0), (23, 0)), 60),
        (hours((10, 0), (11, 0)), 0),
        (hours((23, 0), (0, 0)), 60),
        (hours((22, 0), (2, 0)), 240),
        (hours((1, 0), (3, 0)), 120),
        (hours((20, 0), (22, 30)), 30),
        (hours((5, 0), (9, 0)), 60),
    ] {
        assert_eq!(night.minutes(MONDAY, portion), minutes, "{portion:?}");
    }
}

#[test]
fn hours_leave_out_the_unpaid_break_in_the_middle_of_the_shift() {
    let fixture = PersonFixture::new(attendance()).on(MONDAY, "day");
    for (portion, minutes) in [
        (hours((9, 0), (17, 30)), 480),
        (hours((9, 0), (13, 15)), 240),
        (hours((13, 0), (13, 30)), 0),
        (hours((12, 0), (14, 0)), 90),
        (hours((13, 15), (17, 30)), 240),
        (Portion::Half(Half::Am), 240),
        (Portion::Half(Half::Pm), 240),
    ] {
        assert_eq!(fixture.minutes(MONDAY, portion), minutes, "{portion:?}");
    }
    let overlap = |a, b| fixture.expect(|work| work.day(MONDAY).portions_overlap(a, b));
    assert!(!overlap(Portion::Half(Half::Am), hours((13, 15), (14, 0))), "noon is the middle of the work");
    assert!(overlap(Portion::Half(Half::Am), hours((13, 0), (14, 0))));
}

#[test]
fn part_timer_with_three_fixed_days_does_not_pay_five_days_for_a_week_off() {
    let week = [480, 480, 480, 0, 0, 0, 0].map(flexible).to_vec();
    let fixture = PersonFixture::new(attendance()).with_pattern(MONDAY, week);
    assert_eq!(fixture.counted(day(0), day(6)), [480, 480, 480, 0, 0, 0, 0]);
    let free = PersonFixture { calendar: Some(calendar(vec![holiday("Tuesday", day(1))])), ..fixture };
    assert_eq!(free.counted(day(0), day(6)), [480, 0, 480, 0, 0, 0, 0], "holidays of the site stay free");
}

#[test]
fn alternating_weeks_and_nights_of_four_on_two_off_are_patterns() {
    let long = [480, 480, 480, 480, 480, 0, 0];
    let short = [480, 480, 0, 0, 0, 0, 0];
    let weeks = long.into_iter().chain(short).map(flexible).collect();
    let alternating = PersonFixture::new(attendance()).with_pattern(MONDAY, weeks);
    assert_eq!(alternating.counted(day(0), day(6)).iter().sum::<i64>(), 5 * 480);
    assert_eq!(alternating.counted(day(7), day(13)).iter().sum::<i64>(), 2 * 480);
    assert_eq!(alternating.counted(day(-7), day(-1)).iter().sum::<i64>(), 2 * 480);
    let nights = [timed(450, 22, 6), timed(450, 22, 6), timed(450, 22, 6), timed(450, 22, 6), flexible(0), flexible(0)];
    let four_two = PersonFixture::new(attendance()).with_pattern(MONDAY, nights.to_vec());
    assert_eq!(four_two.counted(day(0), day(11)), [450, 450, 450, 450, 0, 0, 450, 450, 450, 450, 0, 0]);
    let plan = four_two.plan(MONDAY);
    assert_eq!(
        plan.shifts.iter().map(|shift| (shift.code.as_str(), shift.break_minutes.0)).collect::<Vec<_>>(),
        [(PATTERN_SHIFT, 30)]
    );
    assert_eq!((plan.expected_minutes, plan.kind), (Minutes(450), DayKind::Work));
    assert_eq!(four_two.minutes(MONDAY, hours((22, 0), (2, 0))), 240 - 15);
}

#[test]
fn assignment_takes_precedence_over_roster_pattern_and_calendar() {
    let week = [240; 7].map(flexible).to_vec();
    let pattern = PersonFixture::new(by_default()).with_pattern(MONDAY, week);
    assert_eq!(pattern.counted(day(5), day(6)), [240, 240], "the pattern works on the weekend of the site");
    let rostered = pattern.rostered(MONDAY, &["early", "", "", "", "", "", ""]);
    assert_eq!(rostered.counted(day(0), day(1)), [450, 0]);
    let assigned = rostered.on(MONDAY, "night");
    assert_eq!(assigned.counted(day(0), day(1)), [480, 0]);
}

#[test]
fn terms_of_each_day_count_that_day() {
    let mut fixture = PersonFixture::new(attendance());
    let whole = DatedTerms::current(&fixture.person, Date::constant(2020, 1, 1));
    let mut short = DatedTerms { from: day(2), ..whole.clone() };
    short.contract.day_minutes = Minutes(360);
    fixture.person.terms = vec![whole, short];
    assert_eq!(fixture.counted(day(0), day(4)), [480, 480, 360, 360, 360]);
}

#[test]
fn one_day_costs_at_most_one_day_over_all_requests() {
    let mut fixture = PersonFixture::new(attendance());
    let mut site = calendar(vec![]);
    site.week.monday.hours = vec![(at(8, 0), at(18, 0))];
    fixture.calendar = Some(site);
    let morning = hours((8, 0), (13, 0));
    let taken = fixture.expect(|work| {
        let mut month = OccupiedMonth::default();
        let slot = Slot { leave_id: leave(1), leave_type: "annual".into(), portion: morning };
        month.occupy(&work.day(MONDAY), slot).unwrap();
        let months = [(MONDAY.first_of_month(), month)];
        let others = OtherSlots { months: &months, except: None };
        count_leave(work, (MONDAY, MONDAY), hours((13, 0), (18, 0)), Sandwich::None, others)
    });
    assert_eq!(fixture.minutes(MONDAY, morning), 300);
    assert_eq!(taken.total_minutes(), Minutes(180), "a day of 480 minutes at a site that is open for 600");
    assert_eq!(taken.days[0].why.as_deref(), Some("outside_hours"));
}

#[test]
fn date_has_begun_when_its_planned_work_begins() {
    let shift = |code| PersonFixture::new(attendance()).on(MONDAY, code).on(day(1), code);
    let mut flexible_days = PersonFixture::new(attendance()).with_pattern(MONDAY, vec![flexible(480); 7]);
    flexible_days.calendar = None;
    for (fixture, time, expected) in [
        (&shift("night"), at(1, 0), MONDAY),
        (&shift("night"), at(21, 59), MONDAY),
        (&shift("night"), at(22, 0), day(1)),
        (&shift("day"), at(8, 59), MONDAY),
        (&shift("day"), at(9, 0), day(1)),
        (&flexible_days, at(0, 0), day(1)),
    ] {
        let found = fixture.expect(|work| {
            let zone = policy::zone_or_utc(&work.person.time_zone);
            work.first_date_not_begun(MONDAY.to_datetime(time).to_zoned(zone).unwrap().timestamp())
        });
        assert_eq!(found, expected, "{time}");
    }
}

#[test]
fn recount_keeps_the_sum_of_two_requests_of_a_day() {
    let mut fixture = PersonFixture::new(attendance());
    let mut site = calendar(vec![]);
    site.week.monday.hours = vec![(at(8, 0), at(18, 0))];
    fixture.calendar = Some(site);
    let requests = [(1, hours((8, 0), (13, 0)), 300), (2, hours((13, 0), (18, 0)), 180)];
    fixture.expect(|work| {
        let mut month = OccupiedMonth::default();
        for (number, portion, _) in requests {
            let slot = Slot { leave_id: leave(number), leave_type: "annual".into(), portion };
            month.occupy(&work.day(MONDAY), slot).unwrap();
        }
        let months = [(MONDAY.first_of_month(), month)];
        for (number, portion, minutes) in requests {
            let others = OtherSlots { months: &months, except: Some(leave(number)) };
            let count = count_leave(work, (MONDAY, MONDAY), portion, Sandwich::None, others);
            assert_eq!(count.total_minutes(), Minutes(minutes));
        }
    });
}

#[test]
fn half_holiday_on_a_half_weekday_leaves_a_rostered_shift_in_full() {
    let mut fixture = PersonFixture::new(attendance()).with_half_holiday(day(4), Half::Am);
    if let Some(site) = fixture.calendar.as_mut() {
        site.week.friday = worked(DayPattern::Am);
    }
    assert_eq!(fixture.counted(day(4), day(4)), [0], "by the calendar");
    assert_eq!(fixture.on(day(4), "day").counted(day(4), day(4)), [480]);
}

#[test]
fn rest_day_of_a_roster_names_no_holiday() {
    let fixture = PersonFixture::new(attendance()).rostered(MONDAY, &["early", ""]);
    let reason = fixture.expect(|work| {
        count_leave(work, (day(1), day(1)), Portion::Full, Sandwich::None, OtherSlots::default()).days[0].why.clone()
    });
    assert_eq!(reason.as_deref(), Some("rest_day"));
}

fn pattern_day() -> impl Strategy<Value = PatternDay> {
    prop_oneof![
        2 => Just(flexible(0)),
        2 => (1_i64..600).prop_map(flexible),
        2 => (1_i8..23, 1_i8..23).prop_filter("a span", |(from, to)| from != to).prop_map(|(from, to)| {
            let length = i64::from(to - from).rem_euclid(24) * 60;
            timed((length - 45).max(1), from, to)
        }),
    ]
}

fn fixture() -> impl Strategy<Value = PersonFixture> {
    let shifts =
        || prop::sample::select(vec!["", "early", "day", "late", "night", "evening", "morning kitchen", "round"]);
    let cycle = prop::option::of(prop::collection::vec(shifts(), 1..6));
    let explicit = prop::collection::vec((0_i32..14, shifts()), 0..4);
    let half = prop_oneof![Just(None), Just(Some(Half::Am)), Just(Some(Half::Pm))];
    let free = prop::collection::vec((0_i32..14, half), 0..4);
    let pattern = prop::option::of(prop::collection::vec(pattern_day(), 1..9));
    (cycle, explicit, free, pattern, any::<bool>()).prop_map(|(cycle, explicit, free, pattern, default)| {
        let rules = if default { by_default() } else { attendance() };
        let free = free.into_iter().map(|(on, half)| policy::Holiday { half, ..holiday("Free", day(on)) }).collect();
        let mut fixture = PersonFixture::new(rules).with_holidays(free);
        if let Some(pattern) = pattern {
            fixture = fixture.with_pattern(MONDAY, pattern);
        }
        if let Some(cycle) = cycle {
            fixture = fixture.rostered(MONDAY, &cycle);
        }
        let days: std::collections::BTreeMap<_, _> = explicit.into_iter().collect();
        days.into_iter().fold(fixture, |fixture, (on, shifts)| fixture.on(day(on), shifts))
    })
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn leave_and_attendance_expect_the_same_work(fixture in fixture(), on in 0_i32..14) {
        let plan = fixture.plan(day(on));
        let (minutes, kind) = fixture.expect(|work| { let day = work.day(day(on)); (day.minutes, day.kind) });
        prop_assert_eq!((plan.expected_minutes, plan.kind), (minutes, kind));
        prop_assert_eq!(fixture.minutes(day(on), Portion::Full), minutes.0);
    }

    #[test]
    fn halves_add_up_to_the_day(fixture in fixture(), on in 0_i32..14) {
        let halves = [Half::Am, Half::Pm].map(|half| fixture.minutes(day(on), Portion::Half(half)));
        prop_assert_eq!(halves.iter().sum::<i64>(), fixture.minutes(day(on), Portion::Full));
    }

    #[test]
    fn no_day_costs_more_than_the_day(fixture in fixture(), on in 0_i32..14, cuts in prop::collection::btree_set(1_i8..24, 0..6)) {
        let date = day(on);
        let bounds: Vec<i8> = std::iter::once(0).chain(cuts).chain([0]).collect();
        let spans: Vec<Portion> = bounds.windows(2).map(|pair| hours((pair[0], 0), (pair[1], 0))).collect();
        let cost = fixture.expect(|work| {
            let mut month = OccupiedMonth::default();
            let mut cost = 0;
            for (number, portion) in spans.iter().enumerate() {
                let slot = Slot { leave_id: leave(number as u128), leave_type: "annual".into(), portion: *portion };
                let months = [(date.first_of_month(), month.clone())];
                let others = OtherSlots { months: &months, except: None };
                if month.occupy(&work.day(date), slot).is_ok() {
                    cost += count_leave(work, (date, date), *portion, Sandwich::None, others).total_minutes().0;
                }
            }
            cost
        });
        prop_assert!(cost <= fixture.minutes(date, Portion::Full), "{cost}");
    }
}
