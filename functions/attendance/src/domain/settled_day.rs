//! Comparison of a derived day with the stored one: the write and its events. Pure.

use aws_lc_rs::digest::{SHA256, digest};
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{Minutes, RunId};
use policy::EmploymentStatus;
use policy::{
    Person, PolicyRef, PolicySet,
    attendance::{
        ChangedInput, DayInputs, DerivedDay, EmploymentSnapshot, Exception, Planner, Rosters, WeekToDate,
        changed_inputs, derive_day, with_read_kinds,
    },
    leave::{Violation, ViolationFinding},
};
use serde_json::json;

use super::{
    day::{Day, ENTITY},
    day_finder,
    leave_relevance::LeaveRelevance,
    member::Member,
    run_result::{DayDifference, DayResult},
    settled_figures::{SettledFigures, leave_by_type_of},
};

/// Policies, rosters and options that all days of a page share.
#[derive(Debug, Clone, Copy)]
pub struct SettlementInputs<'a> {
    pub policies: &'a PolicySet,
    pub rosters: &'a Rosters,
    /// Days whose window closes later are skipped, unless they were settled with the same shifts.
    pub cutoff: Timestamp,
    /// Whether days that were not settled before are skipped.
    pub only_settled: bool,
    pub run: Option<RunId>,
    /// Time that the settled days get as `updated_at`.
    pub at: Timestamp,
}

/// Result of settling one day.
#[derive(Debug, Clone)]
pub enum SettlementResult {
    /// The day was not derived.
    Skipped,
    /// The day was derived and is the same.
    Unchanged,
    /// The day must be written.
    Changed(Box<DayChange>),
}

/// Settled day that must be written, and how it differs from the stored one.
#[derive(Debug, Clone)]
pub struct DayChange {
    /// The new day.
    pub day: Day,
    /// Version of the day that it replaces; 0 if there is no record.
    pub version: u64,
    /// Figures before; empty if the day was not settled.
    pub before: SettledFigures,
    /// Result before; `None` if the day was not settled.
    pub old: Option<DayResult>,
    pub new: DayResult,
    /// Whether the outcome, the leave by type or the violations differ; otherwise only the inputs do.
    pub result_differs: bool,
    /// Exceptions not announced before.
    pub exceptions: Vec<Exception>,
    /// Inputs that differ from the last derivation.
    pub causes: Vec<ChangedInput>,
    /// Effect of the result on leave.
    pub for_leave: LeaveRelevance,
}

impl DayChange {
    /// Events of the write: `attendance.processed` and the new exceptions; `None` if the result is the same.
    pub fn fact(&self, run: Option<RunId>) -> Option<Fact> {
        let mut data = json!({ "run": run, "causes": self.causes });
        if let Some(data) = data.as_object_mut() {
            data.extend(self.for_leave.event_data());
        }
        let processed = Fact::new(EventType::AttendanceProcessed, ENTITY, self.day.id).with_data(data);
        self.result_differs.then(|| {
            self.exceptions.iter().fold(processed, |fact, one| fact.with_further_event(event_of_exception(*one)))
        })
    }

    /// Difference for the report of the run; `None` if the result is the same.
    pub fn difference(&self) -> Option<DayDifference> {
        self.result_differs.then(|| DayDifference {
            employee_id: self.day.employee_id,
            date: self.day.date,
            old: self.old,
            new: self.new,
            why: self.causes.clone(),
        })
    }
}

const fn event_of_exception(exception: Exception) -> EventType {
    match exception {
        Exception::Late => EventType::AttendanceLate,
        Exception::Absent => EventType::AttendanceAbsent,
        Exception::Incomplete => EventType::AttendanceIncomplete,
        Exception::OutsideWindow => EventType::AttendanceOutsideWindow,
    }
}

/// Week-to-date totals of a settled day; zero for an unsettled one.
pub fn week_to_date_of(day: Option<&Day>) -> WeekToDate {
    day.and_then(|day| day.outcome.as_ref()).map(|outcome| outcome.totals).unwrap_or_default()
}

impl SettlementInputs<'_> {
    /// Derives a day and compares it with `stored`, the day and its version; `before` are the totals of the previous day. Skips
    /// a day whose window is still open, and a never settled one of a person who is not employed or suspended, or with
    /// `only_settled`.
    pub fn settle_day(
        &self,
        member: &Member,
        date: Date,
        stored: Option<(&Day, u64)>,
        before: WeekToDate,
    ) -> SettlementResult {
        let settled = stored.and_then(|(day, _)| day.outcome.as_ref());
        if settled.is_none() && (self.only_settled || !is_settleable(member, date)) {
            return SettlementResult::Skipped;
        }
        let home = stored
            .and_then(|(day, _)| day.home.clone())
            .unwrap_or_else(|| EmploymentSnapshot::of(&member.person, date));
        let person = home.apply_to(&member.person.as_of(date));
        let (policies, rosters, schedule) = (self.policies, self.rosters, &member.schedule);
        let planner = Planner { policies, rosters, schedule, person: &person, employment: &home };
        let plan = planner.plan(date);
        // If new shifts close later than those of the settled day, the nightly run of that window settles it again.
        let same_shifts = settled.is_some_and(|outcome| outcome.spans == plan.shifts);
        if self.cutoff < plan.closes_at && !same_shifts {
            return SettlementResult::Skipped;
        }
        let new_day = stored.is_none().then(|| Day::new(member.person.id, date, self.at));
        let Some(day) = stored.map(|(day, _)| day).or(new_day.as_ref()) else { return SettlementResult::Skipped };
        let (punches, leaves) = (day.punches.as_slice(), day.leaves.as_slice());
        let next_kinds = planner.next_kinds(date);
        let inputs =
            DayInputs { plan: &plan, next_kinds, policies, person: &person, punches, leaves, week_to_date: before };
        let version = stored.map_or(0, |(_, version)| version);
        let seconds = inputs.debounce_seconds();
        self.compare_with_stored((day, version), (&member.person, home), seconds, derive_day(&inputs))
    }

    fn compare_with_stored(
        &self,
        (day, version): (&Day, u64),
        (person, home): (&Person, EmploymentSnapshot),
        debounce_seconds: u16,
        derived: DerivedDay,
    ) -> SettlementResult {
        let DerivedDay { outcome, violations, exceptions, inputs } = derived;
        let same_figures =
            day.outcome.as_ref() == Some(&outcome) && day.settled_leave() == leave_by_type_of(&day.leaves);
        let result_differs = !same_figures || !same_violations(&day.violations, &violations);
        if !result_differs && day.inputs == inputs {
            return SettlementResult::Unchanged;
        }
        let new_exceptions = exceptions.into_iter().filter(|one| !day.announced.contains(one)).collect::<Vec<_>>();
        let causes = if day.outcome.is_some() {
            changed_inputs(&day.inputs, &inputs)
        } else {
            vec![ChangedInput::FirstDerivation]
        };
        let (old, new) = (day.outcome.as_ref().map(DayResult::from), DayResult::from(&outcome));
        let for_leave = LeaveRelevance::of(self.policies, person, day.date, (day.outcome.as_ref(), &outcome));
        let after = Day {
            home: Some(home),
            late_minutes: Some(outcome.late_minutes).filter(|late| *late > Minutes::ZERO),
            outcome: Some(outcome),
            settled_leave: None,
            violations,
            announced: day.announced.iter().chain(&new_exceptions).copied().collect(),
            inputs_digest: Some(digest_of_all_inputs(&inputs)),
            inputs,
            updated_at: self.at,
            ..with_read_punches(day, debounce_seconds)
        };
        SettlementResult::Changed(Box::new(DayChange {
            day: after,
            version,
            before: day.settled_figures(),
            old,
            new,
            result_differs,
            exceptions: new_exceptions,
            causes,
            for_leave,
        }))
    }
}

/// The day with the kinds and flags of its punches by all of them.
fn with_read_punches(day: &Day, debounce_seconds: u16) -> Day {
    let read = with_read_kinds(day.punches.clone(), debounce_seconds);
    if read == day.punches { day.clone() } else { day.with_punches(read, day.updated_at) }
}

/// Whether a stored and a derived day have the same violations. Explanations are not compared: a new version of the
/// code may word them differently.
fn same_violations(stored: &[Violation], derived: &[Violation]) -> bool {
    stored.iter().map(without_explanation).eq(derived.iter().map(without_explanation))
}

/// All parts of a violation except its explanation.
fn without_explanation(violation: &Violation) -> (&ViolationFinding, PolicyRef, bool, &str) {
    let Violation { finding, policy, blocking, explanation: _, pointer } = violation;
    (finding, *policy, *blocking, pointer)
}

/// Whether a day that was never settled may be: within the employment, and the person is not suspended.
fn is_settleable(member: &Member, date: Date) -> bool {
    member.person.status != EmploymentStatus::Suspended && day_finder::clip_to_employment(member, date, date).is_some()
}

/// SHA-256 in hex of the digests of all inputs of a day. Their JSON has no maps, so its form is unique.
fn digest_of_all_inputs(inputs: &[(ChangedInput, String)]) -> String {
    let text = serde_json::to_vec(inputs).unwrap_or_default();
    digest(&SHA256, &text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
