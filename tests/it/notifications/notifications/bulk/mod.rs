//! Endpoints below `/notifications/bulk`.

automod::dir!(pub(crate) "it/notifications/notifications/bulk");
