//! Who of the organisation works by a rotation: nights in Pune, early and late weeks in Berlin. Everybody else works the default
//! shift of their policy.

use attendance::{
    domain::{
        assignment::{ShiftAssignment, affected, with_assignment},
        roster::check_cycle,
    },
    store::{AssignmentInputs, Race},
};
use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{AssignmentId, Error, Result};
use policy::{Policy, PolicyRules, PolicySet, attendance::AssignedWork, work::AttendanceRules};

use super::{
    SeedSummary, Seeder, missing,
    organisation::{Member, Organisation, department_id, employee_id, id},
    retry,
    rules::roster_id,
};

/// Department and site of those who rotate, and the rotations between which they take turns.
const ROTATING: &[(&str, &str, [&str; 2])] =
    &[("night", "pune", ["nights-a", "nights-b"]), ("product", "berlin", ["early-late-a", "early-late-b"])];

/// Those who rotate, by which rotation, from which day on: the beginning of last month, or when they came.
fn roster_members(plan: &Organisation) -> Vec<(&Member, &'static str, Date)> {
    let since = plan.today.first_of_month().saturating_sub(1.month());
    let mut found = Vec::new();
    for (department, site, rotations) in ROTATING {
        let here = |member: &&Member| {
            let person = &member.employee.person;
            person.department_id == department_id(department) && person.site == *site && member.later_status.is_none()
        };
        let turns = plan.people.iter().filter(here).zip(rotations.iter().cycle());
        found.extend(turns.map(|(member, rotation)| (member, *rotation, since.max(member.employee.person.hire_date))));
    }
    found
}

impl Seeder {
    /// Puts them on their rotations, unless they were put to something by somebody, or their policy has no such shifts.
    pub(super) async fn assign_rosters(&self, plan: &Organisation, done: &mut SeedSummary) -> Result<()> {
        let book = self.rules.rulebook().load_consistent(self.origin.at).await?;
        for (member, rotation, from) in roster_members(plan) {
            let person = &member.employee.person;
            let assignment = ShiftAssignment {
                id: AssignmentId::new(id("assignment", &person.id.to_string())),
                employee_id: person.id,
                work: AssignedWork::RosterId(roster_id(rotation)),
                from,
                to: None,
                created_by: employee_id("chro"),
                created_at: self.origin.at,
                updated_at: self.origin.at,
                deleted_at: None,
            };
            done.assignments += usize::from(self.assign(&book, person, &assignment, plan.today).await?);
        }
        Ok(())
    }

    /// Answers whether it is new. On a running stack the person's own record is being written just now, so whoever was slower tries
    /// again; what was taken back stays taken.
    async fn assign(&self, book: &PolicySet, person: &Person, new: &ShiftAssignment, today: Date) -> Result<bool> {
        if !missing(self.attendance.assignment(new.id).await)? {
            return Ok(false);
        }
        retry(async || self.try_to_assign(book, person, new, today).await).await
    }

    async fn try_to_assign(
        &self,
        book: &PolicySet,
        person: &Person,
        new: &ShiftAssignment,
        today: Date,
    ) -> Result<bool> {
        let AssignedWork::RosterId(roster) = &new.work else { return Ok(false) };
        let standing = self.attendance.rosters_fresh(self.origin.at).await?;
        let Some(cycle) = standing.0.get(roster).map(|roster| &roster.cycle) else { return Ok(false) };
        if check_cycle(cycle, &rules_of(book, person, new.from)).is_some() {
            return Ok(false);
        }
        let member = self.attendance.members.get_fresh(person.id).await?;
        let known = member.as_ref().map(|member| member.value.schedule.clone()).unwrap_or_default();
        // It overlaps with what somebody else put them to.
        let Ok(schedule) = with_assignment(&known, new, today) else { return Ok(false) };
        let roster = self.attendance.roster(*roster).await?;
        let by = AssignmentInputs {
            person,
            member: member.as_ref(),
            schedule: &schedule,
            roster: Some(&roster),
            affected: affected(None, new, today),
        };
        match self.attendance.save_assignment(&self.origin, (None, new), by, None, &()).await? {
            Race::Won(_) => Ok(true),
            Race::Lost => Err(Error::unavailable("somebody else changes shifts at the same time; seed again")),
        }
    }
}

/// The attendance rules that apply to somebody on a day.
fn rules_of<'a>(book: &'a PolicySet, person: &Person, on: Date) -> Vec<&'a AttendanceRules> {
    let policy = book.applicable(Policy::ATTENDANCE, person, on);
    let rules = policy.and_then(|policy| match &policy.rules {
        PolicyRules::Attendance(rules) => Some(&**rules),
        _ => None,
    });
    rules.into_iter().collect()
}
