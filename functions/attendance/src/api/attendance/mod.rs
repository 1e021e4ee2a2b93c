//! Endpoints below `/api/v1/attendance`.

pub mod days;
pub mod punches;
pub mod runs;

automod::dir!(pub "src/api/attendance");
