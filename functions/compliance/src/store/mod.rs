//! Table `compliance`: its keys, reads and conditional writes.

mod calendars;
mod leave_accounts;
mod leave_types;
mod policies;
mod trainings;
mod violations;

use jiff::Timestamp;
use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::PolicyReader;
use serde_json::Value;
use store::{IdempotencyKey, Table, read_stored};

pub use leave_accounts::{AccountSnapshot, LeaveAccounts};
pub use leave_types::LeaveTypeReader;
pub use store::Stored;
pub use trainings::{REMINDER_SHARDS, TrainingFilter};
pub use violations::ViolationFilter;

#[derive(Debug, Clone)]
pub struct ComplianceStore {
    table: Table,
    policy_reader: PolicyReader,
}

impl FromShell for ComplianceStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("COMPLIANCE_TABLE")?))
    }
}

impl ComplianceStore {
    pub fn new(table: Table) -> Self {
        Self { policy_reader: PolicyReader::new(table.clone()), table }
    }

    /// Cached read view of policies and calendars, the same as in the other services.
    pub const fn policy_reader(&self) -> &PolicyReader {
        &self.policy_reader
    }

    /// Answer stored under an idempotency key; `None` without a key, before the first answer, or after 24 hours.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` for the key of a different request.
    pub async fn stored_answer(&self, key: Option<&IdempotencyKey>, at: Timestamp) -> Result<Option<Value>> {
        self.table.stored_answer(key, at).await
    }
}
