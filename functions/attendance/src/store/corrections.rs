//! Corrections: created and rejected by one write, approved together with their day.

use events::{EventType, Fact};
use kernel::{CorrectionId, DepartmentId, EmployeeId, Error, Origin, Page, Result};
use lambda::http::PeopleOfList;
use serde::Serialize;
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write};

use super::{AttendanceStore, Race, Stored, as_race, days, read_stored};
use crate::domain::{
    correction::{Correction, CorrectionStatus, ENTITY},
    day::Day,
};
use crate::messages;

/// Maximum pending corrections of one employee that are read at once.
const PENDING_MAX: usize = 500;

/// Filter of the correction list.
#[derive(Debug, Clone, Copy)]
pub struct CorrectionFilter {
    /// People whose records are listed. The manager is the current one of a pending record, and that of the time of the
    /// decision otherwise.
    pub people: PeopleOfList,
    /// Status; without one, `pending`, or all statuses if an employee is named.
    pub status: Option<CorrectionStatus>,
}

impl CorrectionFilter {
    fn query(&self) -> Query {
        let status = self.status.unwrap_or(CorrectionStatus::Pending).as_str();
        let query = match self.people {
            PeopleOfList::Employee(employee) => {
                let all = Query::index("by_employee", employee_corrections_partition(employee));
                match self.status {
                    Some(status) => all.filter("#status = :status").value(":status", &status),
                    None => all,
                }
            }
            PeopleOfList::DirectReports(manager) => {
                Query::index("by_manager", format!("EMP#{manager}#CORRECTIONS#{status}"))
            }
            PeopleOfList::Everybody => Query::index("by_status", format!("CORRECTIONS#{status}")),
        };
        query.descending()
    }
}

fn correction_key(id: CorrectionId) -> Key {
    Key::new(format!("CORR#{id}"), "CORRECTION")
}

fn employee_corrections_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#CORRECTIONS")
}

/// Adds the index attributes of a correction. Ids sort by time.
fn with_indexes(write: Write, correction: &Correction) -> Write {
    let status = correction.status.as_str();
    let write = write
        .index("by_employee", employee_corrections_partition(correction.employee_id), correction.id)
        .index("by_status", format!("CORRECTIONS#{status}"), correction.id);
    match correction.manager_id {
        Some(manager) => write.index("by_manager", format!("EMP#{manager}#CORRECTIONS#{status}"), correction.id),
        None => write,
    }
}

fn correction_write(before: &Stored<Correction>, after: &Correction) -> Write {
    with_indexes(Write::replace(correction_key(after.id), after, before.version), after)
}

/// Event about a correction, with the employee and the date.
fn correction_fact(event: EventType, correction: &Correction) -> Fact {
    let data = json!({ "employee_id": correction.employee_id, "date": correction.date });
    Fact::new(event, ENTITY, correction.id).with_data(data)
}

impl AttendanceStore {
    /// Reads a correction consistently.
    ///
    /// # Errors
    /// 404 for an unknown correction.
    pub async fn get_correction(&self, id: CorrectionId) -> Result<Stored<Correction>> {
        let item = self.table.get_consistent(&correction_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found(messages::correction()))?)
    }

    /// Creates a requested correction. Publishes `attendance.correction_requested`.
    pub async fn create_correction(
        &self,
        origin: &Origin,
        correction: &Correction,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let write = with_indexes(Write::create(correction_key(correction.id), correction), correction);
        let write = write.publishes(correction_fact(EventType::AttendanceCorrectionRequested, correction));
        let committed = self.table.commit_idempotent(origin, vec![write], idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::unavailable("the new correction id exists")))
    }

    /// Stores an approval together with the corrected day and the other days that it changes, if all of them still have
    /// the version that was read (0: no record of the day). Publishes `attendance.correction`, and the event of each other
    /// day.
    pub async fn approve_correction(
        &self,
        origin: &Origin,
        (before, after): (&Stored<Correction>, &Correction),
        day: &Stored<Day>,
        others: &[(Stored<Day>, Fact)],
    ) -> Result<Race<()>> {
        let approval =
            correction_write(before, after).publishes(correction_fact(EventType::AttendanceCorrection, after));
        let corrected = days::day_write(&day.value, day.version).joins_lead_event();
        let others = others.iter().map(|(day, fact)| days::day_write(&day.value, day.version).publishes(fact.clone()));
        let writes = [approval, corrected].into_iter().chain(others).collect();
        as_race(self.table.transact(origin, writes).await.map(drop))
    }

    /// Stores a rejection, if the correction still has the version that was read. The day does not change. Publishes
    /// `attendance.correction_rejected`.
    pub async fn reject_correction(
        &self,
        origin: &Origin,
        before: &Stored<Correction>,
        after: &Correction,
    ) -> Result<Race<()>> {
        let rejection =
            correction_write(before, after).publishes(correction_fact(EventType::AttendanceCorrectionRejected, after));
        as_race(self.table.commit(origin, rejection).await.map(drop))
    }

    /// One page of the corrections that the filter selects, newest first.
    pub async fn list_corrections(&self, filter: &CorrectionFilter, page: &Pagination) -> Result<Page<Correction>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// All pending corrections of an employee, newest first.
    pub async fn list_pending_corrections_of(&self, employee: EmployeeId) -> Result<Vec<Stored<Correction>>> {
        let people = PeopleOfList::Employee(employee);
        let filter = CorrectionFilter { people, status: Some(CorrectionStatus::Pending) };
        self.table.query_all(filter.query(), PENDING_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// Gives a correction the new manager and department of its employee, if it still has the version that was read. Its status
    /// is not checked. Publishes nothing.
    ///
    /// # Errors
    /// 409 `changed_meanwhile`.
    pub async fn reassign_correction(
        &self,
        origin: &Origin,
        before: &Stored<Correction>,
        (manager_id, department_id): (Option<EmployeeId>, DepartmentId),
    ) -> Result<()> {
        let after = Correction { manager_id, department_id, updated_at: origin.at, ..before.value.clone() };
        let moved = self.table.commit(origin, correction_write(before, &after)).await;
        moved.map(drop).map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}
