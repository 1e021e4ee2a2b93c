//! The leave table: its keys, reads and conditional writes. Only this module names `pk` and `sk`.
//!
//! `policy::leave` defines the keys of accounts, ledger entries and months, together with their contents.

mod absences;
pub mod accounts;
pub mod credits;
mod delegations;
mod feeds;
mod leave_types;
pub mod members;
mod occupied_months;
mod recount_runs;
mod request_lists;
mod requests;
mod retention;
mod worked_months;

use directory::members::Members;
use jiff::Timestamp;
use kernel::Result;
use lambda::{FromShell, InitError, Shell};
use policy::{PlanReader, PolicyReader};
use store::{Table, as_race, put_if_unchanged, read_stored};

pub use delegations::DelegationFilter;
pub use occupied_months::OccupiedMonths;
pub use request_lists::{RequestFilter, start_sort_key};
pub use requests::{AccountAndMonths, InterruptedRequest, NewRequestWrite, RequestUpdateWrite};
pub use store::{Race, Stored};

/// Table of this service with its members and leave types, and a reader of policies and calendars.
#[derive(Debug, Clone)]
pub struct LeaveStore {
    table: Table,
    /// This service's copies of employees.
    pub members: Members<members::Member>,
    /// Policies and calendars, cached for a minute.
    pub rulebook: PolicyReader,
    /// Shift plans of people; rosters are cached for a minute.
    pub plans: PlanReader,
    types: leave_types::LeaveTypeCache,
}

impl FromShell for LeaveStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let rulebook = PolicyReader::new(shell.table("COMPLIANCE_TABLE")?);
        let plans = PlanReader::new(shell.table("ATTENDANCE_TABLE")?);
        let table = shell.table("LEAVE_TABLE")?;
        Ok(Self {
            members: Members::new(table.clone()),
            table,
            rulebook,
            plans,
            types: leave_types::LeaveTypeCache::default(),
        })
    }
}

impl LeaveStore {
    /// Answer that is stored for this idempotency key; `None` without a key or an answer.
    pub async fn stored_answer(
        &self,
        idempotency_key: Option<&store::IdempotencyKey>,
        at: Timestamp,
    ) -> Result<Option<serde_json::Value>> {
        self.table.stored_answer(idempotency_key, at).await
    }
}
