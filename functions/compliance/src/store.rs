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
use policy::Rulebook;
use serde::de::DeserializeOwned;
use store::{Item, Table, from_item, version_of};

pub use balances::{Balance, Balances};
pub use trainings::{WAITING_PARTS, WantedTrainings};
pub use violations::WantedViolations;

/// A value with the version it was read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// What was read.
    pub value: T,
    /// Its version.
    pub version: u64,
}

/// The table of this service.
#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    rulebook: Rulebook,
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

fn stored<T: DeserializeOwned>(item: Item) -> Result<Stored<T>> {
    let version = version_of(&item);
    Ok(Stored { value: from_item(item)?, version })
}
