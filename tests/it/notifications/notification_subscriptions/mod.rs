//! Endpoints below `/notification-subscriptions`.

automod::dir!(pub(crate) "it/notifications/notification_subscriptions");
