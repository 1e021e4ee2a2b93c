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
use policy::Rulebook;
use store::{Table, attempted, keep, stored};

pub use delegations::Delegations;
pub use occupied_months::Months;
pub use request_lists::{DAYS_MAX, Wanted, place};
pub use requests::{Opening, Settling, Standing};
pub use store::{Attempt, Stored};

/// The table of this service, and the book of policies and calendars that it judges by.
#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    /// People as this service groups them.
    pub members: Members<members::Member>,
    /// Policies and calendars, remembered for a minute.
    pub rulebook: Rulebook,
    types: leave_types::Types,
}

impl FromShell for Records {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let rulebook = Rulebook::new(shell.table("COMPLIANCE_TABLE")?);
        let table = shell.table("LEAVE_TABLE")?;
        Ok(Self { members: Members::new(table.clone()), table, rulebook, types: leave_types::Types::default() })
    }
}

impl Records {
    /// The answer that was given under this idempotency key before, if one was.
    pub async fn answered(&self, once: Option<&store::Once>, at: Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.answered(once, at).await
    }
}
