//! The attendance table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod assignments;
mod corrections;
mod days;
mod lists;
pub mod members;
mod punches;
mod recent;
mod rosters;
mod runs;
mod sites;

use kernel::Result;
use lambda::{InitError, Shell};
use policy::Rulebook;
use serde::{Serialize, de::DeserializeOwned};
use store::{Item, Key, Table, Write, from_item, version_of};

pub use assignments::{AssignmentsOf, Scheduling, WantedAssignments};
pub use punches::{Clocked, Live, Under, event_of};
pub use rosters::ROSTERS_MAX;
pub use sites::{SITES_MAX, Sites};

pub use corrections::WantedCorrections;

pub use lists::{BELOW_MAX, DAYS_MAX, DepartmentDay, Exported, Unread};
pub use members::SHARDS;

/// A value with the version it was read at; 0 where there was none yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored<T> {
    /// What was read.
    pub value: T,
    /// Its version.
    pub version: u64,
}

/// The table of this service, and the book of policies and calendars that it derives by.
#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    /// Policies and calendars, remembered for a minute.
    pub rulebook: Rulebook,
    rosters: rosters::Remembered,
    sites: sites::Remembered,
    recent: recent::Recent,
}

impl Records {
    /// The tables `ATTENDANCE_TABLE` and `COMPLIANCE_TABLE`.
    ///
    /// # Errors
    /// Names the variable that is missing.
    pub fn load(shell: &Shell) -> std::result::Result<Self, InitError> {
        let rulebook = Rulebook::new(shell.table("COMPLIANCE_TABLE")?);
        let table = shell.table("ATTENDANCE_TABLE")?;
        let (rosters, sites) = (rosters::Remembered::default(), sites::Remembered::default());
        Ok(Self { table, rulebook, rosters, sites, recent: recent::Recent::default() })
    }
}

/// What came of a change that others may have been faster at.
#[derive(Debug)]
pub enum Attempt<T> {
    /// It is done.
    Done(T),
    /// What it was judged by has changed meanwhile: read again, judge again.
    Lost,
}

/// Stores an item in place of the version that was read, which may be none.
fn keep(key: Key, body: &impl Serialize, version: u64) -> Write {
    if version == 0 { Write::create(key, body) } else { Write::replace(key, body, version) }
}

fn stored<T: DeserializeOwned>(item: Item) -> Result<Stored<T>> {
    let version = version_of(&item);
    Ok(Stored { value: from_item(item)?, version })
}
