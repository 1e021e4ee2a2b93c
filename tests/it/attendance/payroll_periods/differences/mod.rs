//! Endpoints below `/payroll-periods/{site}/{month}/differences`.

automod::dir!(pub(crate) "it/attendance/payroll_periods/differences");
