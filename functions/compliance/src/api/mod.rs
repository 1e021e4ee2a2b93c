//! Endpoints, in folders that mirror their URLs.

pub mod compliance;
mod fields;

use crate::store::ComplianceStore;

/// Shared handler state: the table `compliance` and the shell.
pub type Api = lambda::Api<ComplianceStore>;
