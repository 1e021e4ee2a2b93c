//! What a draft of an attendance policy would have made of recorded days: each derived again by the same function, with the draft in
//! place of every attendance policy. Punches stay on the days on which they were recorded.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Minutes, PolicyId};
use policy::{
    EffectivePeriod, Policy, PolicyKind, PolicyRef, PolicyRules, PolicyScope, PolicySet,
    attendance::{DayInputs, DayOutcome, Planner, Rosters, WeekToDate, derive},
    work::AttendanceRules,
};

use super::{day::Day, member::Member, run_result::DayResult};

/// What is simulated by.
#[derive(Debug, Clone, Copy)]
pub struct DraftPolicies<'a> {
    /// Policies and calendars, the draft among them.
    pub book: &'a PolicySet,
    pub rosters: &'a Rosters,
}

/// A recorded day by the draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedDay {
    pub date: Date,
    /// What came of it.
    pub old: DayResult,
    /// What would have come of it.
    pub new: DayResult,
}

/// Somebody's recorded days by the draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployeeSimulation {
    /// Every settled day, in order.
    pub days: Vec<SimulatedDay>,
    /// Shifts of these days that the draft does not know, and on how many of them.
    pub unknown_shifts: BTreeMap<String, u32>,
}

/// The draft as a policy for everybody since ever.
pub fn policy_of(rules: AttendanceRules, id: PolicyId, at: Timestamp, by: Actor) -> Policy {
    Policy {
        reference: PolicyRef { policy_id: id, policy_version: 1 },
        name: "Draft".to_owned(),
        effective: EffectivePeriod { from: jiff::civil::date(1900, 1, 1), to: None },
        scope: PolicyScope::default(),
        rules: PolicyRules::Attendance(Box::new(rules)),
        warn_only: Vec::new(),
        created_at: at,
        created_by: by,
    }
}

/// The book in which the draft stands in place of every attendance policy, with the calendars of these sites.
pub fn book_with<'a>(book: &PolicySet, draft: Policy, sites: impl IntoIterator<Item = &'a str>) -> PolicySet {
    let others = book.policies().iter().filter(|policy| policy.kind() != PolicyKind::Attendance).cloned();
    let calendars = sites.into_iter().filter_map(|site| book.calendar(site)).cloned();
    PolicySet::new(others.chain([draft]).collect(), calendars.collect())
}

impl DraftPolicies<'_> {
    /// Derives somebody's settled days again, in the order of their dates. `days` begin one day earlier, so that the first day knows what
    /// the one before left to it; only those from `from` on are told of.
    pub fn replay(&self, member: &Member, days: &[Day], from: Date) -> EmployeeSimulation {
        let mut simulated = EmployeeSimulation::default();
        let mut before: Option<(Date, WeekToDate)> = None;
        for day in days {
            let Some(outcome) = &day.outcome else { continue };
            let totals = before.filter(|(date, _)| date.tomorrow().is_ok_and(|next| next == day.date));
            let new = if day.date < from {
                outcome.clone()
            } else {
                let new = self.derived(member, day, totals.map(|(_, totals)| totals).unwrap_or_default());
                simulated.note(day.date, outcome, &new);
                new
            };
            before = Some((day.date, new.totals));
        }
        simulated
    }

    fn derived(&self, member: &Member, day: &Day, before: WeekToDate) -> DayOutcome {
        let home = day.home.clone().unwrap_or_else(|| policy::attendance::EmploymentSnapshot::of(&member.person));
        let person = home.apply_to(&member.person);
        let (book, rosters, schedule) = (self.book, self.rosters, &member.schedule);
        let planner = Planner { book, rosters, schedule, person: &person, home: &home };
        let [_, plan, next] = planner.surrounding_plans(day.date).plans;
        let inputs = DayInputs {
            plan: &plan,
            next_kind: next.kind,
            book,
            person: &person,
            punches: &day.punches,
            leaves: &day.leaves,
            week_to_date: before,
        };
        derive(&inputs).outcome
    }
}

impl EmployeeSimulation {
    fn note(&mut self, date: Date, old: &DayOutcome, new: &DayOutcome) {
        self.days.push(SimulatedDay { date, old: old.into(), new: new.into() });
        for code in &new.unknown_shifts {
            let days = self.unknown_shifts.entry(code.clone()).or_default();
            *days = days.saturating_add(1);
        }
    }
}

impl SimulatedDay {
    /// Whether the draft changes anything that is shown.
    pub fn differs(&self) -> bool {
        self.old != self.new
    }

    /// By how much a figure would be more; less when negative.
    pub fn change(&self, figure: impl Fn(&DayResult) -> Minutes) -> Minutes {
        figure(&self.new) - figure(&self.old)
    }
}
