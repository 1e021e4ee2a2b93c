//! Endpoints below `/attendance/punches`.

automod::dir!(pub(crate) "it/attendance/attendance/punches");
