//! Corrections: asked for with one write, approved together with the day that they correct.

use events::{EventType, Fact};
use kernel::{CorrectionId, DepartmentId, EmployeeId, Error, Origin, Page, Result};
use serde::Serialize;
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Key, Pagination, Query, Write};

use super::{AttendanceStore, Race, Stored, attempted, days, read_stored};
use crate::domain::{
    correction::{Correction, CorrectionStatus, ENTITY},
    day::Day,
};

/// So many corrections of one person wait at most that move with them.
const WAITING_MAX: usize = 500;

/// Which corrections; everything that is given must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct CorrectionFilter {
    pub employee: Option<EmployeeId>,
    /// Of those who reported to this person when it was asked for, or do while it is pending.
    pub manager: Option<EmployeeId>,
    /// With this status: pending where nobody's are named.
    pub status: Option<CorrectionStatus>,
}

impl CorrectionFilter {
    fn query(&self) -> Query {
        let status = self.status.unwrap_or(CorrectionStatus::Pending).as_str();
        let query = match (self.employee, self.manager) {
            (Some(employee), _) => {
                let all = Query::index("by_employee", of_employee(employee));
                match self.status {
                    Some(status) => all.filter("#status = :status").value(":status", &status),
                    None => all,
                }
            }
            (None, Some(manager)) => Query::index("by_manager", format!("EMP#{manager}#CORRECTIONS#{status}")),
            (None, None) => Query::index("by_status", format!("CORRECTIONS#{status}")),
        };
        query.descending()
    }
}

fn correction_key(id: CorrectionId) -> Key {
    Key::new(format!("CORR#{id}"), "CORRECTION")
}

fn of_employee(id: EmployeeId) -> String {
    format!("EMP#{id}#CORRECTIONS")
}

/// Puts a correction into every index that somebody asks. Ids sort by time.
fn placed(write: Write, correction: &Correction) -> Write {
    let status = correction.status.as_str();
    let write = write.index("by_employee", of_employee(correction.employee_id), correction.id).index(
        "by_status",
        format!("CORRECTIONS#{status}"),
        correction.id,
    );
    match correction.manager_id {
        Some(manager) => write.index("by_manager", format!("EMP#{manager}#CORRECTIONS#{status}"), correction.id),
        None => write,
    }
}

fn replaced(before: &Stored<Correction>, after: &Correction) -> Write {
    placed(Write::replace(correction_key(after.id), after, before.version), after)
}

/// What happened to a correction, and to which day.
fn event_for(event: EventType, correction: &Correction) -> Fact {
    let data = json!({ "employee_id": correction.employee_id, "date": correction.date });
    Fact::new(event, ENTITY, correction.id).with_data(data)
}

impl AttendanceStore {
    /// A correction as it is now.
    pub async fn correction(&self, id: CorrectionId) -> Result<Stored<Correction>> {
        let item = self.table.get_consistent(&correction_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found("correction"))?)
    }

    /// Stores a new correction.
    pub async fn create_correction(
        &self,
        origin: &Origin,
        correction: &Correction,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let write = placed(Write::create(correction_key(correction.id), correction), correction);
        let write = write.publishes(event_for(EventType::AttendanceCorrectionRequested, correction));
        let committed = self.table.commit_idempotent(origin, vec![write], once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::unavailable("a new id was taken")))
    }

    /// Stores a yes with the day as it is corrected, each under the version it was read at (0: nothing was known of the day).
    pub async fn approve_correction(
        &self,
        origin: &Origin,
        (before, after): (&Stored<Correction>, &Correction),
        (day, version): (&Day, u64),
    ) -> Result<Race<()>> {
        let yes = replaced(before, after).publishes(event_for(EventType::AttendanceCorrection, after));
        let writes = vec![yes, days::day_write(day, version).joins_lead_event()];
        attempted(self.table.transact(origin, writes).await.map(drop))
    }

    pub async fn reject_correction(
        &self,
        origin: &Origin,
        before: &Stored<Correction>,
        after: &Correction,
    ) -> Result<Race<()>> {
        let no = replaced(before, after).publishes(event_for(EventType::AttendanceCorrectionRejected, after));
        attempted(self.table.commit(origin, no).await.map(drop))
    }

    /// One page of corrections, newest first.
    pub async fn corrections(&self, wanted: &CorrectionFilter, page: &Pagination) -> Result<Page<Correction>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// The corrections of somebody that wait.
    pub async fn list_pending_corrections_of(&self, employee: EmployeeId) -> Result<Vec<Stored<Correction>>> {
        let wanted = CorrectionFilter {
            employee: Some(employee),
            status: Some(CorrectionStatus::Pending),
            ..Default::default()
        };
        self.table.query_all(wanted.query(), WAITING_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// Moves a correction that waits with its person. Publishes nothing.
    ///
    /// # Errors
    /// 409 when it changed meanwhile.
    pub async fn reassign_correction(
        &self,
        origin: &Origin,
        before: &Stored<Correction>,
        (manager_id, department_id): (Option<EmployeeId>, DepartmentId),
    ) -> Result<()> {
        let after = Correction { manager_id, department_id, updated_at: origin.at, ..before.value.clone() };
        let moved = self.table.commit(origin, replaced(before, &after)).await;
        moved.map(drop).map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}
