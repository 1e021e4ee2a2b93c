//! Endpoints below `/notifications`.

pub(crate) mod bulk;
pub(crate) mod trace;

automod::dir!(pub(crate) "it/notifications/notifications");
