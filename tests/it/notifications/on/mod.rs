//! Consumers of the service.

automod::dir!(pub(crate) "it/notifications/on");
