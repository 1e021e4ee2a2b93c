//! Endpoints below `/api/v1/notification-subscriptions`.

automod::dir!(pub "src/api/notification_subscriptions");
