//! Endpoints below `/rosters`.

automod::dir!(pub(crate) "it/attendance/rosters");
