//! What somebody's punches are placed and judged by: who they are, what they are assigned to, and the policies.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use kernel::Minutes;
use policy::Person;
use policy::{
    PolicySet,
    attendance::{
        DayInputs, DayPlacement, EmploymentSnapshot, Planner, Rosters, Schedule, WeekToDate, assign_to_day,
        minutes_late,
    },
};

use super::day::Day;

/// One person's.
#[derive(Debug, Clone)]
pub struct Timetable {
    person: Person,
    home: EmploymentSnapshot,
    schedule: Schedule,
    rosters: Arc<Rosters>,
    book: Arc<PolicySet>,
}

impl Timetable {
    /// Of a person as they are now.
    pub fn new(person: Person, schedule: Schedule, rosters: Arc<Rosters>, book: Arc<PolicySet>) -> Self {
        let home = EmploymentSnapshot::of(&person);
        Self { person, home, schedule, rosters, book }
    }

    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// The IANA zone in which the person's days are counted.
    pub fn zone(&self) -> &str {
        &self.home.time_zone
    }

    /// The civil date of an instant at the person's site.
    pub fn date_of(&self, at: Timestamp) -> Date {
        policy::today_in(&self.home.time_zone, at)
    }

    /// To which day an instant belongs.
    pub fn shift_day_of(&self, at: Timestamp) -> DayPlacement {
        assign_to_day(&self.planner(&self.home).surrounding_plans(self.date_of(at)), at)
    }

    /// How late a check-in on a day would be, beside what is known of the day: by the rule that settles it, so that nobody hears
    /// something else at the door.
    pub fn late_by(&self, day: &Day, at: Timestamp) -> Minutes {
        let home = day.home.as_ref().unwrap_or(&self.home);
        let planner = self.planner(home);
        let plan = planner.plan(day.date);
        let inputs = DayInputs {
            plan: &plan,
            next_kind: plan.kind,
            book: &self.book,
            person: &home.apply_to(&self.person),
            punches: &day.punches,
            leaves: &day.leaves,
            week_to_date: WeekToDate::default(),
        };
        minutes_late(&inputs, at)
    }

    /// Whether the person is on a roster around an instant that was made after the rosters were read.
    pub fn has_missing_roster(&self, at: Timestamp) -> bool {
        let date = self.date_of(at);
        let days = [date.yesterday().unwrap_or(date), date, date.tomorrow().unwrap_or(date)];
        days.into_iter().any(|day| self.schedule.missing_roster(&self.rosters, day).is_some())
    }

    /// The same with rosters that were read just now.
    #[must_use]
    pub fn with_rosters(self, rosters: Arc<Rosters>) -> Self {
        Self { rosters, ..self }
    }

    fn planner<'a>(&'a self, home: &'a EmploymentSnapshot) -> Planner<'a> {
        let (book, rosters, schedule, person) = (&*self.book, &*self.rosters, &self.schedule, &self.person);
        Planner { book, rosters, schedule, person, home }
    }
}
