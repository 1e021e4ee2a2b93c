//! Endpoints below `/api/v1/notifications/bulk`.

automod::dir!(pub "src/api/notifications/bulk");
