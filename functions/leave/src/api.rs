//! The endpoints, one file each, and what they share.

mod asking;
mod away;
mod deciding;
pub mod leave_balances_explain;
pub mod leave_balances_get;
pub mod leave_delegations_create;
pub mod leave_delegations_delete;
pub mod leave_delegations_get;
pub mod leave_delegations_list;
pub mod leave_delegations_update;
pub mod leave_feeds_create;
pub mod leave_feeds_delete;
pub mod leave_feeds_calendar;
pub mod leave_feeds_list;
pub mod leave_types_create;
pub mod leave_types_delete;
pub mod leave_types_get;
pub mod leave_types_list;
pub mod leave_types_update;
pub mod leaves_adjustments_create;
pub mod leaves_approve;
pub mod leaves_balance;
pub mod leaves_calendar;
pub mod leaves_cancel;
pub mod leaves_create;
pub mod leaves_credits_create;
pub mod leaves_encashments_create;
pub mod leaves_get;
pub mod leaves_list;
pub mod leaves_preview;
pub mod leaves_recount;
pub mod leaves_reject;
pub mod leaves_simulate;
mod ledger;
mod looking;
mod people;
pub mod posted;
mod rules;
pub mod simulated;
pub mod view;
mod waiting;

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Error, Result};
use lambda::{
    InitError, Shell,
    http::{Replayed, created},
};
use store::Sealer;

use crate::{posting::Poster, store::Records};

/// How often a change is tried that others were faster at.
const TRIES_MAX: u32 = 6;

/// What the handlers of this service have at hand.
#[derive(Clone)]
pub struct Api {
    records: Records,
    shell: Shell,
}

impl Api {
    fn of(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: Records::load(shell)?, shell: shell.clone() })
    }

    fn poster(&self) -> Poster {
        Poster::new(self.records.clone(), Arc::clone(&self.shell.mint))
    }

    async fn sealer(&self, at: Timestamp) -> Result<Arc<Sealer>> {
        self.shell.keys.sealer(at).await
    }

    /// Waits before the next try.
    async fn pause(&self, at: Timestamp, tries: u32) {
        store::pause::before_another(&*self.shell.mint, at, tries).await;
    }
}

/// Others were faster every time.
fn busy() -> Error {
    Error::conflict("busy", "Others change the same records right now; try again.")
}
