//! Endpoints of the service, in folders that mirror their paths.

mod fields;
pub mod leave_balances;
pub mod leave_credits;
pub mod leave_delegations;
pub mod leave_feeds;
pub mod leave_types;
pub mod leaves;
mod people_selection;

use crate::store::LeaveStore;

/// Handler state of the endpoints: the store of leave and the shell.
pub type Api = lambda::Api<LeaveStore>;
