//! Endpoints below `/payroll-periods`.

pub(crate) mod differences;

automod::dir!(pub(crate) "it/attendance/payroll_periods");
