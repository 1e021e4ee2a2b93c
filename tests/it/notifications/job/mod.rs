//! Jobs and queue workers of the service.

automod::dir!(pub(crate) "it/notifications/job");
