//! Endpoints below `/leave-feeds`.

automod::dir!(pub(crate) "it/leave/leave_feeds");
