//! Tokens, keys and the external identity provider, shared by endpoints, consumers and jobs.

pub mod accepted_keys;
pub mod external_provider;
pub mod kms;
pub mod lookup;
pub mod new_password;
pub mod refresh_token;
pub mod reset_token;
pub mod tokens;
