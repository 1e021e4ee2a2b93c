//! In whose place somebody decides, as the events of delegations tell it.

use events::Event;
use jiff::{Timestamp, civil::Date};
use kernel::{DelegationId, EmployeeId};
use serde::{Deserialize, Serialize};

/// What is kept of a delegation to tell the delegate, too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    pub id: DelegationId,
    pub delegator_id: EmployeeId,
    pub delegate_id: EmployeeId,
    pub from: Date,
    pub to: Date,
    pub ended: bool,
    /// The version of the delegation that says so; an older one changes nothing.
    pub as_of: u64,
}

#[derive(Deserialize)]
struct Record {
    id: DelegationId,
    delegator_id: EmployeeId,
    delegate_id: EmployeeId,
    from: Date,
    to: Date,
    #[serde(default)]
    deleted_at: Option<Timestamp>,
}

impl Delegation {
    /// What an event says of its delegation; nothing when it has no record of it.
    pub fn of(event: &Event) -> Result<Option<Self>, String> {
        let Some(values) = &event.new_values else { return Ok(None) };
        let record: Record = serde_json::from_value(values.clone()).map_err(|error| format!("new_values: {error}"))?;
        let Record { id, delegator_id, delegate_id, from, to, deleted_at } = record;
        let (ended, as_of) = (deleted_at.is_some(), event.version);
        Ok(Some(Self { id, delegator_id, delegate_id, from, to, ended, as_of }))
    }
}
