//! The attendance table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod assignments;
mod corrections;
mod day_lists;
mod days;
mod member_cache;
pub mod members;
mod punches;
mod rosters;
mod runs;
mod sites;

use lambda::{FromShell, InitError, Shell};
use policy::Rulebook;
use store::{Table, keep, stored};

pub use assignments::{AssignmentsOf, Scheduling, WantedAssignments};
pub use punches::{Clocked, Live, Under, event_of};
pub use rosters::ROSTERS_MAX;
pub use sites::{SITES_MAX, Sites};
pub use store::{Attempt, Stored};

pub use corrections::WantedCorrections;

pub use day_lists::{BELOW_MAX, DAYS_MAX, DepartmentDay, Exported, Unread};

/// The table of this service, and the book of policies and calendars that it derives by.
#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    /// Policies and calendars, remembered for a minute.
    pub rulebook: Rulebook,
    rosters: rosters::Remembered,
    sites: sites::Remembered,
    recent: member_cache::Recent,
}

impl FromShell for Records {
    fn from_shell(shell: &Shell) -> Result<Self, InitError> {
        let rulebook = Rulebook::new(shell.table("COMPLIANCE_TABLE")?);
        let table = shell.table("ATTENDANCE_TABLE")?;
        let (rosters, sites) = (rosters::Remembered::default(), sites::Remembered::default());
        Ok(Self { table, rulebook, rosters, sites, recent: member_cache::Recent::default() })
    }
}
