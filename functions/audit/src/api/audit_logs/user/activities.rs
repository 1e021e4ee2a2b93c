//! Access to the activities of a user.

use access::Relation;
use kernel::{Error, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{api::Api, messages};

/// Longest id of a user, in characters.
const USER_ID_CHARS_MAX: usize = 256;

/// User whose activities the caller may list. The user need not exist.
pub(super) struct Activities {
    pub(super) user_id: String,
    /// Whether the user is the caller.
    pub(super) own: bool,
}

impl LoadInScope<Api> for Activities {
    type Id = String;

    async fn load_in_scope(_: &Api, caller: &Caller, user_id: String) -> Result<Self> {
        let own = user_id == caller.id().to_string();
        let relation = if own { Relation::Oneself } else { Relation::Other };
        if !caller.grant().covers(relation) || user_id.chars().count() > USER_ID_CHARS_MAX {
            return Err(Error::not_found(messages::user()));
        }
        Ok(Self { user_id, own })
    }
}
