//! The attendance table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod assignments;
mod corrections;
mod day_lists;
mod days;
mod members;
mod punches;
mod rosters;
mod runs;
mod sites;

use directory::members::Members;
use jiff::SignedDuration;
use kernel::EmployeeId;
use lambda::{FromShell, InitError, Shell};
use policy::{PolicyReader, attendance::Rosters};
use store::{Remembered, RememberedBy, Table, attempted, create_or_replace, read_stored};

use crate::domain::member::Member;

pub use assignments::{AssignmentInputs, AssignmentOwner, WantedAssignments};
pub use punches::{Precondition, PunchWrite, PunchWriteResult, event_of};
pub use rosters::ROSTERS_MAX;
pub use sites::{SITES_MAX, Sites};
pub use store::{Race, Stored};

pub use corrections::CorrectionFilter;

pub use day_lists::{DAYS_MAX, DepartmentCursor, DepartmentDay, ExportRecord};

/// Seconds for which a member is believed; the directory believes as long.
const MEMBER_AGE_MAX: SignedDuration = SignedDuration::from_secs(5);
/// Number of members that one function remembers.
const MEMBERS_REMEMBERED_MAX: usize = 512;

/// The table of this service, and the book of policies and calendars that it derives by.
#[derive(Debug, Clone)]
pub struct AttendanceStore {
    table: Table,
    /// Policies and calendars, remembered for a minute.
    pub rulebook: PolicyReader,
    /// People and what they are assigned to.
    pub members: Members<Member>,
    recent: RememberedBy<EmployeeId, Member>,
    rosters: Remembered<Rosters>,
    sites: Remembered<Sites>,
}

impl FromShell for AttendanceStore {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        let table = shell.table("ATTENDANCE_TABLE")?;
        Ok(Self {
            rulebook: PolicyReader::new(shell.table("COMPLIANCE_TABLE")?),
            members: Members::new(table.clone()),
            table,
            recent: RememberedBy::new(MEMBER_AGE_MAX, MEMBERS_REMEMBERED_MAX),
            rosters: Remembered::default(),
            sites: Remembered::default(),
        })
    }
}
