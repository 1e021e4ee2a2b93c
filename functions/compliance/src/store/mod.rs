//! The compliance table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod balances;
mod calendars;
mod policies;
mod trainings;
mod violations;

use jiff::Timestamp;
use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::PolicyReader;
use serde_json::Value;
use store::{IdempotencyKey, Table, read_stored};

pub use balances::{AccountSnapshot, LeaveAccounts};
pub use store::Stored;
pub use trainings::{REMINDER_SHARDS, TrainingFilter};
pub use violations::ViolationFilter;

#[derive(Debug, Clone)]
pub struct ComplianceStore {
    table: Table,
    rulebook: PolicyReader,
}

impl FromShell for ComplianceStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("COMPLIANCE_TABLE")?))
    }
}

impl ComplianceStore {
    pub fn new(table: Table) -> Self {
        Self { rulebook: PolicyReader::new(table.clone()), table }
    }

    /// The read view of policies and calendars that every service has.
    pub const fn rulebook(&self) -> &PolicyReader {
        &self.rulebook
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request.
    pub async fn answered(&self, once: Option<&IdempotencyKey>, at: Timestamp) -> Result<Option<Value>> {
        self.table.stored_answer(once, at).await
    }
}
