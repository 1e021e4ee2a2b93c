//! Endpoints below `/api/v1/notification-preferences`.

automod::dir!(pub "src/api/notification_preferences");
