//! Endpoints below `/notification-templates`.

automod::dir!(pub(crate) "it/notifications/notification_templates");
