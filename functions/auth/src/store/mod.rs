//! The table `auth`: keys, reads and conditional writes. Only this module names `pk` and `sk`.

mod credentials;
mod keys;
mod resets;
mod sessions;
mod throttle;

use lambda::{FromShell, InitError, Shell};
use store::Table;

pub use credentials::{Credential, EndSessionsOutcome, password_write};
pub use resets::ResetRequest;
pub use sessions::{RevocationOutcome, RotationOutcome};

#[derive(Debug, Clone)]
pub struct AuthStore {
    table: Table,
}

impl FromShell for AuthStore {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { table: shell.table("AUTH_TABLE")? })
    }
}
