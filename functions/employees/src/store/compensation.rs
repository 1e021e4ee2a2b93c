//! Pay: one item per person, apart from the person, so that the view of people never holds it.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::Write;

use super::{
    Records, Stored,
    change::{Change, Guard},
    pay_key, stored,
};
use crate::domain::compensation::History;

/// What the audit trail calls somebody's pay; its id is the person's. Not `Employee`, because it has versions of its own.
const ENTITY: &str = "Compensation";

#[derive(Serialize, Deserialize)]
struct Pay {
    employee_id: EmployeeId,
    history: History,
}

impl Records {
    /// A person's pay; empty, at version 0, when none was ever set.
    pub async fn pay(&self, id: EmployeeId) -> Result<Stored<History>> {
        read(self.table.get(&pay_key(id)).await?)
    }

    /// A person's pay after every write that was answered before: for changes.
    pub async fn pay_to_change(&self, id: EmployeeId) -> Result<Stored<History>> {
        read(self.table.get_fresh(&pay_key(id)).await?)
    }

    /// Stores a changed history.
    ///
    /// # Errors
    /// 409 when it was changed meanwhile.
    pub async fn update_pay(&self, origin: &Origin, id: EmployeeId, history: &History, version: u64) -> Result<u64> {
        let write = match version {
            0 => first(id, history),
            version => {
                let pay = Pay { employee_id: id, history: history.clone() };
                Write::replace(pay_key(id), &pay, version).says(fact(id))
            }
        };
        Change::default().with(write, Guard::Current).commit(&self.table, origin).await?;
        version.checked_add(1).ok_or_else(|| Error::internal("version overflow"))
    }
}

pub(super) fn first(id: EmployeeId, history: &History) -> Write {
    let pay = Pay { employee_id: id, history: history.clone() };
    Write::create(pay_key(id), &pay).says(fact(id))
}

fn fact(id: EmployeeId) -> Fact {
    Fact::new(EventType::EmployeeCompensationChanged, ENTITY, id)
}

fn read(item: Option<store::Item>) -> Result<Stored<History>> {
    let Some(item) = item else { return Ok(Stored { value: History::default(), version: 0 }) };
    let pay: Stored<Pay> = stored(item)?;
    Ok(Stored { value: pay.value.history, version: pay.version })
}
