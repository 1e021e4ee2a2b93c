//! Delegations of approvals, from the events of `leave`.

use events::Event;
use jiff::{Timestamp, civil::Date};
use kernel::{DelegationId, EmployeeId};
use serde::{Deserialize, Serialize};

/// Delegation whose delegate is notified together with the delegator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delegation {
    pub id: DelegationId,
    pub delegator_id: EmployeeId,
    pub delegate_id: EmployeeId,
    pub from: Date,
    /// Last day, included.
    pub to: Date,
    /// Whether the delegation was deleted, whatever its days.
    pub ended: bool,
    /// Version of the delegation; events with an older version are ignored.
    pub as_of: u64,
}

#[derive(Deserialize)]
struct DelegationRecord {
    id: DelegationId,
    delegator_id: EmployeeId,
    delegate_id: EmployeeId,
    from: Date,
    to: Date,
    #[serde(default)]
    deleted_at: Option<Timestamp>,
}

impl Delegation {
    /// Delegation in the new values of an event; none if the event has no values.
    pub fn from_event(event: &Event) -> Result<Option<Self>, String> {
        let Some(values) = &event.new_values else { return Ok(None) };
        let record: DelegationRecord =
            serde_json::from_value(values.clone()).map_err(|error| format!("new_values: {error}"))?;
        let DelegationRecord { id, delegator_id, delegate_id, from, to, deleted_at } = record;
        let (ended, as_of) = (deleted_at.is_some(), event.version);
        Ok(Some(Self { id, delegator_id, delegate_id, from, to, ended, as_of }))
    }
}
