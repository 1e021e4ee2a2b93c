//! Shift assignments: each is an item, and part of its person's schedule. Both change in one transaction.

use directory::{Person, members::member_key};
use events::{EventType, Fact};
use jiff::{SignedDuration, civil::Date};
use kernel::{AssignmentId, EmployeeId, Error, Origin, Page, Result, RosterId};
use policy::attendance::{AssignedWork, Schedule};
use serde::Serialize;
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write, string_attribute};

use super::{AttendanceStore, Race, Stored, as_race, read_stored, rosters};
use crate::domain::{
    assignment::{AffectedDays, ShiftAssignment},
    member::Member,
    roster::RosterItem,
};
use crate::messages;

/// Time for which the tombstone of a deleted assignment is kept.
const TOMBSTONE_RETENTION: SignedDuration = SignedDuration::from_hours(24 * 90);
/// Last day in the sort key of an assignment without a last day.
const NO_END: &str = "9999-12-31";
/// Maximum assignments that are named when a roster cannot be deleted.
const LISTED_MAX: usize = 10;
const ENTITY: &str = "ShiftAssignment";

fn assignment_key(id: AssignmentId) -> Key {
    Key::new(format!("SHIFT#{id}"), "ASSIGNMENT")
}

fn employee_assignments_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#ASSIGNMENTS")
}

fn roster_assignments_partition(id: RosterId) -> String {
    format!("ROSTER#{id}")
}

/// Filter of the assignment list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AssignmentFilter {
    pub owner: AssignmentOwner,
    /// Only assignments that cover this day; all if absent.
    pub date: Option<Date>,
}

/// Owner of the listed assignments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssignmentOwner {
    /// This employee; only assignments to the roster, if there is one.
    Employee(EmployeeId, Option<RosterId>),
    /// All employees on this roster.
    Roster(RosterId),
}

/// Person, schedule and roster that a write of an assignment needs, and the days that it affects.
#[derive(Debug, Clone, Copy)]
pub struct AssignmentInputs<'a> {
    /// Assigned person; stored if this service has no copy yet.
    pub person: &'a Person,
    /// Copy of the person as it was read.
    pub member: Option<&'a Stored<Member>>,
    /// New schedule of the person.
    pub schedule: &'a Schedule,
    /// Roster as it was read, if the assignment newly names one.
    pub roster: Option<&'a Stored<RosterItem>>,
    /// Days whose plan may differ.
    pub affected: Option<AffectedDays>,
}

impl AssignmentFilter {
    fn query(&self) -> Query {
        let query = match self.owner {
            AssignmentOwner::Employee(id, roster) => {
                let query = Query::index("by_employee", employee_assignments_partition(id));
                let last_start = self.date.map(|date| format!("{date}#~"));
                let query = match last_start {
                    Some(last) => query.between("0000", &last),
                    None => query,
                };
                match roster {
                    Some(roster) => query.filter("#roster_id = :roster").value(":roster", &roster),
                    None => query,
                }
            }
            AssignmentOwner::Roster(id) => {
                let query = Query::index("by_roster", roster_assignments_partition(id));
                match self.date {
                    Some(date) => query.between(&date.to_string(), &format!("{NO_END}#~")),
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
    /// Reads an assignment consistently.
    ///
    /// # Errors
    /// 404 for an unknown or deleted assignment.
    pub async fn get_assignment(&self, id: AssignmentId) -> Result<Stored<ShiftAssignment>> {
        let item = self.table.get_consistent(&assignment_key(id)).await?;
        let item = item.filter(|item| !item.contains_key("deleted_at"));
        read_stored(item.ok_or_else(|| Error::not_found(messages::shift_assignment()))?)
    }

    /// One page of assignments: an employee's by their first day, a roster's by their last, latest first.
    pub async fn list_assignments(
        &self,
        filter: &AssignmentFilter,
        page: &Pagination,
    ) -> Result<Page<ShiftAssignment>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// Ids of up to 10 assignments to a roster that have not ended before `from`.
    pub async fn list_some_assignment_ids(&self, roster: RosterId, from: Date) -> Result<Vec<String>> {
        let query = Query::index("by_roster", roster_assignments_partition(roster))
            .between(&from.to_string(), &format!("{NO_END}#~"));
        let (items, _) = self.table.query(&query.limit(LISTED_MAX)).await?;
        Ok(items.iter().filter_map(|item| string_attribute(item, "id").map(str::to_owned)).collect())
    }

    /// Creates, replaces or deletes an assignment together with the resulting schedule. The first assignment to a
    /// roster freezes its cycle. The race is lost if the member or the roster has changed.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` if the assignment itself has changed.
    pub async fn save_assignment(
        &self,
        origin: &Origin,
        (before, after): (Option<&Stored<ShiftAssignment>>, &ShiftAssignment),
        inputs: AssignmentInputs<'_>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let mut writes = vec![assignment_write(origin, before, after, inputs.affected), schedule_write(inputs)];
        writes.extend(inputs.roster.map(|roster| roster_check_or_freeze(origin, roster)));
        match self.table.commit_idempotent(origin, writes, idempotency_key, answer).await {
            Err(CommitError::ConditionFailed { index: 0, .. }) if before.is_some() => {
                Err(Error::changed_concurrently())
            }
            written => as_race(written),
        }
    }
}

/// Write of the assignment, with its event. Tombstones are in no index.
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
    let write = super::put_if_unchanged(assignment_key(after.id), after, before.map_or(0, |before| before.version));
    let write = write.publishes(Fact::new(event, ENTITY, after.id).with_data(data));
    if after.deleted_at.is_some() {
        return write.expires_at(origin.at.saturating_add(TOMBSTONE_RETENTION).unwrap_or(origin.at));
    }
    let write = write.index(
        "by_employee",
        employee_assignments_partition(after.employee_id),
        format!("{}#{}", after.from, after.id),
    );
    match after.work {
        AssignedWork::RosterId(roster) => {
            let last = after.to.map_or_else(|| NO_END.to_owned(), |to| to.to_string());
            write.index("by_roster", roster_assignments_partition(roster), format!("{last}#{}", after.id))
        }
        AssignedWork::Shifts(_) => write,
    }
}

/// Write of the schedule, if the member still has the version that was read. Creates a missing member.
fn schedule_write(inputs: AssignmentInputs<'_>) -> Write {
    let write = Write::update(member_key(inputs.person.id)).set("schedule", inputs.schedule);
    let write = match inputs.member {
        Some(member) => write.if_version(member.version),
        // Version 0: every event about the person is newer.
        None => write.condition("attribute_not_exists(pk)").set("person", inputs.person).set("person_version", &0),
    };
    write.joins_lead_event()
}

/// Check that the roster is not deleted. For its first assignment, the write that freezes it, if it is unchanged.
fn roster_check_or_freeze(origin: &Origin, roster: &Stored<RosterItem>) -> Write {
    let key = rosters::roster_key(roster.value.roster.id);
    if roster.value.assigned_at.is_some() {
        return Write::check(key).condition("attribute_exists(pk) AND attribute_not_exists(#deleted_at)");
    }
    Write::update(key).set("assigned_at", &origin.at).if_version(roster.version).joins_lead_event()
}
