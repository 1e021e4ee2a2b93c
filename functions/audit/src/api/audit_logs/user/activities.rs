//! Whose activities are listed.

use access::Relation;
use kernel::{Error, Result};
use lambda::http::{Caller, Reach};

use crate::api::Api;

/// Longest id of a user, in bytes.
const USER_ID_BYTES_MAX: usize = 256;

/// A user whose activities the caller may list.
pub(super) struct Activities {
    pub(super) user_id: String,
    /// Whether the user is the caller.
    pub(super) own: bool,
}

impl Reach<Api> for Activities {
    type Id = String;

    async fn reach(_: &Api, caller: &Caller, user_id: String) -> Result<Self> {
        let own = user_id == caller.id().to_string();
        let relation = if own { Relation::Oneself } else { Relation::Other };
        if !caller.grant().covers(relation) || user_id.len() > USER_ID_BYTES_MAX {
            return Err(Error::not_found("user"));
        }
        Ok(Self { user_id, own })
    }
}
