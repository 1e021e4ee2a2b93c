//! User whose actions are listed.

use access::Relation;
use kernel::{Error, Result};
use lambda::http::{Caller, LoadInScope};

use crate::{api::Api, messages};

/// Longest id of a user, in characters.
const USER_ID_CHARS_MAX: usize = 256;

/// User whose actions the caller may list. The user need not exist.
pub(super) struct ActingUser {
    pub(super) user_id: String,
    pub(super) is_caller: bool,
}

impl LoadInScope<Api> for ActingUser {
    type Id = String;

    async fn load_in_scope(_: &Api, caller: &Caller, user_id: String) -> Result<Self> {
        let is_caller = user_id == caller.id().to_string();
        let relation = if is_caller { Relation::Oneself } else { Relation::Other };
        if !caller.grant().covers(relation) || user_id.chars().count() > USER_ID_CHARS_MAX {
            return Err(Error::not_found(messages::user()));
        }
        Ok(Self { user_id, is_caller })
    }
}
