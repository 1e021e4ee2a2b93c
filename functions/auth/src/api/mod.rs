//! Endpoints, in folders that mirror their URLs.

pub mod auth;
pub mod well_known;

use crate::store::AuthStore;

/// State of the handlers that need the table `auth` and the shell only.
pub type Api = lambda::Api<AuthStore>;
