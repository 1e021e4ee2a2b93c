//! Endpoints below `/api/v1/payroll-periods`.

pub mod differences;

automod::dir!(pub "src/api/payroll_periods");
