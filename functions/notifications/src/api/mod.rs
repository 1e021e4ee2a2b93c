//! Endpoints, in folders that mirror their URLs.

mod fields;
pub mod notification_preferences;
pub mod notification_subscriptions;
pub mod notification_templates;
pub mod notifications;
pub mod view;

use kernel::{EmployeeId, Error, Result};
use lambda::http::Caller;

use crate::store::Store;

/// State of the handlers: the table `notifications` and the shell.
pub type Api = lambda::Api<Store>;

/// Lets pass whoever asks for what is theirs; whose it is else, they do not learn.
fn own(caller: &Caller, id: EmployeeId, what: &str) -> Result<()> {
    if caller.id() == id { Ok(()) } else { Err(Error::not_found(what)) }
}

/// Whether the caller sees decisions about everybody.
fn sees_all(caller: &Caller) -> bool {
    caller.grant().reaches(access::Relation::Other)
}

/// Whether the caller sees decisions about this person.
fn sees(caller: &Caller, person: EmployeeId) -> bool {
    person == caller.id() || sees_all(caller)
}
