//! The auth table: its keys, its reads, its conditional writes. Nothing else names `pk` or `sk`.

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

#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl FromShell for Store {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        Ok(Self { table: shell.table("AUTH_TABLE")? })
    }
}
