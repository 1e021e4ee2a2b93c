//! Pay: one item per person, apart from the person, so that the view of people never holds it.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::Write;

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction},
    pay_key, read_stored,
};
use crate::domain::compensation::CompensationHistory;

/// What the audit trail calls somebody's pay; its id is the person's. Not `Employee`, because it has versions of its own.
const ENTITY: &str = "Compensation";

#[derive(Serialize, Deserialize)]
struct Pay {
    employee_id: EmployeeId,
    history: CompensationHistory,
}

impl EmployeeStore {
    /// A person's pay; empty, at version 0, when none was ever set.
    pub async fn get_compensation(&self, id: EmployeeId) -> Result<Stored<CompensationHistory>> {
        read(self.table.get(&pay_key(id)).await?)
    }

    /// A person's pay after every write that was answered before: for changes.
    pub async fn get_compensation_for_update(&self, id: EmployeeId) -> Result<Stored<CompensationHistory>> {
        read(self.table.get_consistent(&pay_key(id)).await?)
    }

    /// Stores a changed history.
    ///
    /// # Errors
    /// 409 when it was changed meanwhile.
    pub async fn update_pay(
        &self,
        origin: &Origin,
        id: EmployeeId,
        history: &CompensationHistory,
        version: u64,
    ) -> Result<u64> {
        let write = match version {
            0 => initial_compensation_write(id, history),
            version => {
                let pay = Pay { employee_id: id, history: history.clone() };
                Write::replace(pay_key(id), &pay, version).publishes(fact(id))
            }
        };
        GuardedTransaction::default().with(write, Guard::VersionMatches).commit(&self.table, origin).await?;
        version.checked_add(1).ok_or_else(|| Error::internal("version overflow"))
    }
}

pub(super) fn initial_compensation_write(id: EmployeeId, history: &CompensationHistory) -> Write {
    let pay = Pay { employee_id: id, history: history.clone() };
    Write::create(pay_key(id), &pay).publishes(fact(id))
}

fn fact(id: EmployeeId) -> Fact {
    Fact::new(EventType::EmployeeCompensationChanged, ENTITY, id)
}

fn read(item: Option<store::Item>) -> Result<Stored<CompensationHistory>> {
    let Some(item) = item else { return Ok(Stored { value: CompensationHistory::default(), version: 0 }) };
    let pay: Stored<Pay> = read_stored(item)?;
    Ok(Stored { value: pay.value.history, version: pay.version })
}
