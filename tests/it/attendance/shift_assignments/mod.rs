//! Endpoints below `/shift-assignments`.

automod::dir!(pub(crate) "it/attendance/shift_assignments");
