//! The notifications table: its keys, reads and conditional writes. Nothing else names pk or sk.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | notification, which the inbox has by itself | `NOTIF#<id>` | `NOTIFICATION` |
//! | delivery out of the house | `NOTIF#<id>` | `DELIVERY#<channel>` |
//! | what somebody asked to be sent | `NOTIF#<id>` | `REQUEST` |
//! | message to many, and its pages | `BULK#<id>` | `BULK`, `PAGE#<number>` |
//! | what was decided about an event | `TRACE#<event id>` | `TRACE`, `PAGE#<number>` |
//! | template: current, and every version | `TEMPLATE#<name>` | `<language>`, `<language>#<version>` |
//! | preferences, membership, contact | `EMP#<employee id>` | `PREFERENCES`, `MEMBER` |
//! | member of a group | `GROUP#<group>` | `<employee id>` |
//! | in whose place somebody decides | `DELEGATOR#<employee id>` | `<delegation id>` |
//! | what came of one type in one window | `STORM#<employee id>#<type>` | `<window>` |
//! | circuit breaker of one channel | `BREAKER#<channel>` | `BREAKER` |
//! | browser that takes push messages | `PUSH#<id>` | `SUBSCRIPTION` |
//! | answers to idempotent requests | `IDEM#..` | `IDEM` |

mod audience;
mod breakers;
mod bulk;
mod collapse;
mod delegations;
mod deliveries;
mod inbox;
mod preferences;
mod subscriptions;
mod templates;
mod traces;

use kernel::{EmployeeId, NotificationId, Result};
use lambda::{FromShell, InitError, Shell};
use store::{Key, Refusal, Table, stored};

use crate::domain::notification::Channel;

pub(crate) use deliveries::unknown;
pub use deliveries::{Consignment, DUE_SHARDS, LOST_AFTER};
pub use inbox::Written;
pub use store::Stored;
pub use subscriptions::{PER_PERSON_MAX, Subscription};
pub use templates::Version;

/// The notifications table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl FromShell for Store {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { table: shell.table("NOTIFICATIONS_TABLE")? })
    }
}

impl Store {
    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request; 503.
    pub async fn answered(&self, once: Option<&store::Once>, at: jiff::Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.answered(once, at).await
    }
}

fn notification_key(id: NotificationId) -> Key {
    Key::new(format!("NOTIF#{id}"), "NOTIFICATION")
}

fn delivery_key(id: NotificationId, channel: Channel) -> Key {
    Key::new(format!("NOTIF#{id}"), format!("DELIVERY#{channel}"))
}

fn person_key(id: EmployeeId, what: &str) -> Key {
    Key::new(format!("EMP#{id}"), what)
}

/// For writes that may find what they wanted done already.
fn done_before<T>(outcome: std::result::Result<T, Refusal>) -> Result<()> {
    match outcome {
        Ok(_) | Err(Refusal::Condition { .. }) => Ok(()),
        Err(Refusal::Failed(error)) => Err(error),
    }
}
