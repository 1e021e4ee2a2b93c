//! Endpoints, in folders that mirror their URLs.

pub mod attendance;
pub mod attendance_corrections;
mod fields;
pub mod payroll_periods;
mod people_selection;
pub mod rosters;
pub mod shift_assignments;
pub mod sites;

use crate::store::AttendanceStore;

/// Handler state: the table `attendance` and the shell.
pub type Api = lambda::Api<AttendanceStore>;
