//! `notifications-on-employee`: keeps who belongs to which group, so that HR, a department or a site is one query.
//!
//! Any order, any number of times: what is known of a person names the version that said so, and an older one changes
//! nothing.

use events::Event;
use kernel::{Error, Result};
use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};

use crate::{domain::audience::Member, store::Store};

const FUNCTION: &str = "notifications-on-employee";

/// Runs the consumer.
pub fn serve() {
    queue::serve(FUNCTION, build);
}

/// The consumer of one process.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> std::result::Result<Handler, InitError> {
    let (store, shell) = (Store::from_shell(shell)?, shell.clone());
    Ok(queue::each(move |event| handle(store.clone(), shell.clone(), event)))
}

async fn handle(store: Store, shell: Shell, event: Event) -> Result<()> {
    if event.stamp.entity_type != "Employee" {
        return Ok(());
    }
    let origin = shell.system_origin(FUNCTION, event.stamp.request_id.as_str());
    match Member::of(&event).map_err(Error::internal)? {
        Some(member) => store.keep_member(&origin, &member).await,
        None => Ok(()),
    }
}
