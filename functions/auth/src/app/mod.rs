//! Use cases of identity, shared by endpoints, consumers and jobs: tokens, keys, login lookup and new passwords.

pub mod accepted_keys;
pub mod external_provider;
pub mod kms;
pub mod lookup;
pub mod new_password;
pub mod refresh_token;
pub mod reset_token;
pub mod tokens;
