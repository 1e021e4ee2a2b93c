//! The leave table: its keys, reads and conditional writes. Nothing else names pk or sk.
//!
//! The keys of accounts, ledger entries and months are the engine's (`policy::leave`), because it knows what is in them.

mod absences;
pub mod accounts;
mod delegations;
mod feeds;
mod leave_types;
pub mod members;
mod occupied_months;
mod request_lists;
mod requests;

use directory::members::Members;
use jiff::Timestamp;
use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::PolicyReader;
use store::{Table, attempted, create_or_replace, read_stored};

pub use delegations::DelegationFilter;
pub use occupied_months::OccupiedMonths;
pub use request_lists::{REQUEST_DAYS_MAX, RequestFilter, start_sort_key};
pub use requests::{DecisionWrite, LeavePosition, NewRequestWrite};
pub use store::{Race, Stored};

/// The table of this service, and the book of policies and calendars that it judges by.
#[derive(Debug, Clone)]
pub struct LeaveStore {
    table: Table,
    /// People as this service groups them.
    pub members: Members<members::Member>,
    /// Policies and calendars, remembered for a minute.
    pub rulebook: PolicyReader,
    types: leave_types::Types,
}

impl FromShell for LeaveStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let rulebook = PolicyReader::new(shell.table("COMPLIANCE_TABLE")?);
        let table = shell.table("LEAVE_TABLE")?;
        Ok(Self { members: Members::new(table.clone()), table, rulebook, types: leave_types::Types::default() })
    }
}

impl LeaveStore {
    /// The answer that was given under this idempotency key before, if one was.
    pub async fn answered(
        &self,
        once: Option<&store::IdempotencyKey>,
        at: Timestamp,
    ) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(once, at).await
    }
}
