//! The compliance table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod balances;
mod calendars;
mod policies;
mod trainings;
mod violations;

use jiff::Timestamp;
use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::Rulebook;
use serde_json::Value;
use store::{Once, Table, stored};

pub use balances::{Balance, Balances};
pub use store::Stored;
pub use trainings::{WAITING_PARTS, WantedTrainings};
pub use violations::WantedViolations;

#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    rulebook: Rulebook,
}

impl FromShell for Records {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("COMPLIANCE_TABLE")?))
    }
}

impl Records {
    pub fn new(table: Table) -> Self {
        Self { rulebook: Rulebook::new(table.clone()), table }
    }

    /// The read view of policies and calendars that every service has.
    pub const fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request.
    pub async fn answered(&self, once: Option<&Once>, at: Timestamp) -> Result<Option<Value>> {
        self.table.answered(once, at).await
    }
}
