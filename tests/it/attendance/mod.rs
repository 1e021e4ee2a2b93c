//! Attendance: tests of every endpoint and function, with a database in this process.

pub(crate) mod attendance;
pub(crate) mod attendance_corrections;
pub(crate) mod correction_fixture;
pub(crate) mod fixture;
pub(crate) mod job;
pub(crate) mod nightly_run_fixture;
pub(crate) mod on;
pub(crate) mod payroll_fixture;
pub(crate) mod payroll_periods;
pub(crate) mod punch_fixture;
pub(crate) mod roster_fixture;
pub(crate) mod rosters;
pub(crate) mod settled_days_fixture;
pub(crate) mod shift_assignments;
pub(crate) mod sites;
