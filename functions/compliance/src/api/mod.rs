//! Endpoints, in folders that mirror their URLs.

pub mod compliance;
mod fields;
mod nested_json;

use crate::store::ComplianceStore;

/// State of the handlers: the table `compliance` and the shell.
pub type Api = lambda::Api<ComplianceStore>;
