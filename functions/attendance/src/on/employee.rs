//! `attendance-on-employee`: whoever is hired, moves or leaves is known to this service: punches, lists and the nightly run find
//! them here, with what they are assigned to beside it. Corrections that wait go along to another manager.
//!
//! Any order, any number of times: what is known of a person carries the version that said so, and an older one changes nothing.
//! Corrections move before the person is kept, so that a delivery that was cut off is done again as a whole.

use directory::{Person, person_of};
use events::Event;
use kernel::{Origin, Result};

use crate::store::AttendanceStore;

lambda::consumer!("attendance-on-employee", events(handle), AttendanceStore);

async fn handle(records: AttendanceStore, origin: Origin, event: Event) -> Result<()> {
    let Some(person) = person_of(&event)? else { return Ok(()) };
    let known = records.members.get_fresh(person.id).await?.map(|known| known.value);
    if known.as_ref().is_some_and(|known| known.person_version >= event.version) {
        return Ok(());
    }
    let above = (person.manager_id, person.department_id);
    if known.is_none_or(|known| (known.person.manager_id, known.person.department_id) != above) {
        follow(&records, &origin, &person).await?;
    }
    records.upsert_member(&origin, &person, event.version).await?;
    tracing::info!(status = "success", "{} is known", person.id);
    Ok(())
}

/// What waits goes to the new manager and department.
async fn follow(records: &AttendanceStore, origin: &Origin, person: &Person) -> Result<()> {
    let above = (person.manager_id, person.department_id);
    for before in records.list_pending_corrections_of(person.id).await? {
        if (before.value.manager_id, before.value.department_id) != above {
            records.reassign_correction(origin, &before, above).await?;
        }
    }
    Ok(())
}
