//! Endpoints below `/api/v1/payroll-periods/{site}/{month}/differences`.

automod::dir!(pub "src/api/payroll_periods/differences");
