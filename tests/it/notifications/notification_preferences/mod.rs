//! Endpoints below `/notification-preferences`.

automod::dir!(pub(crate) "it/notifications/notification_preferences");
