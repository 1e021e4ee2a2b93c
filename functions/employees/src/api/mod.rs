//! Endpoints, in folders that mirror their URLs.

pub mod departments;
pub mod employees;
mod fields;
pub mod job_roles;

use crate::store::EmployeeStore;

/// State of the handlers: the table `employees` and the shell.
pub type Api = lambda::Api<EmployeeStore>;
