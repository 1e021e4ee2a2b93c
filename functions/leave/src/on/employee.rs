//! `leave-on-employee`: whoever is hired, moved or leaves is known to the leave service, gets what is due at once, and takes the
//! requests that are not over along to another manager or department. Publishes `leave.balance_changed`.
//!
//! Any order, any number of times: what is known of a person carries the version that said so, and an older one changes nothing.
//! Requests move before the person is kept, so that a delivery that was cut off is done again as a whole; what is due has
//! deterministic ids.

use std::sync::Arc;

use directory::Person;
use events::{Event, EventType};
use kernel::{Actor, Error, Origin, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};

use crate::{
    app::post_due_entries::Poster,
    domain::request::Status,
    store::{Records, members::Member},
};

/// The function's name.
const FUNCTION: &str = "leave-on-employee";

/// The person that an event shows; nobody where it is about something else.
fn person_of(event: &Event) -> Result<Option<Person>> {
    let about_a_person = matches!(
        event.event_type(),
        Some(
            EventType::EmployeeCreated
                | EventType::EmployeeUpdated
                | EventType::EmployeeStatusChanged
                | EventType::EmployeeDeleted
        )
    );
    let values = event.new_values.as_ref().filter(|_| about_a_person);
    values.map(|values| serde_json::from_value(values.clone()).map_err(Error::internal)).transpose()
}

async fn handle(records: Records, poster: Poster, shell: Shell, event: Event) -> Result<()> {
    let Some(person) = person_of(&event)? else { return Ok(()) };
    let origin = Origin {
        actor: Actor::System(FUNCTION.to_owned()),
        at: shell.now(),
        request_id: event.stamp.request_id.clone(),
        ip_address: None,
        user_agent: None,
    };
    let known = records.members.get_fresh(person.id).await?.map(|stored| stored.value);
    if known.as_ref().is_some_and(|known| known.person_version > event.version) {
        return Ok(());
    }
    let member = Member::of(&person, event.version);
    let stays = |known: &Member| (known.manager_id, known.department_id) == (member.manager_id, member.department_id);
    if !known.as_ref().is_some_and(stays) {
        follow(&records, &origin, &person).await?;
    }
    records.keep_member(&origin, &member).await?;
    let settled = poster.settle(&origin, &person).await?;
    tracing::info!(status = "success", "{} is known, {settled:?}", person.id);
    Ok(())
}

/// What waits goes to the new manager; what is not over goes to the new department.
async fn follow(records: &Records, origin: &Origin, person: &Person) -> Result<()> {
    for before in records.unfinished_of(person.id, person.today(origin.at)).await? {
        let waits = before.value.status == Status::Pending;
        let manager = if waits { person.manager_id } else { before.value.manager_id };
        if (manager, person.department_id) != (before.value.manager_id, before.value.department_id) {
            records.follow(origin, &before, manager, person.department_id, origin.at).await?;
        }
    }
    Ok(())
}

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let (records, shell) = (Records::from_shell(shell)?, shell.clone());
    let poster = Poster::new(records.clone(), Arc::clone(&shell.mint));
    Ok(queue::each(move |event| handle(records.clone(), poster.clone(), shell.clone(), event)))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
