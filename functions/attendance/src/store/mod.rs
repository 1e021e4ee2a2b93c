//! The attendance table: its keys, reads and conditional writes. Only this module names `pk` and `sk`.

mod assignments;
mod corrections;
mod day_lists;
mod days;
mod members;
mod payroll;
mod punches;
mod retention;
mod rosters;
mod runs;
mod sites;

use directory::members::Members;
use jiff::SignedDuration;
use kernel::EmployeeId;
use lambda::{FromShell, InitError, Shell};
use policy::{PlanReader, PolicyReader};
use store::{CachedMap, CachedValue, Table, as_race, put_if_unchanged, read_stored};

use crate::domain::member::Member;

pub use assignments::{AssignmentFilter, AssignmentInputs, AssignmentOwner};
pub use payroll::{DifferenceCursor, OpenItems, PayrollExportRecord};
pub use punches::{Precondition, PunchWrite, PunchWriteResult, event_of_exception};
pub use rosters::ROSTERS_MAX;
pub use sites::{SITES_MAX, Sites};
pub use store::{Race, Stored};

pub use corrections::CorrectionFilter;

pub use day_lists::{DAYS_MAX, DepartmentCursor, DepartmentDay, ExportRecord};

/// Maximum age of a cached member, equal to that of a person in the directory.
const MEMBER_CACHE_TTL: SignedDuration = SignedDuration::from_secs(5);
/// Members that one function instance caches.
const CACHED_MEMBERS_MAX: usize = 512;

/// The table of this service, and the policies and calendars that it reads.
#[derive(Debug, Clone)]
pub struct AttendanceStore {
    table: Table,
    /// Policies and calendars, cached for a minute.
    pub rulebook: PolicyReader,
    /// People and their schedules.
    pub members: Members<Member>,
    member_cache: CachedMap<EmployeeId, Member>,
    plans: PlanReader,
    sites: CachedValue<Sites>,
}

impl FromShell for AttendanceStore {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        let table = shell.table("ATTENDANCE_TABLE")?;
        Ok(Self {
            rulebook: PolicyReader::new(shell.table("COMPLIANCE_TABLE")?),
            members: Members::new(table.clone()),
            plans: PlanReader::new(table.clone()),
            table,
            member_cache: CachedMap::new(MEMBER_CACHE_TTL, CACHED_MEMBERS_MAX),
            sites: CachedValue::default(),
        })
    }
}
