//! The compliance table: its keys, reads and conditional writes. Nothing else names pk or sk.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | version of a policy | `POLICIES` | `<policy id>#000001` |
//! | what was written last to them | `REVISION` | `POLICIES` |
//! | version of a calendar | `CALENDARS` | `<site>#000001` |
//! | violation | `VIOL#<id>` | `VIOLATION` |
//! | training | `TRAIN#<id>` | `TRAINING` |
//! | the open training of a person in a course | `OPEN#<employee id>` | `<course>` |
//! | answers to idempotent requests | `IDEM#..` | `IDEM` |

mod balances;
mod calendars;
mod policies;
mod trainings;
mod violations;

use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::Rulebook;
use store::{Table, stored};

pub use balances::{Balance, Balances};
pub use store::Stored;
pub use trainings::{WAITING_PARTS, WantedTrainings};
pub use violations::WantedViolations;

/// The table of this service.
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
    /// The table `COMPLIANCE_TABLE`.
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
    /// 422 for a key that was used for another request; 503.
    pub async fn answered(&self, once: Option<&store::Once>, at: jiff::Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.answered(once, at).await
    }
}
