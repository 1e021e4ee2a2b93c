//! Tests of differences: examples, and sequences of settlements and closes.

use std::collections::BTreeMap;

use jiff::civil::date;
use kernel::{Actor, Minutes};
use policy::{
    Portion,
    attendance::{DayLeave, DayOutcome, EmploymentSnapshot},
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::domain::{leave_relevance::LeaveRelevance, run_result::DayResult};

fn origin() -> Origin {
    Origin {
        actor: Actor::System("attendance-job-settle".to_owned()),
        at: "2024-06-10T04:00:00Z".parse().unwrap(),
        request_id: RequestId::sanitised("req_1"),
        ip_address: None,
        user_agent: None,
    }
}

fn employee(number: u128) -> EmployeeId {
    EmployeeId::new(Uuid::from_u128(number))
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Outcome of a day with expected 480 minutes: `worked` minutes, of which those above 480 are overtime, or an absence.
fn outcome(worked: i64, late: i64) -> DayOutcome {
    let overtime = (worked - 480).max(0);
    let piece = |overtime: bool, minutes: i64, rate_bp: u32| json!({"date": "2024-05-06", "kind": "work", "night": false, "overtime": overtime, "minutes": minutes, "rate_bp": rate_bp});
    let mut pieces = vec![piece(false, worked - overtime, 10_000)];
    if overtime > 0 {
        pieces.push(piece(true, overtime, if overtime > 120 { 15_000 } else { 12_500 }));
    }
    serde_json::from_value(json!({
        "status": if worked == 0 { "absent" } else { "present" }, "kind": "work", "spans": [], "expected_minutes": 480,
        "worked_seconds": worked * 60, "worked_minutes": worked, "break_minutes": 0, "late_minutes": late, "early_minutes": 0,
        "missing_minutes": (480 - worked).max(0), "leave_minutes": 0,
        "overtime": {"minutes": overtime, "not_counted_minutes": 0}, "pieces": pieces,
        "totals": {"week_worked_minutes": worked, "week_overtime_minutes": overtime}, "policies": [],
    }))
    .unwrap()
}

fn leave(leave_type: &str, minutes: i64) -> DayLeave {
    DayLeave {
        leave_id: kernel::LeaveId::new(Uuid::from_u128(7)),
        leave_type: leave_type.to_owned(),
        portion: Portion::Full,
        minutes: Minutes(minutes),
        active: true,
        version: 2,
    }
}

/// Change of a day to this outcome and leave.
fn change(day: &Day, outcome: DayOutcome, leaves: Vec<DayLeave>) -> DayChange {
    let home = EmploymentSnapshot {
        site: "berlin".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        department_id: DepartmentId::new(Uuid::from_u128(0xd)),
        manager_id: None,
        day_minutes: Minutes(480),
        on_leave: false,
    };
    let changed = day.with_leaves(leaves, day.updated_at);
    DayChange {
        version: 1,
        before: changed.settled_figures(),
        old: day.outcome.as_ref().map(DayResult::from),
        new: DayResult::from(&outcome),
        result_differs: true,
        exceptions: Vec::new(),
        causes: vec![ChangedInput::Punches],
        for_leave: LeaveRelevance::default(),
        day: Day { outcome: Some(outcome), home: Some(home), settled_leave: None, ..changed },
    }
}

fn blank(date: Date) -> Day {
    Day::new(employee(1), date, "2024-05-01T00:00:00Z".parse().unwrap())
}

fn settled(date: Date, outcome: DayOutcome) -> Day {
    change(&blank(date), outcome, Vec::new()).day
}

fn reported(day: &Day) -> PayrollFigures {
    let leave_by_type = day.reported_leave();
    PayrollFigures::from(&SettledFigures { outcome: day.reported_outcome().cloned(), leave_by_type })
}

fn current(day: &Day) -> PayrollFigures {
    PayrollFigures::from(&day.settled_figures())
}

#[test]
fn only_changes_of_closed_months_are_posted() {
    let day = settled(date(2024, 5, 6), outcome(480, 0));
    for (closed_through, period) in
        [(None, None), (Some("2024-04"), None), (Some("2024-05"), Some("2024-06")), (Some("2024-12"), Some("2025-01"))]
    {
        let posted =
            post_change(&change(&day, outcome(600, 12), Vec::new()), closed_through.map(month), None, &origin());
        let found = posted.difference.as_ref().map(|difference| difference.period);
        assert_eq!(found, period.map(month), "{closed_through:?}");
        assert_eq!(posted.day.reported.is_some(), period.is_some(), "{closed_through:?}");
        assert_eq!(posted.day.outcome, Some(outcome(600, 12)), "the day itself has the new figures");
    }
}

#[test]
fn next_change_differs_from_the_last_value_and_the_report_stays() {
    let closed = Some(month("2024-05"));
    let day = settled(date(2024, 5, 6), outcome(480, 0));
    let first = post_change(&change(&day, outcome(660, 0), Vec::new()), closed, None, &origin());
    let posted = first.difference.unwrap().difference();
    assert_eq!(
        (posted.worked_minutes, posted.overtime_minutes, posted.late_minutes),
        (Minutes(180), Minutes(180), Minutes(0))
    );
    let rates = |figures: &[crate::domain::month_totals::RatedMinutes]| -> Vec<_> {
        figures.iter().map(|one| (one.rate_bp, one.minutes.0)).collect()
    };
    assert_eq!((rates(&posted.normal_by_rate), rates(&posted.overtime_by_rate)), (vec![], vec![(15_000, 180)]));
    let second = post_change(&change(&first.day, outcome(540, 12), Vec::new()), closed, None, &origin());
    let posted = second.difference.unwrap();
    assert_eq!((posted.before.worked_minutes, posted.after.worked_minutes), (Minutes(660), Minutes(540)));
    assert_eq!(rates(&posted.difference().overtime_by_rate), [(12_500, 60), (15_000, -180)], "both rates are named");
    assert_eq!(posted.difference().late_minutes, Minutes(12));
    assert_eq!(second.day.reported_outcome(), Some(&outcome(480, 0)));
    let third = post_change(&change(&second.day, outcome(480, 0), Vec::new()), closed, None, &origin());
    assert_eq!(current(&third.day), reported(&third.day), "the day is as reported again");
    assert!(third.difference.is_some(), "and the differences add up to nothing");
}

#[test]
fn day_settled_after_the_close_reports_nothing() {
    let closed = Some(month("2024-05"));
    let first = post_change(&change(&blank(date(2024, 5, 6)), outcome(0, 0), Vec::new()), closed, None, &origin());
    let posted = first.difference.unwrap();
    assert_eq!((posted.status_before, posted.status_after), (None, DayStatus::Absent));
    assert_eq!((posted.before, posted.after.absent_minutes), (PayrollFigures::default(), Minutes(480)));
    assert_eq!(first.day.reported_outcome(), None);
    let second = post_change(&change(&first.day, outcome(480, 0), Vec::new()), closed, None, &origin());
    assert_eq!(second.day.reported_outcome(), None, "later changes do not report it either");
    assert_eq!(second.difference.unwrap().difference().absent_minutes, Minutes(-480));
}

#[test]
fn leave_of_another_type_is_a_difference_although_the_outcome_is_the_same() {
    let closed = Some(month("2024-05"));
    let mut on_leave = outcome(0, 0);
    (on_leave.status, on_leave.leave_minutes, on_leave.missing_minutes) =
        (DayStatus::Leave, Minutes(480), Minutes::ZERO);
    let day = change(&blank(date(2024, 5, 6)), on_leave.clone(), vec![leave("annual", 480)]).day;
    let posted = post_change(&change(&day, on_leave, vec![leave("sick", 480)]), closed, None, &origin());
    let by_type = posted.difference.unwrap().difference().leave_by_type;
    let expected = [("annual".to_owned(), Minutes(-480)), ("sick".to_owned(), Minutes(480))];
    assert_eq!(by_type, BTreeMap::from(expected));
    assert_eq!(posted.day.reported_leave(), BTreeMap::from([("annual".to_owned(), Minutes(480))]));
}

#[test]
fn change_without_a_payroll_figure_posts_nothing_but_keeps_the_report() {
    let day = settled(date(2024, 5, 6), outcome(480, 0));
    let mut other = outcome(480, 0);
    other.calendar_version = Some(3);
    let posted = post_change(&change(&day, other.clone(), Vec::new()), Some(month("2024-05")), None, &origin());
    assert_eq!((posted.difference, posted.day.reported_outcome()), (None, Some(&outcome(480, 0))));
    assert_eq!(posted.day.outcome, Some(other));
}

/// Settlement of a day with new figures, or the close of the next month.
#[derive(Debug, Clone)]
enum Step {
    Settle { month: i8, day: i8, employee: u128, worked: i64, late: i64, leave: Option<(bool, i64)> },
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let worked = prop_oneof![Just(0_i64), 1..=480_i64, 481..=720_i64];
    let leave = proptest::option::of((any::<bool>(), 1..=480_i64));
    let settle = (1..=4_i8, 1..=2_i8, 1..=2_u128, worked, 0..=30_i64, leave).prop_map(
        |(month, day, employee, worked, late, leave)| Step::Settle { month, day, employee, worked, late, leave },
    );
    proptest::collection::vec(prop_oneof![5 => settle, 1 => Just(Step::Close)], 1..60)
}

/// Days and posted differences of a site.
#[derive(Default)]
struct Books {
    days: BTreeMap<(Date, EmployeeId), Day>,
    posted: Vec<PayrollDifference>,
    closed_through: Option<Month>,
    /// Sum of each closed month and of the differences posted in it, at its close.
    at_close: BTreeMap<Month, (PayrollFigures, PayrollFigures)>,
}

impl Books {
    fn apply(&mut self, step: &Step, first: Month) {
        match step {
            Step::Close => {
                let next = self.closed_through.map_or(first, Month::next);
                self.closed_through = Some(next);
                let closed: Vec<Month> = (1..=12).map(|month| Month::of(date(2024, month, 1))).collect();
                for month in closed.into_iter().filter(|month| *month <= next) {
                    let sums = (self.reported_in(month), self.posted_in(month));
                    self.at_close.entry(month).or_insert(sums);
                }
            }
            Step::Settle { month, day, employee: number, worked, late, leave: taken } => {
                let (on, id) = (date(2024, *month, *day), employee(*number));
                let before = self.days.remove(&(on, id)).unwrap_or_else(|| Day { employee_id: id, ..blank(on) });
                let kind = |annual| if annual { "annual" } else { "sick" };
                let leaves = taken.iter().map(|(annual, minutes)| leave(kind(*annual), *minutes)).collect();
                let change = change(&before, outcome(*worked, *late), leaves);
                let PostedDay { day, difference } = post_change(&change, self.closed_through, None, &origin());
                self.posted.extend(difference);
                self.days.insert((on, id), day);
            }
        }
    }

    fn sum(figures: impl Iterator<Item = PayrollFigures>) -> PayrollFigures {
        figures.fold(PayrollFigures::default(), |sum, one| &sum + &one)
    }

    fn days_of(&self, month: Month) -> impl Iterator<Item = &Day> {
        self.days.values().filter(move |day| Month::of(day.date) == month)
    }

    fn reported_in(&self, month: Month) -> PayrollFigures {
        Self::sum(self.days_of(month).map(reported))
    }

    fn posted_in(&self, period: Month) -> PayrollFigures {
        Self::sum(self.posted.iter().filter(|posted| posted.period == period).map(PayrollDifference::difference))
    }
}

proptest! {
    #[test]
    fn closed_months_never_change_and_differences_explain_the_current_figures(steps in steps(), first in 1..=4_i8) {
        let mut books = Books::default();
        for step in &steps {
            books.apply(step, Month::of(date(2024, first, 1)));
            for (month, (days, differences)) in &books.at_close {
                prop_assert_eq!(&books.reported_in(*month), days, "days of {} after {:?}", month, step);
                prop_assert_eq!(&books.posted_in(*month), differences, "differences in {} after {:?}", month, step);
            }
            for day in books.days.values() {
                let about = |posted: &&PayrollDifference| (posted.date, posted.employee_id) == (day.date, day.employee_id);
                let changed = Books::sum(books.posted.iter().filter(about).map(PayrollDifference::difference));
                prop_assert_eq!(&reported(day) + &changed, current(day), "{} after {:?}", day.date, step);
            }
        }
    }
}
