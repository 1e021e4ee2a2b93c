//! A day derived, beside what stood of it: whether anything is to be written, and what is to be told. Pure.

use aws_lc_rs::digest::{SHA256, digest};
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{Minutes, RunId};
use policy::EmploymentStatus;
use policy::{
    PolicySet,
    attendance::{
        ChangedInput, DayInputs, DerivedDay, EmploymentSnapshot, Exception, Planner, Rosters, WeekToDate,
        changed_inputs, derive,
    },
};
use serde_json::json;

use super::{
    day::{Day, ENTITY},
    day_finder,
    member::Member,
    run_result::{DayResult, Difference},
};

/// What the days of a page are judged by.
#[derive(Debug, Clone, Copy)]
pub struct PolicyInputs<'a> {
    pub book: &'a PolicySet,
    pub rosters: &'a Rosters,
    /// Days whose window closes later are left alone.
    pub clock: Timestamp,
    /// Days that were not settled yet are left alone, too.
    pub settled_only: bool,
    pub run: Option<RunId>,
    /// What is written says that it was written then.
    pub at: Timestamp,
}

/// What is to become of a day.
#[derive(Debug, Clone)]
pub enum SettledDay {
    /// It is left alone.
    Skipped,
    /// It is what it was.
    Unchanged,
    /// It is to be written.
    Changed(Box<DayChange>),
}

/// A day that is to be written.
#[derive(Debug, Clone)]
pub struct DayChange {
    /// As it is to be.
    pub day: Day,
    /// In place of this version; 0 where there is none.
    pub version: u64,
    pub old: Option<DayResult>,
    pub new: DayResult,
    /// Whether that is another result, or only another way to the same.
    pub publishes: bool,
    /// What is told for the first time.
    pub exceptions: Vec<Exception>,
    /// What of the inputs is another one.
    pub causes: Vec<ChangedInput>,
}

impl DayChange {
    /// What its write says; nothing where the result is the same.
    pub fn fact(&self, run: Option<RunId>) -> Option<Fact> {
        let data = json!({ "run": run, "causes": self.causes });
        let processed = Fact::new(EventType::AttendanceProcessed, ENTITY, self.day.id).with_data(data);
        self.publishes.then(|| self.exceptions.iter().fold(processed, |fact, one| fact.also(event_of(*one))))
    }

    /// As a run shows it; nothing where the result is the same.
    pub fn difference(&self) -> Option<Difference> {
        self.publishes.then(|| Difference {
            employee_id: self.day.employee_id,
            date: self.day.date,
            old: self.old,
            new: self.new,
            why: self.causes.clone(),
        })
    }
}

const fn event_of(exception: Exception) -> EventType {
    match exception {
        Exception::Late => EventType::AttendanceLate,
        Exception::Absent => EventType::AttendanceAbsent,
        Exception::Incomplete => EventType::AttendanceIncomplete,
        Exception::OutsideWindow => EventType::AttendanceOutsideWindow,
    }
}

/// What a settled day leaves to the next one; nothing where it is not settled.
pub fn totals(day: Option<&Day>) -> WeekToDate {
    day.and_then(|day| day.outcome.as_ref()).map(|outcome| outcome.totals).unwrap_or_default()
}

impl PolicyInputs<'_> {
    /// Derives a day of somebody. `standing` is the day as it stands with its version.
    pub fn settle_day(
        &self,
        member: &Member,
        date: Date,
        standing: Option<(&Day, u64)>,
        before: WeekToDate,
    ) -> SettledDay {
        let settled = standing.and_then(|(day, _)| day.outcome.as_ref());
        if settled.is_none() && (self.settled_only || !is_settleable(member, date)) {
            return SettledDay::Skipped;
        }
        let home =
            standing.and_then(|(day, _)| day.home.clone()).unwrap_or_else(|| EmploymentSnapshot::of(&member.person));
        let person = home.apply_to(&member.person);
        let (book, rosters, schedule) = (self.book, self.rosters, &member.schedule);
        let planner = Planner { book, rosters, schedule, person: &person, home: &home };
        let plan = planner.plan(date);
        // Other shifts may close later than those that the day was settled by: then it comes again with its own night.
        let as_it_was = settled.is_some_and(|outcome| outcome.spans == plan.shifts);
        if self.clock < plan.closes_at && !as_it_was {
            return SettledDay::Skipped;
        }
        let fresh = standing.is_none().then(|| Day::new(member.person.id, date, self.at));
        let Some(day) = standing.map(|(day, _)| day).or(fresh.as_ref()) else { return SettledDay::Skipped };
        let (punches, leaves) = (day.punches.as_slice(), day.leaves.as_slice());
        let next_kind = planner.kind(date.tomorrow().unwrap_or(date));
        let derived =
            derive(&DayInputs { plan: &plan, next_kind, book, person: &person, punches, leaves, week_to_date: before });
        self.beside(day, standing.map_or(0, |(_, version)| version), home, derived)
    }

    fn beside(&self, day: &Day, version: u64, home: EmploymentSnapshot, derived: DerivedDay) -> SettledDay {
        let DerivedDay { outcome, violations, exceptions, inputs } = derived;
        let tells = day.outcome.as_ref() != Some(&outcome) || day.violations != violations;
        if !tells && day.inputs == inputs {
            return SettledDay::Unchanged;
        }
        let told = exceptions.into_iter().filter(|one| !day.announced.contains(one)).collect::<Vec<_>>();
        let why = if day.outcome.is_some() {
            changed_inputs(&day.inputs, &inputs)
        } else {
            vec![ChangedInput::FirstDerivation]
        };
        let (old, new) = (day.outcome.as_ref().map(DayResult::from), DayResult::from(&outcome));
        let after = Day {
            home: Some(home),
            late_minutes: Some(outcome.late_minutes).filter(|late| *late > Minutes::ZERO),
            outcome: Some(outcome),
            violations,
            announced: day.announced.iter().chain(&told).copied().collect(),
            inputs_digest: Some(digest_of(&inputs)),
            inputs,
            updated_at: self.at,
            ..day.clone()
        };
        SettledDay::Changed(Box::new(DayChange {
            day: after,
            version,
            old,
            new,
            publishes: tells,
            exceptions: told,
            causes: why,
        }))
    }
}

/// Whether a day that is not settled yet is to be settled at all.
fn is_settleable(member: &Member, date: Date) -> bool {
    member.person.status != EmploymentStatus::Suspended && day_finder::employed(member, date, date).is_some()
}

/// SHA-256 of the inputs' JSON, which has no maps and so only one form, in hex.
fn digest_of(inputs: &[(ChangedInput, String)]) -> String {
    let text = serde_json::to_vec(inputs).unwrap_or_default();
    digest(&SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
