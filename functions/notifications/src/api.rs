//! The endpoints, one file each, and what they share.

mod message;
pub mod notification_preferences_get;
pub mod notification_preferences_update;
pub mod notification_subscriptions_create;
pub mod notification_subscriptions_delete;
pub mod notification_subscriptions_list;
pub mod notification_templates_get;
pub mod notification_templates_list;
pub mod notification_templates_preview;
pub mod notification_templates_update;
pub mod notifications_bulk_create;
pub mod notifications_bulk_get;
pub mod notifications_email;
pub mod notifications_list;
pub mod notifications_mark_read;
pub mod notifications_send;
pub mod notifications_trace_get;
pub mod notifications_trace_list;
pub mod notifications_unread;
mod rules;
pub mod view;

use std::sync::Arc;

use jiff::Timestamp;
use kernel::{EmployeeId, Error, Result};
use lambda::{
    InitError, Shell,
    http::{Caller, Replayed, accepted},
};
use store::Sealer;

use crate::store::Store;

/// What the handlers of this service have at hand.
#[derive(Clone)]
pub struct Api {
    store: Store,
    shell: Shell,
}

impl Api {
    fn of(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: Store::load(shell)?, shell: shell.clone() })
    }

    async fn sealer(&self, at: Timestamp) -> Result<Arc<Sealer>> {
        self.shell.keys.sealer(at).await
    }
}

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
