//! Endpoints below `/attendance`.

pub(crate) mod days;
pub(crate) mod punches;
pub(crate) mod runs;

automod::dir!(pub(crate) "it/attendance/attendance");
