//! Inputs by which a person's punches are assigned to days: employment, schedule, rosters and policies.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::Minutes;
use policy::Person;
use policy::{
    Policy, PolicyRules, PolicySet,
    attendance::{
        DayInputs, DayPlacement, EmploymentSnapshot, Planner, PunchKind, PunchPlacer, Rosters, Schedule, WeekToDate,
        debounce_seconds, late_minutes_of_check_in,
    },
};

use super::day::Day;

/// Employment, schedule, rosters and policies of one person, by which punches are assigned to days.
#[derive(Debug, Clone)]
pub struct Timetable {
    person: Person,
    schedule: Schedule,
    rosters: Arc<Rosters>,
    policies: Arc<PolicySet>,
}

impl Timetable {
    pub fn new(person: Person, schedule: Schedule, rosters: Arc<Rosters>, policies: Arc<PolicySet>) -> Self {
        Self { person, schedule, rosters, policies }
    }

    pub const fn person(&self) -> &Person {
        &self.person
    }

    /// IANA time zone of the person's site on a date, by the terms known now.
    pub fn zone_of(&self, date: Date) -> String {
        self.person.as_of(date).time_zone.clone()
    }

    /// Date of an instant at the site of that date.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.placer().date_of(at)
    }

    /// Shift day to which a punch belongs, and whether it is in the window of that day. `kind` is `None` if it was not
    /// told.
    pub fn shift_day_of(&self, kind: Option<PunchKind>, at: Timestamp) -> DayPlacement {
        self.placer().place(kind, at)
    }

    /// Whether a day with this open check-in takes a check-out or break at `at` after its window.
    pub fn is_still_open(&self, date: Date, check_in: Timestamp, at: Timestamp) -> bool {
        at < self.placer().open_until(date, check_in)
    }

    /// Days before the day of a punch's window that may be open for it, nearest first. The day before may be, whatever the
    /// time; a day before that only after long work.
    pub fn earlier_days(&self, placement: DayPlacement, at: Timestamp) -> impl Iterator<Item = Date> {
        (1..=PunchPlacer::OPEN_DAYS_BACK_MAX).filter_map(move |days| {
            placement.date.checked_sub(days.days()).ok().filter(|date| days == 1 || self.may_be_open(*date, at))
        })
    }

    /// Whether a day can take a check-out or break at `at` after its window, if its check-in is late enough.
    fn may_be_open(&self, date: Date, at: Timestamp) -> bool {
        at < self.placer().latest_open_until(date)
    }

    /// Instant after which the open check-in of a candidate day must lie: 16 hours before the punch. `None` if it has no
    /// limit: on the punch's own day, and soon after the last shift of the candidate.
    pub fn oldest_open_check_in(&self, candidate: Date, placement: DayPlacement, at: Timestamp) -> Option<Timestamp> {
        let limited = candidate < placement.date && !self.is_still_open(candidate, Timestamp::MIN, at);
        limited.then(|| at.saturating_sub(PunchPlacer::OPEN_SESSION_MAX).unwrap_or(Timestamp::MIN))
    }

    /// Seconds within which taps of a day are one, by its attendance policy. `home` is the employment of a settled day.
    pub fn debounce_seconds(&self, date: Date, home: Option<&EmploymentSnapshot>) -> u16 {
        let person = self.person.as_of(date);
        let (site, department) =
            home.map_or((&person.site, person.department_id), |home| (&home.site, home.department_id));
        let policy = self.policies.applicable_at(Policy::ATTENDANCE, site, department, date);
        debounce_seconds(policy.and_then(|policy| match &policy.rules {
            PolicyRules::Attendance(rules) => Some(&**rules),
            _ => None,
        }))
    }

    /// Minutes by which a check-in at `at` is late on this day; 0 within grace. The settlement uses the same
    /// rule.
    pub fn minutes_late_at(&self, day: &Day, at: Timestamp) -> Minutes {
        let home = &day.home.clone().unwrap_or_else(|| EmploymentSnapshot::of(&self.person, day.date));
        let plan = self.planner(home).plan(day.date);
        let inputs = DayInputs {
            plan: &plan,
            next_kinds: [plan.kind; 2],
            policies: &self.policies,
            person: &home.apply_to(&self.person.as_of(day.date)),
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

    fn placer(&self) -> PunchPlacer<'_> {
        let (policies, rosters, schedule) = (&self.policies, &self.rosters, &self.schedule);
        PunchPlacer { policies, rosters, schedule, person: &self.person }
    }

    /// Planner of the person's days in this employment.
    fn planner<'a>(&'a self, home: &'a EmploymentSnapshot) -> Planner<'a> {
        let (policies, rosters, schedule, person) = (&*self.policies, &*self.rosters, &self.schedule, &self.person);
        Planner { policies, rosters, schedule, person, employment: home }
    }
}
