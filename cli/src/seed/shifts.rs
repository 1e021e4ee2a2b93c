//! Roster assignments of the demo people: nights in Pune, early and late weeks in Berlin. All others work the default shift of their
//! policy.

use attendance::{
    domain::{
        assignment::{ShiftAssignment, affected_days, with_assignment},
        roster::find_cycle_error,
    },
    store::{AssignmentInputs, Race},
};
use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{AssignmentId, Error, Result};
use policy::{Policy, PolicyRules, PolicySet, attendance::AssignedWork, working_time::AttendanceRules};

use super::{
    SeedSummary, Seeder, is_missing,
    organisation::{Member, Organisation, department_id, employee_id, stable_id},
    retry,
    rules::roster_id,
};

/// Department and site of the roster members, and the two rosters to which they are assigned in turn.
const ROSTER_TEAMS: &[(&str, &str, [&str; 2])] =
    &[("night", "pune", ["nights-a", "nights-b"]), ("product", "berlin", ["early-late-a", "early-late-b"])];

/// Roster members with the key of their roster and the first day: the start of last month or the hire date, whichever is later.
fn roster_members(plan: &Organisation) -> Vec<(&Member, &'static str, Date)> {
    let since = plan.today.first_of_month().saturating_sub(1.month());
    let mut members = Vec::new();
    for (department, site, rosters) in ROSTER_TEAMS {
        let in_team = |member: &&Member| {
            let person = &member.employee.person;
            person.department_id == department_id(department) && person.site == *site && member.later_status.is_none()
        };
        let assigned = plan.people.iter().filter(in_team).zip(rosters.iter().cycle());
        members.extend(assigned.map(|(member, roster)| (member, *roster, since.max(member.employee.person.hire_date))));
    }
    members
}

impl Seeder {
    /// Assigns the rosters, except to employees with an overlapping assignment or with a policy that lacks the shifts.
    pub(super) async fn assign_rosters_where_possible(
        &self,
        plan: &Organisation,
        summary: &mut SeedSummary,
    ) -> Result<()> {
        let book = self.rules.policy_reader().load_consistent(self.origin.at).await?;
        for (member, roster, from) in roster_members(plan) {
            let person = &member.employee.person;
            let assignment = ShiftAssignment {
                id: AssignmentId::new(stable_id("assignment", &person.id.to_string())),
                employee_id: person.id,
                work: AssignedWork::RosterId(roster_id(roster)),
                from,
                to: None,
                created_by: employee_id("chro"),
                created_at: self.origin.at,
                updated_at: self.origin.at,
                deleted_at: None,
            };
            summary.assignments += usize::from(self.assign_if_possible(&book, person, &assignment, plan.today).await?);
        }
        Ok(())
    }

    /// Stores an assignment unless it exists, overlaps or does not fit the policy; returns whether it is new. A running
    /// stack writes the member record at the same time, so lost races are retried. A deleted assignment stays deleted.
    async fn assign_if_possible(
        &self,
        book: &PolicySet,
        person: &Person,
        new: &ShiftAssignment,
        today: Date,
    ) -> Result<bool> {
        if !is_missing(self.attendance.get_assignment(new.id).await)? {
            return Ok(false);
        }
        retry(async || self.create_assignment_if_possible(book, person, new, today).await).await
    }

    /// Makes one attempt of [`Self::assign_if_possible`].
    async fn create_assignment_if_possible(
        &self,
        book: &PolicySet,
        person: &Person,
        new: &ShiftAssignment,
        today: Date,
    ) -> Result<bool> {
        let AssignedWork::RosterId(roster) = &new.work else { return Ok(false) };
        let rosters = self.attendance.all_rosters_consistent(self.origin.at).await?;
        let Some(cycle) = rosters.0.get(roster).map(|roster| &roster.cycle) else { return Ok(false) };
        if find_cycle_error(cycle, &attendance_rules_of(book, person, new.from)).is_some() {
            return Ok(false);
        }
        let member = self.attendance.members.get_consistent(person.id).await?;
        let existing = member.as_ref().map(|member| member.value.schedule.clone()).unwrap_or_default();
        // An error means that the assignment overlaps with an existing one.
        let Ok(schedule) = with_assignment(&existing, new, today) else { return Ok(false) };
        let roster = self.attendance.get_roster(*roster).await?;
        let inputs = AssignmentInputs {
            person,
            member: member.as_ref(),
            schedule: &schedule,
            roster: Some(&roster),
            affected: affected_days(None, new, today),
        };
        match self.attendance.save_assignment(&self.origin, (None, new), inputs, None, &()).await? {
            Race::Won(_) => Ok(true),
            Race::Lost => Err(Error::unavailable("Another process changed the same shifts. Run `muster seed` again.")),
        }
    }
}

/// Attendance rules that apply to an employee on a date: one or none.
fn attendance_rules_of<'a>(book: &'a PolicySet, person: &Person, on: Date) -> Vec<&'a AttendanceRules> {
    let policy = book.applicable(Policy::ATTENDANCE, person, on);
    let rules = policy.and_then(|policy| match &policy.rules {
        PolicyRules::Attendance(rules) => Some(&**rules),
        _ => None,
    });
    rules.into_iter().collect()
}
