//! Shift assignments: each an item of its own, and part of its person's schedule. Both change together or not at all.

use directory::{Person, members::member_key};
use events::{EventType, Fact};
use jiff::{SignedDuration, civil::Date};
use kernel::{AssignmentId, EmployeeId, Error, Origin, Page, Result, RosterId};
use policy::attendance::{AssignedWork, Schedule};
use serde::Serialize;
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, string_attribute};

use super::{AttendanceStore, Race, Stored, attempted, read_stored, rosters};
use crate::domain::{
    assignment::{AffectedDays, ShiftAssignment},
    member::Member,
    roster::RosterItem,
};

/// For how long an assignment that was taken back is remembered.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Behind every last day: of an assignment that has none.
const OPEN: &str = "9999-12-31";
/// So many of those who work a roster are named where it cannot be removed.
const NAMED_MAX: usize = 10;
const ENTITY: &str = "ShiftAssignment";

fn key(id: AssignmentId) -> Key {
    Key::new(format!("SHIFT#{id}"), "ASSIGNMENT")
}

fn of_employee(id: EmployeeId) -> String {
    format!("EMP#{id}#ASSIGNMENTS")
}

fn of_roster(id: RosterId) -> String {
    format!("ROSTER#{id}")
}

/// Which assignments are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedAssignments {
    pub of: AssignmentOwner,
    /// Only those that hold this day.
    pub date: Option<Date>,
}

/// Whose assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentOwner {
    /// This person's; only those to a roster, if one is named.
    Employee(EmployeeId, Option<RosterId>),
    /// Of everybody on this roster.
    Roster(RosterId),
}

/// What an assignment was judged by, and what comes of it.
#[derive(Debug, Clone, Copy)]
pub struct AssignmentInputs<'a> {
    /// Who it is for: stored where this service has not heard of them yet.
    pub person: &'a Person,
    /// The person's record as it was read, if there was one.
    pub member: Option<&'a Stored<Member>>,
    /// The person's schedule from now on.
    pub schedule: &'a Schedule,
    /// The roster as it was read, if the assignment newly names one.
    pub roster: Option<&'a Stored<RosterItem>>,
    /// The days whose plan may differ.
    pub affected: Option<AffectedDays>,
}

impl WantedAssignments {
    fn query(&self) -> Query {
        let query = match self.of {
            AssignmentOwner::Employee(id, roster) => {
                let query = Query::index("by_employee", of_employee(id));
                let begun = self.date.map(|date| format!("{date}#~"));
                let query = match begun {
                    Some(high) => query.between("0000", &high),
                    None => query,
                };
                match roster {
                    Some(roster) => query.filter("#roster_id = :roster").value(":roster", &roster),
                    None => query,
                }
            }
            AssignmentOwner::Roster(id) => {
                let query = Query::index("by_roster", of_roster(id));
                match self.date {
                    Some(date) => query.between(&date.to_string(), &format!("{OPEN}#~")),
                    None => query,
                }
            }
        };
        match self.date {
            Some(date) => query
                .filter("#from <= :date AND (attribute_not_exists(#to) OR #to >= :date)")
                .value(":date", &date)
                .descending(),
            None => query.descending(),
        }
    }
}

impl AttendanceStore {
    /// An assignment as it is now.
    ///
    /// # Errors
    /// 404 for one that never was or was taken back.
    pub async fn assignment(&self, id: AssignmentId) -> Result<Stored<ShiftAssignment>> {
        let item = self.table.get_consistent(&key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found("shift assignment"))?)
    }

    /// One page of assignments: a person's by their first day, a roster's by their last, the latest first.
    pub async fn assignments(&self, wanted: &WantedAssignments, page: &Pagination) -> Result<Page<ShiftAssignment>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// Some of the assignments to a roster that last until this day or longer.
    pub async fn list_roster_assignments(&self, roster: RosterId, from: Date) -> Result<Vec<String>> {
        let query = Query::index("by_roster", of_roster(roster)).between(&from.to_string(), &format!("{OPEN}#~"));
        let (items, _) = self.table.query(&query.limit(NAMED_MAX)).await?;
        Ok(items.iter().filter_map(|item| string_attribute(item, "id").map(str::to_owned)).collect())
    }

    /// Stores an assignment, new or in place of the one that was read, together with the schedule that comes of it. A roster that
    /// somebody is put on first keeps its cycle from then on.
    ///
    /// # Errors
    /// 409 when the assignment itself changed meanwhile.
    pub async fn save_assignment(
        &self,
        origin: &Origin,
        (before, after): (Option<&Stored<ShiftAssignment>>, &ShiftAssignment),
        by: AssignmentInputs<'_>,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let mut writes = vec![assignment_write(origin, before, after, by.affected), schedule_write(by)];
        writes.extend(by.roster.map(|roster| roster_write(origin, roster)));
        match self.table.commit_idempotent(origin, writes, once, answer).await {
            Err(CommitError::Condition { at: 0, .. }) if before.is_some() => Err(Error::changed_concurrently()),
            written => attempted(written),
        }
    }
}

/// The assignment, with the event. One that was taken back is in no list.
fn assignment_write(
    origin: &Origin,
    before: Option<&Stored<ShiftAssignment>>,
    after: &ShiftAssignment,
    affected: Option<AffectedDays>,
) -> Write {
    let event = match before {
        _ if after.deleted_at.is_some() => EventType::AttendanceShiftUnassigned,
        Some(_) => EventType::AttendanceShiftReassigned,
        None => EventType::AttendanceShiftAssigned,
    };
    let data = match affected {
        Some(affected) => json!({ "employee_id": after.employee_id, "affected": affected }),
        None => json!({ "employee_id": after.employee_id }),
    };
    let write = super::create_or_replace(key(after.id), after, before.map_or(0, |before| before.version));
    let write = write.publishes(Fact::new(event, ENTITY, after.id).with_data(data));
    if after.deleted_at.is_some() {
        return write.expires_at(origin.at.saturating_add(KEPT).unwrap_or(origin.at));
    }
    let write = write.index("by_employee", of_employee(after.employee_id), format!("{}#{}", after.from, after.id));
    match after.work {
        AssignedWork::RosterId(roster) => {
            let last = after.to.map_or_else(|| OPEN.to_owned(), |to| to.to_string());
            write.index("by_roster", of_roster(roster), format!("{last}#{}", after.id))
        }
        AssignedWork::Shifts(_) => write,
    }
}

/// The person's schedule, in place of the one that was read.
fn schedule_write(by: AssignmentInputs<'_>) -> Write {
    let write = Write::update(member_key(by.person.id)).set("schedule", by.schedule);
    let write = match by.member {
        Some(member) => write.if_version(member.version),
        // Whatever the person's own event says is newer than this.
        None => write.condition("attribute_not_exists(pk)").set("person", by.person).set("person_version", &0),
    };
    write.joins_lead_event()
}

/// Insists that a roster stands as it was read; the first time, marks it as worked.
fn roster_write(origin: &Origin, roster: &Stored<RosterItem>) -> Write {
    let key = rosters::key(roster.value.roster.id);
    if roster.value.assigned_at.is_some() {
        return Write::check(key).condition("attribute_exists(pk) AND attribute_not_exists(#deleted_at)");
    }
    Write::update(key).set("assigned_at", &origin.at).if_version(roster.version).joins_lead_event()
}
