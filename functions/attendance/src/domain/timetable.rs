//! Inputs by which a person's punches are assigned to days: employment, schedule and policies.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use kernel::Minutes;
use policy::Person;
use policy::{
    PolicySet,
    attendance::{
        DayInputs, DayPlacement, EmploymentSnapshot, Planner, Rosters, Schedule, WeekToDate, assign_to_day,
        late_minutes_of_check_in,
    },
};

use super::day::Day;

/// Timetable of one person.
#[derive(Debug, Clone)]
pub struct Timetable {
    person: Person,
    home: EmploymentSnapshot,
    schedule: Schedule,
    rosters: Arc<Rosters>,
    book: Arc<PolicySet>,
}

impl Timetable {
    pub fn new(person: Person, schedule: Schedule, rosters: Arc<Rosters>, book: Arc<PolicySet>) -> Self {
        let home = EmploymentSnapshot::of(&person);
        Self { person, home, schedule, rosters, book }
    }

    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// IANA time zone of the person's days.
    pub fn zone(&self) -> &str {
        &self.home.time_zone
    }

    /// Date of an instant at the person's site.
    pub fn date_of(&self, at: Timestamp) -> Date {
        policy::today_in(&self.home.time_zone, at)
    }

    /// Shift day of an instant.
    pub fn shift_day_of(&self, at: Timestamp) -> DayPlacement {
        assign_to_day(&self.planner(&self.home).surrounding_plans(self.date_of(at)), at)
    }

    /// Lateness of a check-in against the record of its day. It uses the rule of the settlement, so that both say the
    /// same.
    pub fn late_by(&self, day: &Day, at: Timestamp) -> Minutes {
        let home = day.home.as_ref().unwrap_or(&self.home);
        let planner = self.planner(home);
        let plan = planner.plan(day.date);
        let inputs = DayInputs {
            plan: &plan,
            next_kind: plan.kind,
            policies: &self.book,
            person: &home.apply_to(&self.person),
            punches: &day.punches,
            leaves: &day.leaves,
            week_to_date: WeekToDate::default(),
        };
        late_minutes_of_check_in(&inputs, at)
    }

    /// Whether the person is assigned to a roster around the instant that is newer than the loaded ones.
    pub fn has_missing_roster(&self, at: Timestamp) -> bool {
        let date = self.date_of(at);
        let days = [date.yesterday().unwrap_or(date), date, date.tomorrow().unwrap_or(date)];
        days.into_iter().any(|day| self.schedule.missing_roster(&self.rosters, day).is_some())
    }

    /// The same timetable with newer rosters.
    #[must_use]
    pub fn with_rosters(self, rosters: Arc<Rosters>) -> Self {
        Self { rosters, ..self }
    }

    fn planner<'a>(&'a self, home: &'a EmploymentSnapshot) -> Planner<'a> {
        let (book, rosters, schedule, person) = (&*self.book, &*self.rosters, &self.schedule, &self.person);
        Planner { policies: book, rosters, schedule, person, employment: home }
    }
}
