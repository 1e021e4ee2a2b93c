//! Inputs by which a person's punches are assigned to days: employment, schedule, rosters and policies.

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

/// Employment, schedule, rosters and policies of one person, by which punches are assigned to days.
#[derive(Debug, Clone)]
pub struct Timetable {
    person: Person,
    home: EmploymentSnapshot,
    schedule: Schedule,
    rosters: Arc<Rosters>,
    policies: Arc<PolicySet>,
}

impl Timetable {
    pub fn new(person: Person, schedule: Schedule, rosters: Arc<Rosters>, policies: Arc<PolicySet>) -> Self {
        let home = EmploymentSnapshot::of(&person);
        Self { person, home, schedule, rosters, policies }
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

    /// Shift day to which an instant belongs, and whether it is in the window of that day.
    pub fn shift_day_of(&self, at: Timestamp) -> DayPlacement {
        assign_to_day(&self.planner(&self.home).surrounding_plans(self.date_of(at)), at)
    }

    /// Minutes by which a check-in at `at` is late on this day; 0 when on time or within grace. The settlement uses the
    /// same rule.
    pub fn minutes_late_at(&self, day: &Day, at: Timestamp) -> Minutes {
        let home = day.home.as_ref().unwrap_or(&self.home);
        let planner = self.planner(home);
        let plan = planner.plan(day.date);
        let inputs = DayInputs {
            plan: &plan,
            next_kind: plan.kind,
            policies: &self.policies,
            person: &home.apply_to(&self.person),
            punches: &day.punches,
            leaves: &day.leaves,
            week_to_date: WeekToDate::default(),
        };
        late_minutes_of_check_in(&inputs, at)
    }

    /// Whether the person is assigned, within a day of the instant, to a roster that is not among the loaded ones.
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

    /// Planner of the person's days in this employment.
    fn planner<'a>(&'a self, home: &'a EmploymentSnapshot) -> Planner<'a> {
        let (policies, rosters, schedule, person) = (&*self.policies, &*self.rosters, &self.schedule, &self.person);
        Planner { policies, rosters, schedule, person, employment: home }
    }
}
