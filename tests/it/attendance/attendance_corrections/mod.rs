//! Endpoints below `/attendance-corrections`.

automod::dir!(pub(crate) "it/attendance/attendance_corrections");
