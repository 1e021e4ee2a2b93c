//! Shared state of the handlers that derive or verify the secrets of calendar feeds.

use lambda::{FromShell, InitError, MacKey, Shell};

use crate::api::Api;

/// Handler state with the MAC key of calendar feeds.
#[derive(Clone)]
pub struct FeedApi {
    pub(crate) api: Api,
    pub(crate) mac_key: MacKey,
}

impl FromShell for FeedApi {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { api: Api::from_shell(shell)?, mac_key: MacKey::from_shell(shell)? })
    }
}
