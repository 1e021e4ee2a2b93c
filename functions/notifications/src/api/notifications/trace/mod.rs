//! Endpoints below `/api/v1/notifications/trace`.

automod::dir!(pub "src/api/notifications/trace");
