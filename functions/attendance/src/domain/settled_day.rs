//! A day derived, beside what stood of it: whether anything is to be written, and what is to be told. Pure.

use aws_lc_rs::digest::{SHA256, digest};
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{Minutes, RunId};
use policy::Status;
use policy::{
    Book,
    attendance::{Cause, DayInputs, Derived, Exception, Home, Planner, Rosters, Totals, causes, derive},
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
pub struct Bench<'a> {
    pub book: &'a Book,
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
pub enum Judged {
    /// It is left alone.
    Left,
    /// It is what it was.
    Same,
    /// It is to be written.
    Other(Box<Change>),
}

/// A day that is to be written.
#[derive(Debug, Clone)]
pub struct Change {
    /// As it is to be.
    pub day: Day,
    /// In place of this version; 0 where there is none.
    pub version: u64,
    pub old: Option<DayResult>,
    pub new: DayResult,
    /// Whether that is another result, or only another way to the same.
    pub tells: bool,
    /// What is told for the first time.
    pub exceptions: Vec<Exception>,
    /// What of the inputs is another one.
    pub causes: Vec<Cause>,
}

impl Change {
    /// What its write says; nothing where the result is the same.
    pub fn fact(&self, run: Option<RunId>) -> Option<Fact> {
        let data = json!({ "run": run, "causes": self.causes });
        let processed = Fact::new(EventType::AttendanceProcessed, ENTITY, self.day.id).with(data);
        self.tells.then(|| self.exceptions.iter().fold(processed, |fact, one| fact.also(event_of(*one))))
    }

    /// As a run shows it; nothing where the result is the same.
    pub fn difference(&self) -> Option<Difference> {
        self.tells.then(|| Difference {
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
pub fn totals(day: Option<&Day>) -> Totals {
    day.and_then(|day| day.outcome.as_ref()).map(|outcome| outcome.totals).unwrap_or_default()
}

impl Bench<'_> {
    /// Derives a day of somebody. `standing` is the day as it stands with its version.
    pub fn judge(&self, member: &Member, date: Date, standing: Option<(&Day, u64)>, before: Totals) -> Judged {
        let settled = standing.and_then(|(day, _)| day.outcome.as_ref());
        if settled.is_none() && (self.settled_only || !counts(member, date)) {
            return Judged::Left;
        }
        let home = standing.and_then(|(day, _)| day.home.clone()).unwrap_or_else(|| Home::of(&member.person));
        let person = home.put_on(&member.person);
        let (book, rosters, schedule) = (self.book, self.rosters, &member.schedule);
        let planner = Planner { book, rosters, schedule, person: &person, home: &home };
        let plan = planner.plan(date);
        // Other shifts may close later than those that the day was settled by: then it comes again with its own night.
        let as_it_was = settled.is_some_and(|outcome| outcome.spans == plan.spans);
        if self.clock < plan.closes_at && !as_it_was {
            return Judged::Left;
        }
        let fresh = standing.is_none().then(|| Day::new(member.person.id, date, self.at));
        let Some(day) = standing.map(|(day, _)| day).or(fresh.as_ref()) else { return Judged::Left };
        let (punches, leaves) = (day.punches.as_slice(), day.leaves.as_slice());
        let next_kind = planner.kind(date.tomorrow().unwrap_or(date));
        let derived = derive(&DayInputs { plan: &plan, next_kind, book, person: &person, punches, leaves, before });
        self.beside(day, standing.map_or(0, |(_, version)| version), home, derived)
    }

    fn beside(&self, day: &Day, version: u64, home: Home, derived: Derived) -> Judged {
        let Derived { outcome, violations, exceptions, inputs } = derived;
        let tells = day.outcome.as_ref() != Some(&outcome) || day.violations != violations;
        if !tells && day.inputs == inputs {
            return Judged::Same;
        }
        let told = exceptions.into_iter().filter(|one| !day.announced.contains(one)).collect::<Vec<_>>();
        let why = if day.outcome.is_some() { causes(&day.inputs, &inputs) } else { vec![Cause::New] };
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
        Judged::Other(Box::new(Change { day: after, version, old, new, tells, exceptions: told, causes: why }))
    }
}

/// Whether a day that is not settled yet is to be settled at all.
fn counts(member: &Member, date: Date) -> bool {
    member.person.status != Status::Suspended && day_finder::employed(member, date, date).is_some()
}

/// SHA-256 of the inputs' JSON, which has no maps and so only one form, in hex.
fn digest_of(inputs: &[(Cause, String)]) -> String {
    let text = serde_json::to_vec(inputs).unwrap_or_default();
    digest(&SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
