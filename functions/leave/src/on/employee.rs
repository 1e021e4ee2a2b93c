//! `leave-on-employee`: whoever is hired, moved or leaves is known to the leave service, gets what is due at once, and takes the
//! requests that are not over along to another manager or department. Publishes `leave.balance_changed`.
//!
//! Any order, any number of times: what is known of a person carries the version that said so, and an older one changes nothing.
//! Requests move before the person is kept, so that a delivery that was cut off is done again as a whole; what is due has
//! deterministic ids.

use directory::{Person, person_of};
use events::Event;
use kernel::{Origin, Result};

use crate::{
    app::post_due_entries::{Api, post_for},
    domain::request::RequestStatus,
    store::{LeaveStore, members::Member},
};

lambda::consumer!("leave-on-employee", events(handle), Api);

async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> {
    let Some(person) = person_of(&event)? else { return Ok(()) };
    let records = &api.store;
    let known = records.members.get_fresh(person.id).await?.map(|stored| stored.value);
    if known.as_ref().is_some_and(|known| known.person_version > event.version) {
        return Ok(());
    }
    let member = Member::of(&person, event.version);
    let stays = |known: &Member| (known.manager_id, known.department_id) == (member.manager_id, member.department_id);
    if !known.as_ref().is_some_and(stays) {
        reassign_requests(records, &origin, &person).await?;
    }
    records.upsert_member(&origin, &member).await?;
    let settled = post_for(&api, &origin, &person).await?;
    tracing::info!(status = "success", "{} is known, {settled:?}", person.id);
    Ok(())
}

/// What waits goes to the new manager; what is not over goes to the new department.
async fn reassign_requests(records: &LeaveStore, origin: &Origin, person: &Person) -> Result<()> {
    for before in records.list_open_requests_of(person.id, person.today(origin.at)).await? {
        let waits = before.value.status == RequestStatus::Pending;
        let manager = if waits { person.manager_id } else { before.value.manager_id };
        if (manager, person.department_id) != (before.value.manager_id, before.value.department_id) {
            records.reassign_request(origin, &before, manager, person.department_id, origin.at).await?;
        }
    }
    Ok(())
}
