//! Endpoints below `/api/v1/notifications`.

pub mod bulk;
pub mod trace;

automod::dir!(pub "src/api/notifications");
