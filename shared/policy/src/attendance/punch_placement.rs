//! Shift day to which a punch belongs: rules 11 and 12 (docs/rules.md).

use directory::Person;
use jiff::{SignedDuration, Timestamp, civil::Date};

use super::{
    DayPlacement, EmploymentSnapshot, Plan, Planner, PunchKind, Rosters, Schedule, date_shifts::midnight, punch_window,
};
use crate::PolicySet;

/// Assigns the punches of one person to shift days. Each day is planned by the employment of its date, so that a day
/// belongs to the site at which it begins, also if the person moves before it ends.
#[derive(Debug, Clone, Copy)]
pub struct PunchPlacer<'a> {
    /// Policies and calendars.
    pub policies: &'a PolicySet,
    /// All rosters by id.
    pub rosters: &'a Rosters,
    /// Assignments of the person.
    pub schedule: &'a Schedule,
    /// The person as known now, with dated terms.
    pub person: &'a Person,
}

impl PunchPlacer<'_> {
    /// Time after a check-in for which a day stays open beyond its window, whatever its shifts.
    pub const OPEN_SESSION_MAX: SignedDuration = SignedDuration::from_hours(16);
    /// Time after the last shift for which a day stays open beyond its window, however long the shift is.
    pub const OPEN_AFTER_SHIFT_MAX: SignedDuration = SignedDuration::from_hours(4);
    /// Most days before the day of a punch's window on which an open check-in may be: a shift of 24 hours can end on the
    /// next date, and its day stays open into the one after it.
    pub const OPEN_DAYS_BACK_MAX: i32 = 2;

    /// Civil date of an instant at the site of that date.
    pub fn date_of(&self, at: Timestamp) -> Date {
        let now = crate::today_in(&self.person.time_zone, at);
        if self.person.terms.is_empty() { now } else { crate::today_in(&self.person.as_of(now).time_zone, at) }
    }

    /// Shift day of a punch: the day whose window contains it, else its civil date. A check-out exactly at the end of a
    /// shift belongs to the shift that ends, also if the next window opens then. `kind` is none if it was not told.
    pub fn place(&self, kind: Option<PunchKind>, at: Timestamp) -> DayPlacement {
        let date = self.date_of(at);
        // A shift of 24 hours and its window can reach into the second day after its date.
        let dates = [-1, 0, 1, -2].map(|days| punch_window::add_days(date, days));
        let plans = dates.map(|date| self.plan(date));
        let ends = |plan: &&Plan| last_end(plan) == Some(at) && plan.closes_at == at;
        let ending = plans.iter().find(ends).filter(|_| kind == Some(PunchKind::CheckOut));
        let containing = || plans.iter().find(|plan| (plan.opens_at..plan.closes_at).contains(&at));
        match ending.or_else(containing) {
            Some(plan) => DayPlacement { date: plan.date, in_window: true },
            None => DayPlacement { date, in_window: false },
        }
    }

    /// Instant up to which an open day takes a check-out or break after its window: 16 hours after its check-in, or 4
    /// hours after its last shift if that is later.
    pub fn open_until(&self, date: Date, check_in: Timestamp) -> Timestamp {
        let after = |at: Timestamp, by: SignedDuration| at.saturating_add(by).unwrap_or(Timestamp::MAX);
        let by_shift = last_end(&self.plan(date)).map(|end| after(end, Self::OPEN_AFTER_SHIFT_MAX));
        by_shift.max(Some(after(check_in, Self::OPEN_SESSION_MAX))).unwrap_or(Timestamp::MAX)
    }

    /// Instant up to which a day can be open beyond its window, whenever its check-in was: [`Self::open_until`] for the latest
    /// possible one, at the end of its window or of its civil date.
    pub fn latest_open_until(&self, date: Date) -> Timestamp {
        let zone = directory::zone_or_utc(&self.person.as_of(date).time_zone);
        let last_check_in = midnight(&zone, punch_window::add_days(date, 1)).max(self.plan(date).closes_at);
        self.open_until(date, last_check_in)
    }

    /// Plan of a date by the employment of that date.
    pub fn plan(&self, date: Date) -> Plan {
        let Self { policies, rosters, schedule, person } = *self;
        let employment = &EmploymentSnapshot::of(person, date);
        Planner { policies, rosters, schedule, person, employment }.plan(date)
    }
}

/// End of the last shift of a plan.
fn last_end(plan: &Plan) -> Option<Timestamp> {
    plan.shifts.iter().map(|shift| shift.to).max()
}
