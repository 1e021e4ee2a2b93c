//! Endpoints below `/attendance/runs`.

automod::dir!(pub(crate) "it/attendance/attendance/runs");
