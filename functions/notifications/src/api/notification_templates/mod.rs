//! Endpoints below `/api/v1/notification-templates`.

automod::dir!(pub "src/api/notification_templates");
