//! The auth table: its keys, its reads, its conditional writes. Nothing else names `pk` or `sk`.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | credential | `CRED#<employee id>` | `CRED` |
//! | session | `USER#<employee id>` | `SESS#<session id>` |
//! | reset request | `RESET#<reset id>` | `RESET` |
//! | counter of one window | `THROTTLE#<rule>#<who>` | `<first second of the window>` |
//! | published keys | `KEYS` | `KEYS` |
//! | circuit breaker | `BREAKER#jwks` | `BREAKER` |

mod credentials;
mod keys;
mod resets;
mod sessions;
mod throttle;

use lambda::{FromShell, InitError, Shell};
use store::Table;

pub use credentials::{Credential, Ended, set_password};
pub use resets::Reset;
pub use sessions::{Revoked, Rotation};

/// The auth table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl FromShell for Store {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { table: shell.table("AUTH_TABLE")? })
    }
}
