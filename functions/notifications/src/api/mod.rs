//! Endpoints, in folders that mirror their URLs.

mod fields;
pub mod notification_preferences;
pub mod notification_subscriptions;
pub mod notification_templates;
pub mod notifications;

use kernel::{EmployeeId, Error, Message, Result};
use lambda::http::Caller;

use crate::store::NotificationStore;

/// Shared handler state: the table `notifications` and the shell.
pub type Api = lambda::Api<NotificationStore>;

/// Refuses with 404 `not_found` if `id` is not that of the caller. `noun` is the thing that the error names as missing.
fn require_own(caller: &Caller, id: EmployeeId, noun: Message) -> Result<()> {
    if caller.id() == id { Ok(()) } else { Err(Error::not_found(noun)) }
}
