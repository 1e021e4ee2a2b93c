//! `attendance-on-employee`: updates the copy of a person, with their manager and department. Pending corrections
//! follow to a new manager.
//!
//! Idempotent in any order: the copy has the version of its event, and older events are ignored. Corrections move
//! before the copy is written, so that an interrupted delivery is repeated as a whole.

use directory::{Person, person_after};
use events::Event;
use kernel::{Origin, Result};

use crate::store::AttendanceStore;

lambda::consumer!("attendance-on-employee", events(handle), AttendanceStore);

async fn handle(store: AttendanceStore, origin: Origin, event: Event) -> Result<()> {
    let Some(person) = person_after(&event)? else { return Ok(()) };
    let known = store.members.get_consistent(person.id).await?.map(|known| known.value);
    if known.as_ref().is_some_and(|known| known.person_version >= event.version) {
        return Ok(());
    }
    let placement = (person.manager_id, person.department_id);
    if known.is_none_or(|known| (known.person.manager_id, known.person.department_id) != placement) {
        move_pending_corrections(&store, &origin, &person).await?;
    }
    store.upsert_member(&origin, &person, event.version).await?;
    tracing::info!(status = "success", "the copy of {} is up to date", person.id);
    Ok(())
}

/// Gives the pending corrections of a person their new manager and department.
async fn move_pending_corrections(store: &AttendanceStore, origin: &Origin, person: &Person) -> Result<()> {
    let placement = (person.manager_id, person.department_id);
    for before in store.list_pending_corrections_of(person.id).await? {
        if (before.value.manager_id, before.value.department_id) != placement {
            store.reassign_correction(origin, &before, placement).await?;
        }
    }
    Ok(())
}
