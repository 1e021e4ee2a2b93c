//! Simulation of a draft attendance policy: recorded days are derived again by the same function, with the draft in
//! place of every attendance policy. Punches stay on their recorded days.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use kernel::{Actor, Minutes, PolicyId};
use policy::{
    EffectivePeriod, Policy, PolicyKind, PolicyRef, PolicyRules, PolicyScope, PolicySet,
    attendance::{DayInputs, DayOutcome, Planner, Rosters, WeekToDate, derive_day},
    working_time::AttendanceRules,
};

use super::{day::Day, member::Member, run_result::DayResult};

/// Stored policies, calendars and rosters by which recorded days are derived again, with the draft in place of every
/// attendance policy.
#[derive(Debug, Clone, Copy)]
pub struct SimulationRules<'a> {
    /// Policies and calendars, with the draft in place of every attendance policy.
    pub policies: &'a PolicySet,
    pub rosters: &'a Rosters,
}

/// Recorded and simulated result of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedDay {
    pub date: Date,
    /// Recorded result.
    pub old: DayResult,
    /// Result under the draft.
    pub new: DayResult,
}

/// Simulated days of one employee, and the shifts that the draft lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmployeeSimulation {
    /// Settled days, in order.
    pub days: Vec<SimulatedDay>,
    /// Planned shifts that the draft does not define, with the number of days.
    pub unknown_shifts: BTreeMap<String, u32>,
}

/// The draft as a policy that applies to everybody, from 1900 on.
pub fn draft_policy(rules: AttendanceRules, id: PolicyId, at: Timestamp, by: Actor) -> Policy {
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

/// Policies with the draft in place of every attendance policy, and only the calendars of these sites.
pub fn policies_with_draft<'a>(
    policies: &PolicySet,
    draft: Policy,
    sites: impl IntoIterator<Item = &'a str>,
) -> PolicySet {
    let others = policies.policies().iter().filter(|policy| policy.kind() != PolicyKind::Attendance).cloned();
    let calendars = sites.into_iter().filter_map(|site| policies.calendar(site)).cloned();
    PolicySet::new(others.chain([draft]).collect(), calendars.collect())
}

impl SimulationRules<'_> {
    /// Derives the settled ones of `days` again, which must be in the order of their dates. They start one day before `from`, so
    /// that the first day knows its week-to-date totals; without that day, they begin at 0. Only days from `from` on are in the
    /// result.
    pub fn replay(&self, member: &Member, days: &[Day], from: Date) -> EmployeeSimulation {
        let mut simulated = EmployeeSimulation::default();
        let mut before: Option<(Date, WeekToDate)> = None;
        for day in days {
            let Some(outcome) = &day.outcome else { continue };
            let totals = before.filter(|(date, _)| date.tomorrow().is_ok_and(|next| next == day.date));
            let new = if day.date < from {
                outcome.clone()
            } else {
                let new = self.derive_outcome(member, day, totals.map(|(_, totals)| totals).unwrap_or_default());
                simulated.add_day(day.date, outcome, &new);
                new
            };
            before = Some((day.date, new.totals));
        }
        simulated
    }

    /// Outcome of a recorded day by the draft, after these week-to-date totals.
    fn derive_outcome(&self, member: &Member, day: &Day, before: WeekToDate) -> DayOutcome {
        let home =
            day.home.clone().unwrap_or_else(|| policy::attendance::EmploymentSnapshot::of(&member.person, day.date));
        let person = home.apply_to(&member.person.as_of(day.date));
        let (policies, rosters, schedule) = (self.policies, self.rosters, &member.schedule);
        let planner = Planner { policies, rosters, schedule, person: &person, employment: &home };
        let plan = planner.plan(day.date);
        let inputs = DayInputs {
            plan: &plan,
            next_kinds: planner.next_kinds(day.date),
            policies,
            person: &person,
            punches: &day.punches,
            leaves: &day.leaves,
            week_to_date: before,
        };
        derive_day(&inputs).outcome
    }
}

impl EmployeeSimulation {
    /// Adds a day, and counts its unknown shifts.
    fn add_day(&mut self, date: Date, old: &DayOutcome, new: &DayOutcome) {
        self.days.push(SimulatedDay { date, old: old.into(), new: new.into() });
        for code in &new.unknown_shifts {
            let days = self.unknown_shifts.entry(code.clone()).or_default();
            *days = days.saturating_add(1);
        }
    }
}

impl SimulatedDay {
    /// Whether the draft changes the status or a figure.
    pub fn differs(&self) -> bool {
        self.old != self.new
    }

    /// Change of a figure; negative if the draft counts less.
    pub fn change(&self, figure: impl Fn(&DayResult) -> Minutes) -> Minutes {
        figure(&self.new) - figure(&self.old)
    }
}
