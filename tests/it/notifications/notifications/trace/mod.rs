//! Endpoints below `/notifications/trace`.

automod::dir!(pub(crate) "it/notifications/notifications/trace");
