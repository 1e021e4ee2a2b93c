//! Endpoints below `/api/v1/leave-feeds`.

automod::dir!(pub "src/api/leave_feeds");
