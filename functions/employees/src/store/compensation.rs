//! Compensation: one item per employee, separate from the record, so that the read view of employees never holds it.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::Write;

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction},
    compensation_key, read_stored,
};
use crate::domain::compensation::CompensationHistory;

/// Entity name in the audit trail; the id is that of the employee. A separate entity, because it has its own versions.
const ENTITY: &str = "Compensation";

#[derive(Serialize, Deserialize)]
struct CompensationItem {
    employee_id: EmployeeId,
    history: CompensationHistory,
}

impl EmployeeStore {
    /// Compensation of an employee; an empty history of version 0 if none was ever set.
    pub async fn get_compensation_or_empty(&self, id: EmployeeId) -> Result<Stored<CompensationHistory>> {
        read_stored_history(self.table.get(&compensation_key(id)).await?)
    }

    /// Compensation of an employee, read consistently; an empty history of version 0 if none was ever set.
    pub async fn get_compensation_or_empty_for_update(&self, id: EmployeeId) -> Result<Stored<CompensationHistory>> {
        read_stored_history(self.table.get_consistent(&compensation_key(id)).await?)
    }

    /// Stores the history if the compensation still has the version that was read, 0 if there was none, and publishes
    /// `employee.compensation_changed`. Returns the new version.
    ///
    /// # Errors
    /// 409 `changed_meanwhile`.
    pub async fn put_compensation_if_unchanged(
        &self,
        origin: &Origin,
        id: EmployeeId,
        history: &CompensationHistory,
        read_version: u64,
    ) -> Result<u64> {
        let write = match read_version {
            0 => initial_compensation_write(id, history),
            version => {
                let item = CompensationItem { employee_id: id, history: history.clone() };
                Write::replace(compensation_key(id), &item, version).publishes(compensation_fact(id))
            }
        };
        GuardedTransaction::default().with(write, Guard::VersionMatches).commit(&self.table, origin).await?;
        read_version.checked_add(1).ok_or_else(|| Error::internal("version overflow"))
    }
}

/// Write of the first compensation of an employee, who must have none.
pub(super) fn initial_compensation_write(id: EmployeeId, history: &CompensationHistory) -> Write {
    let item = CompensationItem { employee_id: id, history: history.clone() };
    Write::create(compensation_key(id), &item).publishes(compensation_fact(id))
}

fn compensation_fact(id: EmployeeId) -> Fact {
    Fact::new(EventType::EmployeeCompensationChanged, ENTITY, id)
}

fn read_stored_history(item: Option<store::Item>) -> Result<Stored<CompensationHistory>> {
    let Some(item) = item else { return Ok(Stored { value: CompensationHistory::default(), version: 0 }) };
    let stored: Stored<CompensationItem> = read_stored(item)?;
    Ok(Stored { value: stored.value.history, version: stored.version })
}
