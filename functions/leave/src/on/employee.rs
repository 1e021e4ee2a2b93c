//! `leave-on-employee`: keeps the members of the leave service current after a hire, a move or a termination.
//!
//! It posts due entries at once, moves requests and proposed credits to the new manager and department, and returns leave
//! after the last day of a leaver. Publishes `leave.balance_changed` and `leave.request_cancelled`. Events may arrive in any
//! order and repeatedly: a member stores the version of the employee, and older versions change nothing. Requests are
//! reassigned and returned before the member is stored, so that a redelivered message completes an interrupted one. Due
//! entries have deterministic ids.

use directory::{Person, person_after};
use events::Event;
use kernel::{Origin, Result};

use crate::{
    app::{
        employment_end::return_leave_after_last_day,
        post_due_entries::{Api, post_due_entries},
    },
    domain::request::RequestStatus,
    store::{LeaveStore, members::Member},
};

lambda::consumer!("leave-on-employee", events(handle), Api);

async fn handle(api: Api, origin: Origin, event: Event) -> Result<()> {
    let Some(person) = person_after(&event)? else { return Ok(()) };
    let store = &api.store;
    let known = store.members.get_consistent(person.id).await?.map(|stored| stored.value);
    if known.as_ref().is_some_and(|known| known.person_version > event.version) {
        return Ok(());
    }
    let member = Member::of(&person, event.version);
    let is_unmoved =
        |known: &Member| (known.manager_id, known.department_id) == (member.manager_id, member.department_id);
    if !known.as_ref().is_some_and(is_unmoved) {
        reassign_requests(store, &origin, &person).await?;
        reassign_credits(store, &origin, &person).await?;
    }
    let returned = return_leave_after_last_day(&api, &origin, &person).await?;
    store.upsert_member(&origin, &member).await?;
    let posted = post_due_entries(&api, &origin, &person).await?;
    tracing::info!(status = "success", "{} is up to date, {posted:?}, {returned} requests returned", person.id);
    Ok(())
}

/// Moves pending requests to the new manager and department, and approved ones to the new department, unless they have
/// ended.
async fn reassign_requests(store: &LeaveStore, origin: &Origin, person: &Person) -> Result<()> {
    for before in store.list_pending_or_approved_requests_of(person.id, person.today(origin.at)).await? {
        let is_pending = before.value.status == RequestStatus::Pending;
        let manager = if is_pending { person.manager_id } else { before.value.manager_id };
        if (manager, person.department_id) != (before.value.manager_id, before.value.department_id) {
            store.reassign_request(origin, &before, manager, person.department_id, origin.at).await?;
        }
    }
    Ok(())
}

/// Moves pending compensatory credits to the new manager and department.
async fn reassign_credits(store: &LeaveStore, origin: &Origin, person: &Person) -> Result<()> {
    let placement = (person.manager_id, person.department_id);
    for before in store.list_pending_credits_of(person.id).await? {
        if (before.value.manager_id, before.value.department_id) != placement {
            store.reassign_credit(origin, &before, placement).await?;
        }
    }
    Ok(())
}
