//! The endpoints, one file each, and what they share.

mod asking;
mod assigning;
pub mod attendance_absenteeism;
pub mod attendance_break_end;
pub mod attendance_break_start;
pub mod attendance_check_in;
pub mod attendance_check_out;
pub mod attendance_corrections_approve;
pub mod attendance_corrections_create;
pub mod attendance_corrections_get;
pub mod attendance_corrections_list;
pub mod attendance_corrections_reject;
pub mod attendance_days_get;
pub mod attendance_export;
pub mod attendance_get;
pub mod attendance_import;
pub mod attendance_late_arrivals;
pub mod attendance_list;
pub mod attendance_manual_entry;
pub mod attendance_monthly;
pub mod attendance_overtime;
pub mod attendance_process;
pub mod attendance_punches_create;
pub mod attendance_runs_get;
pub mod attendance_runs_list;
pub mod attendance_simulate;
mod clocking;
mod correcting;
mod entering;
mod ground;
pub mod handed;
pub mod importing;
mod packed;
mod people;
mod period;
pub mod punched;
pub mod rosters_create;
pub mod rosters_delete;
pub mod rosters_get;
pub mod rosters_list;
pub mod rosters_update;
mod rules;
pub mod run_view;
pub mod shift_assignments_create;
pub mod shift_assignments_delete;
pub mod shift_assignments_get;
pub mod shift_assignments_list;
pub mod shift_assignments_update;
pub mod simulated;
pub mod site_view;
pub mod sites_delete;
pub mod sites_get;
pub mod sites_list;
pub mod sites_update;
pub mod team;
pub mod view;

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{Error, Result};
use lambda::{InitError, Shell};
use store::Sealer;

use crate::store::Records;

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
